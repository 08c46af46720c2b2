import Foundation

/// The text of `evaluation/tests_skeleton/test_skeleton.py`: the helpers that its tests use, and the tests. People
/// edit it, so it reads like a file that a person wrote.
struct TestSkeleton: Sendable {
    let title: String
    let tests: [GeneratedTest]

    var text: String {
        let body = tests.map { test in
            "def \(test.name)():\n" + test.body.map { "    \($0)\n" }.joined()
        }
        let used = body.joined()
        let parts = Self.parts.filter { $0.isUsed(in: used, all: Self.parts) }
        var imports: Set<String> = []
        for part in parts { imports.formUnion(part.imports) }
        let header = """
            \"\"\"The tests of a task: \(title.replacing("\\", with: " ").replacing("\"\"\"", with: "'''"))

            They run in the repository that the agent left, when it has stopped, and the agent never sees them. Every
            function whose name starts with test_ is a test, beside the suites of suites.json; rubric_template.md says
            what each counts for. Edit freely, then run 'oneshot validate' again: a test has to fail at the start of the
            task and pass on the solution.
            \"\"\"

            """
        let sections =
            [header + imports.sorted().map { "import \($0)\n" }.joined()]
            + parts.map { $0.text + "\n" } + body
        return sections.joined(separator: "\n\n")
    }

    private struct Part {
        /// The names that it defines.
        let names: [String]
        let imports: Set<String>
        var uses: [String] = []
        let text: String

        /// Whether the tests, or a part that they use, call one of its functions.
        func isUsed(in tests: String, all: [Part]) -> Bool {
            names.contains { name in
                tests.contains(name + "(")
                    || all.contains { $0.uses.contains(name) && $0.isUsed(in: tests, all: all) }
            }
        }
    }

    private static let parts = [reading, outline, links, parsing, blocks, files, syntax]

