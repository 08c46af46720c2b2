/// The part of the runner program that runs suites: each command in a session of its own, without what the agent's tree
/// could have put into the environment, with a limit; what it leaves running is killed, and what it printed and
/// reported is handed on. It judges nothing.
enum SuiteProgram {
    static let text = #"""
        OUTPUT, REPORT, TOTAL, REPORTS = 8 << 20, 16 << 20, 48 << 20, 2000     # bytes, and files


        def clean_environment(workspace):
            """No word of it leads into the agent's tree."""
            inside = lambda part: not part.startswith("/") or (part + "/").startswith(workspace + "/")
            environment = {}
            for name, value in os.environ.items():
                if name == "PATH":
                    value = ":".join(part for part in value.split(":") if part and not inside(part))
                elif workspace in value or name == "LD_PRELOAD":
                    continue
                environment[name] = value
            environment.update(
                CI="1", NO_COLOR="1", PYTHONDONTWRITEBYTECODE="1", PYTHONPYCACHEPREFIX="/nonexistent", PYTHONUNBUFFERED="1",
            )
            return environment


        def execute(command, directory, environment, seconds):
            """Runs a command to its end, or to its limit, with nothing left behind."""
            began, kept, total, late = time.monotonic(), bytearray(), 0, False
            read, write = os.pipe()
            try:
                process = subprocess.Popen(
                    command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=write, stderr=write,
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                os.close(read)
                os.close(write)
                return {"missing": str(error), "output": "", "seconds": 0}
            os.close(write)
            end = began + seconds
            while True:
                wait = end - time.monotonic()
                if wait <= 0:
                    late = True
                    break
                if select.select([read], [], [], min(wait, 0.1))[0]:
                    chunk = os.read(read, 65536)
                    if not chunk:
                        break
                    total += len(chunk)
                    kept += chunk[:max(0, OUTPUT - len(kept))]
                elif process.poll() is not None:
                    break
            try:
                process.wait(max(0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                late = True
            code = process.poll()
            kill_tree(process)
            os.close(read)
            output = kept.decode(errors="replace")
            try:
                os.write(2, kept[-(1 << 20):])
            except OSError:
                pass
            return {
                "code": code if code is None or code >= 0 else None,
                "signal": -code if code is not None and code < 0 else None,
                "late": late,
                "truncated": total > len(kept),
                "output": output,
                "seconds": round(time.monotonic() - began, 3),
            }


        def read_report(path):
            """A regular file of moderate size, or nothing."""
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            except OSError:
                return None
            with os.fdopen(descriptor, "rb") as file:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    return None
                data = file.read(REPORT + 1)
                return data.decode(errors="replace") if len(data) <= REPORT else None


        def run_suite(suite, workspace, environment, deadline):
            directory = os.path.join(workspace, suite.get("directory") or ".")
            pattern = suite.get("report") and os.path.join(glob.escape(directory), suite["report"])
            result = {"id": suite["id"], "runs": [], "reports": []}
            # What lies there before the tests have run is no report of theirs.
            for path in glob.glob(pattern, recursive=True) if pattern else []:
                try:
                    os.unlink(path)
                except OSError as error:
                    result["problem"] = "an old report is in the way: " + str(error)
                    return result
            place = tempfile.mkdtemp()
            report = os.path.join(place, "report")
            limit = time.monotonic() + suite["seconds"] if suite.get("seconds") else deadline
            for file in suite.get("each") or [None]:
                words = [word.replace("{report}", report).replace("{file}", file or "") for word in suite["command"]]
                sys.stderr.write("--- %s: %s\n" % (suite["id"], " ".join(words)))
                sys.stderr.flush()
                variables = dict(environment, **suite.get("environment") or {})
                run = execute(words, directory, variables, max(0, min(limit, deadline) - time.monotonic()))
                result["runs"].append(dict(run, file=file))
            paths = sorted(glob.glob(pattern, recursive=True))[:REPORTS] if pattern else [report]
            for text in map(read_report, paths):
                if text is not None:
                    result["reports"].append(text)
            shutil.rmtree(place, ignore_errors=True)
            for run in result["runs"] if result["reports"] else []:
                run["output"] = run["output"][-4000:]
            return result


        """#
}
