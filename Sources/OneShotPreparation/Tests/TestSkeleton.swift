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
            function whose name starts with test_ is a test; rubric_template.md says what each counts for. Edit freely,
            then run 'oneshot validate' again: a test has to fail at the start of the task and pass on the solution.
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

    private static let parts = [reading, outline, files, syntax, running, python]

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
        names: ["assert_section"],
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

    private static let running = Part(
        names: ["run"],
        imports: ["os", "subprocess"],
        text: #"""
            def run(*command, **variables):
                """The command has to exit with 0; what it printed last is the reason if it does not."""
                environment = dict(os.environ, **variables)
                try:
                    result = subprocess.run(
                        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                        stderr=subprocess.STDOUT, timeout=600,
                    )
                except FileNotFoundError:
                    raise AssertionError(command[0] + " is not installed; add it to the task's Dockerfile") from None
                output = result.stdout.decode(errors="replace")
                print(output)
                assert result.returncode == 0, "%s ended with %d:\n%s" % (
                    " ".join(command), result.returncode, output[-3000:],
                )
                return output
            """#
    )

    private static let python = Part(
        names: ["run_python_tests"],
        imports: ["importlib.util", "sys"],
        uses: ["run"],
        text: #"""
            # Runs the TestCases and the plain test functions of one file; no test at all is a failure.
            PLAIN_RUNNER = '''
            import importlib, inspect, os, sys, unittest
            path = sys.argv[1]
            sys.path[:0] = [os.getcwd(), os.path.join(os.getcwd(), "src"), os.path.dirname(os.path.abspath(path))]
            name = path[: -len(".py")].replace("/", ".")
            if not all(part.isidentifier() for part in name.split(".")):
                name = os.path.basename(path)[: -len(".py")]
            module = importlib.import_module(name)
            suite = unittest.defaultTestLoader.loadTestsFromModule(module)
            for name, value in vars(module).items():
                if name.startswith("test") and inspect.isfunction(value) and value.__module__ == module.__name__:
                    suite.addTest(unittest.FunctionTestCase(value))
            result = unittest.TextTestRunner(verbosity=2).run(suite)
            sys.exit(0 if result.wasSuccessful() and result.testsRun > len(result.skipped) else 1)
            '''


            def run_python_tests(path):
                if importlib.util.find_spec("pytest"):
                    run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", path, PYTHONPATH=".:src")
                else:
                    run(sys.executable, "-c", PLAIN_RUNNER, path)
            """#
    )
}