    private static let reading = Part(
        names: ["read", "flat", "assert_shows", "assert_names"],
        imports: ["os"],
        text: #"""
            def read(path):
                assert os.path.isfile(path), path + " is missing"
                with open(path, encoding="utf-8", errors="replace") as file:
                    return file.read()


            def flat(text):
                return " ".join(text.split()).replace("python3", "python")


            def assert_shows(path, command):
                assert flat(command) in flat(read(path)), "%s does not show: %s" % (path, command)


            def assert_names(path, other):
                assert other in read(path), "%s does not name %s" % (path, other)
                assert os.path.exists(other), other + " is missing"
            """#
    )

    private static let outline = Part(
        names: ["assert_section", "headings"],
        imports: ["re"],
        uses: ["read"],
        text: #"""
            SMALL_WORDS = set("the a an and of to for in on with your our".split())


            def words(heading):
                """What makes a heading what it is: no case, no small words, no numbers before it, singular."""
                found = "".join(c if c.isalnum() else " " for c in heading.lower()).split()
                kept = [word for word in found if word not in SMALL_WORDS and not word.isdigit()] or found
                return {
                    word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in kept
                }


            def headings(text):
                """Markdown's and reStructuredText's, outside of code blocks."""
                fence, above = None, ""
                for line in text.splitlines():
                    stripped = line.strip()
                    if fence:
                        if stripped.startswith(fence):
                            fence = None
                        continue
                    if stripped.startswith(("```", "~~~")):
                        fence, above = stripped[:3], ""
                        continue
                    marked = re.match(r" {0,3}#{1,6}[ \t]+(.*)$", line)
                    if marked and marked.group(1).strip("# \t"):
                        yield marked.group(1).strip().rstrip("#").strip()
                        above = ""
                    elif len(stripped) >= 3 and stripped[0] in "=-~^\"'`+*" and not stripped.strip(stripped[0]) and above:
                        yield above
                        above = ""
                    else:
                        above = stripped


            def assert_section(path, heading):
                found = list(headings(read(path)))
                assert any(words(heading) <= words(other) for other in found), (
                    "%s has no section '%s', only: %s" % (path, heading, ", ".join(found))
                )
            """#
    )

    private static let links = Part(
        names: ["assert_links"],
        imports: ["os", "re", "urllib.parse"],
        uses: ["read", "headings"],
        text: #"""
            def links(text):
                """The targets of Markdown's links that stay in the repository."""
                fence, found = None, []
                for line in text.splitlines():
                    stripped = line.strip()
                    if fence:
                        fence = None if stripped.startswith(fence) else fence
                        continue
                    if stripped.startswith(("```", "~~~")):
                        fence = stripped[:3]
                        continue
                    line = re.sub(r"`[^`]*`", "", line)
                    found += re.findall(r"\]\(\s*<?([^)\s>]+)>?(?:\s+[\"'][^)]*)?\)", line)
                    found += re.findall(r"^\s{0,3}\[[^\]^][^\]]*\]:\s+<?([^\s>]+)", line)
                inner = [to for to in found if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", to) and "{" not in to]
                return list(dict.fromkeys(inner))


            def assert_links(path, more_than):
                text = read(path)
                found = links(text)
                assert len(found) > more_than, "%s has no more links into the repository than before" % path
                anchors = {
                    "".join(c for c in heading.lower() if c.isalnum() or c in "-_ ").replace(" ", "-")
                    for heading in headings(text)
                }
                for link in found:
                    target, _, anchor = link.partition("#")
                    target = urllib.parse.unquote(target.partition("?")[0])
                    if not target:
                        assert anchor.lower() in anchors, "%s has no heading for its link to #%s" % (path, anchor)
                        continue
                    place = target.lstrip("/") if target.startswith("/") else os.path.join(os.path.dirname(path), target)
                    place = os.path.normpath(place or ".")
                    assert not place.startswith("..") and os.path.exists(place), "%s links to %s, which is not there" % (
                        path, link,
                    )
            """#
    )

    private static let parsing = Part(
        names: ["parse"],
        imports: ["ast", "json", "subprocess", "textwrap"],
        text: parser
    )

    /// Of the languages that can be read without running anything. `prepare` looks with it at the solution's documents.
    static let parser = #"""
        def parse(language, code):
            """Raises what is wrong with it. Nothing is run."""
            code = textwrap.dedent(code)
            if language == "json":
                json.loads(code)
            elif language == "toml":
                try:
                    import tomllib
                except ImportError:
                    return
                tomllib.loads(code)
            elif language == "python" and ">>>" not in code:
                ast.parse(code)
            elif language == "shell":
                script = "\n".join(line.strip().removeprefix("$ ") for line in code.splitlines())
                done = subprocess.run(["bash", "-n"], input=script.encode(), capture_output=True)
                assert done.returncode == 0, done.stderr.decode(errors="replace")
        """#

    private static let blocks = Part(
        names: ["assert_blocks"],
        imports: [],
        uses: ["read", "parse"],
        text: #"""
            KINDS = {
                "json": "json", "toml": "toml", "python": "python", "py": "python", "bash": "shell", "sh": "shell",
                "shell": "shell",
            }


            def blocks(text):
                """The fenced code blocks, as language and code."""
                fence, language, lines = None, "", []
                for line in text.splitlines():
                    stripped = line.strip()
                    if fence:
                        if stripped.startswith(fence):
                            yield language, "\n".join(lines)
                            fence = None
                        else:
                            lines.append(line)
                    elif stripped.startswith(("```", "~~~")):
                        word = stripped[3:]
                        end = next((i for i, c in enumerate(word) if not c.isalpha()), len(word))
                        fence, language, lines = stripped[:3], word[:end].lower(), []


            def assert_blocks(path, kind, more_than):
                found = [code for language, code in blocks(read(path)) if KINDS.get(language) == kind]
                assert len(found) > more_than, "%s has no more %s blocks than before" % (path, kind)
                for code in found:
                    try:
                        parse(kind, code)
                    except Exception as error:
                        raise AssertionError("%s: a %s block does not parse: %s" % (path, kind, error)) from None
            """#
    )

    private static let files = Part(
        names: ["assert_there", "assert_gone", "assert_changed", "assert_executable", "assert_not_executable"],
        imports: ["hashlib", "os"],
        text: #"""
            def assert_there(path):
                assert os.path.lexists(path), path + " is missing"


            def assert_gone(path):
                assert not os.path.lexists(path), path + " is still there"


            def assert_changed(path, start):
                """start is the SHA-256 of the file at the start of the task."""
                assert_there(path)
                with open(path, "rb") as file:
                    assert hashlib.sha256(file.read()).hexdigest() != start, path + " is what it was"


            def assert_executable(path):
                assert os.access(path, os.X_OK), path + " is not executable"


            def assert_not_executable(path):
                assert_there(path)
                assert not os.stat(path).st_mode & 0o111, path + " is executable"
            """#
    )

    private static let syntax = Part(
        names: ["assert_parses"],
        imports: ["ast", "json", "os"],
        text: #"""
            def assert_parses(path):
                """For the formats that Python itself can read; others pass if they are not empty."""
                with open(path, "rb") as file:
                    data = file.read()
                assert data.strip() or os.path.basename(path) in ("__init__.py", ".gitkeep", "py.typed"), path + " is empty"
                if path.endswith((".py", ".pyi")):
                    ast.parse(data, filename=path)
                elif path.endswith(".json"):
                    json.loads(data)
                elif path.endswith(".toml"):
                    try:
                        import tomllib
                    except ImportError:
                        return
                    tomllib.loads(data.decode())
                elif path.endswith((".xml", ".svg")):
                    import xml.etree.ElementTree
                    xml.etree.ElementTree.fromstring(data)
            """#
    )
}
