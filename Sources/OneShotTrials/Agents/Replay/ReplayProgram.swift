/// The program that does a session's steps again, inside the sandbox. Python's standard library only, which every
/// engine needs in its images anyway.
///
/// Exit codes: 0 every step went as it did then, 1 one that had worked does not fit the files any more.
enum ReplayProgram {
    static let text = #"""
        import json, os, subprocess, sys

        ROOT = os.getcwd()


        class Misfit(Exception):
            pass


        def place(path):
            return path if os.path.isabs(path) else os.path.join(ROOT, path)


        def read(path):
            try:
                with open(place(path), encoding="utf-8", newline="") as file:
                    return file.read()
            except (OSError, UnicodeDecodeError) as error:
                raise Misfit("%s: %s" % (path, getattr(error, "strerror", None) or error))


        def write(path, text):
            try:
                os.makedirs(os.path.dirname(place(path)) or ".", exist_ok=True)
                with open(place(path), "w", encoding="utf-8", newline="") as file:
                    file.write(text)
            except OSError as error:
                raise Misfit("%s: %s" % (path, error.strerror))


        # --- The `*** Begin Patch` form -----------------------------------------------------------------------------


        def found(lines, wanted, start, at_end):
            """Where `wanted` is in `lines`: as it stands, else without blanks at the ends of lines, else at both."""
            if not wanted:
                return start
            last = len(lines) - len(wanted)
            for form in (str, str.rstrip, str.strip):
                want = [form(line) for line in wanted]
                places = range(start, last + 1)
                for at in (reversed(places) if at_end else places):
                    if [form(line) for line in lines[at:at + len(want)]] == want:
                        return at
            return None


        def chunks(lines):
            """The hunks of one file: (headers, old lines, new lines, whether at the end of the file)."""
            headers, old, new, at_end, hunks = [], [], [], False, []

            def close():
                nonlocal headers, old, new, at_end
                if old or new:
                    hunks.append((headers, old, new, at_end))
                    headers = []
                old, new, at_end = [], [], False

            for line in lines:
                if line.startswith("@@"):
                    close()
                    name = line[2:].strip()
                    if name:
                        headers.append(name)
                elif line == "*** End of File":
                    at_end = True
                    close()
                elif line.startswith("+"):
                    new.append(line[1:])
                elif line.startswith("-"):
                    old.append(line[1:])
                else:
                    text = line[1:] if line.startswith(" ") else line
                    old.append(text)
                    new.append(text)
            close()
            return hunks


        def changed(path, body):
            text = read(path)
            ending = "\r\n" if "\r\n" in text else "\n"
            lines = text.replace("\r\n", "\n").split("\n")
            trailing = lines and lines[-1] == ""
            if trailing:
                lines.pop()
            start = 0
            for headers, old, new, at_end in chunks(body):
                for name in headers:
                    at = next((i for i in range(start, len(lines)) if lines[i].strip() == name.strip()), None)
                    if at is None:
                        raise Misfit("%s: no line '%s'" % (path, name))
                    start = at + 1
                at = found(lines, old, len(lines) if not old else start, at_end)
                if at is None:
                    raise Misfit("%s: the patch does not fit at '%s'" % (path, old[0]))
                lines[at:at + len(old)] = new
                start = at + len(new)
            return ending.join(lines) + (ending if trailing or lines else "")


        def patch(text):
            lines = text.replace("\r\n", "\n").split("\n")
            if "*** Begin Patch" not in lines:
                raise Misfit("the patch has no '*** Begin Patch'")
            lines = lines[lines.index("*** Begin Patch") + 1:]
            if "*** End Patch" in lines:
                lines = lines[:lines.index("*** End Patch")]
            at = 0
            while at < len(lines):
                line = lines[at]
                at += 1
                body = []
                while at < len(lines) and not lines[at].startswith(("*** Add ", "*** Delete ", "*** Update ")):
                    body.append(lines[at])
                    at += 1
                if line.startswith("*** Add File: "):
                    write(line[14:].strip(), "".join(row[1:] + "\n" for row in body if row.startswith("+")))
                elif line.startswith("*** Delete File: "):
                    try:
                        os.remove(place(line[17:].strip()))
                    except OSError as error:
                        raise Misfit("%s: %s" % (line[17:].strip(), error.strerror))
                elif line.startswith("*** Update File: "):
                    path = line[17:].strip()
                    target = path
                    if body and body[0].startswith("*** Move to: "):
                        target = body.pop(0)[13:].strip()
                    text = changed(path, body)
                    write(target, text)
                    if target != path:
                        os.remove(place(path))
                elif line.strip():
                    raise Misfit("the patch has a line that is none: '%s'" % line[:80])


        # --- The steps ----------------------------------------------------------------------------------------------


        def edit(step):
            text, old = read(step["path"]), step["old"]
            if old == "" and text == "":
                return write(step["path"], step["new"])
            count = text.count(old) if old else 0
            if count == 0:
                raise Misfit("%s: the text to replace is not there" % step["path"])
            if count > 1 and not step["everywhere"]:
                raise Misfit("%s: the text to replace is there %d times" % (step["path"], count))
            write(step["path"], text.replace(old, step["new"]))


        def shell(step):
            environment = dict(os.environ, PATH="/opt/agent/bin:" + os.environ.get("PATH", "/usr/bin:/bin"))
            directory = place(step["directory"] or ".")
            if not os.path.isdir(directory):
                raise Misfit("%s: no such directory" % step["directory"])
            program = "bash" if os.access("/bin/bash", os.X_OK) or os.access("/usr/bin/bash", os.X_OK) else "sh"
            done = subprocess.run([program, "-c", step["line"]], cwd=directory, env=environment,
                                  stdin=subprocess.DEVNULL)
            return "exit %d" % done.returncode


        def do(step):
            kind = step["kind"]
            if kind == "shell":
                return shell(step)
            if kind == "patch":
                return patch(step["text"])
            if kind == "write":
                return write(step["path"], step["content"])
            return edit(step)


        def title(step):
            text = step.get("line") or step.get("path") or "\n".join(
                row for row in step.get("text", "").split("\n") if row.startswith("*** ") and " File: " in row)
            return " ".join((step["kind"] + " " + text).split())[:160]


        def main():
            if sys.argv[1:2] == ["patch"]:
                patch(sys.argv[2] if len(sys.argv) > 2 else sys.stdin.read())
                return 0
            with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "steps.json"), encoding="utf-8") as file:
                turns = json.load(file)
            for turn in turns:
                for step in turn["steps"]:
                    print("turn %d: %s" % (turn["turn"], title(step)), flush=True)
                    try:
                        said = do(step)
                        if said:
                            print(said, flush=True)
                    except Misfit as error:
                        print("turn %d: %s" % (turn["turn"], error), file=sys.stderr, flush=True)
                        if not step["had_failed"]:
                            return 1
            return 0


        try:
            sys.exit(main())
        except Misfit as error:
            print("apply_patch: %s" % error, file=sys.stderr)
            sys.exit(1)

        """#
}
