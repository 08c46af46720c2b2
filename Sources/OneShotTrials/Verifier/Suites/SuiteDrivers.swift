/// Programs of ours that run tests by the project's own means and report every case as it ends. A command of
/// `suites.json` names its runner's by `{driver}`.
enum SuiteDrivers {
    /// By the name of the file below the evaluation directory.
    static let files = [".driver.py": python, ".driver.mjs": node]

    /// pytest where there is one, else `unittest` and plain functions, under the same names. Arguments: the report,
    /// and the files. What it needs itself is imported before any path of the agent's tree is searched.
    static let python = #"""
        import asyncio, importlib, importlib.util, inspect, json, os, random, sys, time, traceback, unittest
        try:
            import pytest
        except ImportError:
            pytest = None

        report, files, root = sys.argv[1], sys.argv[2:], os.getcwd()
        order = os.environ.pop("ONESHOT_TEST_ORDER", None)
        channel = os.open(report, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        os.set_inheritable(channel, False)
        sys.path[:0] = [root] + [path for path in [os.path.join(root, "src")] if os.path.isdir(path)]
        WORSE = ["passed", "skipped", "failed", "error"]


        class Cases:
            def __init__(self):
                self.open, self.count, self.bad = {}, 0, False

            def note(self, name, status, seconds=0.0, message=""):
                old = self.open.get(name, ["passed", 0.0, ""])
                if WORSE.index(status) > WORSE.index(old[0]):
                    old[0], old[2] = status, str(message)[:1000]
                old[1] += seconds
                self.open[name] = old

            def tell(self, name):
                status, seconds, message = self.open.pop(name, ["error", 0.0, "it did not run"])
                self.count += 1
                self.bad = self.bad or status in ("failed", "error")
                line = json.dumps({"case": name, "status": status, "seconds": round(seconds, 4), "message": message})
                os.write(channel, line.encode() + b"\n")


        cases = Cases()


        class Plugin:
            """pytest's own account of each test."""

            def pytest_collection_modifyitems(self, items):
                if order:
                    random.Random(int(order)).shuffle(items)

            def pytest_collectreport(self, report):
                if report.failed:
                    cases.note(report.nodeid, "error", message=report.longreprtext[-1000:])
                    cases.tell(report.nodeid)

            def pytest_runtest_logreport(self, report):
                status, message = report.outcome, ""
                if report.failed:
                    status = "failed" if report.when == "call" else "error"
                    crash = getattr(report.longrepr, "reprcrash", None)
                    message = crash.message if crash else report.longreprtext[-1000:]
                elif report.skipped and isinstance(report.longrepr, tuple):
                    message = report.longrepr[2]
                cases.note(report.nodeid, status, getattr(report, "duration", 0.0), message)
                if report.when == "teardown":
                    cases.tell(report.nodeid)


        def configuration():
            """The project's own, where it has one; never what lies above it."""
            marks = [
                ("pytest.ini", ""), (".pytest.ini", ""), ("pyproject.toml", "[tool.pytest"), ("tox.ini", "[pytest]"),
                ("setup.cfg", "[tool:pytest]"),
            ]
            for name, mark in marks:
                path = os.path.join(root, name)
                if os.path.isfile(path):
                    with open(path, encoding="utf-8", errors="replace") as file:
                        if mark in file.read():
                            return path
            return os.devnull


        def run_pytest():
            words = [
                "-c", configuration(), "--rootdir", root, "-p", "no:cacheprovider", "--maxfail=0", "--color=no",
                "--continue-on-collection-errors",
            ]
            code = pytest.main(words + files, plugins=[Plugin()])
            if code == 4 and not cases.count:
                # The project asks for plugins that are not installed.
                code = pytest.main(words + ["-o", "addopts="] + files, plugins=[Plugin()])
            return int(code)


        class Result(unittest.TestResult):
            def __init__(self, name):
                super().__init__()
                self.name = name

            def note(self, status, error=None, message=""):
                if error:
                    traceback.print_exception(*error)
                    message = "".join(traceback.format_exception_only(*error[:2])).strip()
                cases.note(self.name, status, message=message)

            def addError(self, test, error): self.note("error", error)
            def addFailure(self, test, error): self.note("failed", error)
            def addSkip(self, test, reason): self.note("skipped", message=reason)
            def addExpectedFailure(self, test, error): self.note("skipped", message="expected failure")
            def addUnexpectedSuccess(self, test): self.note("failed", message="passed although expected to fail")

            def addSubTest(self, test, subtest, error):
                if error is not None:
                    self.note("failed" if issubclass(error[0], test.failureException) else "error", error)


        def load(path):
            folder, name = os.path.split(os.path.abspath(path))
            module = os.path.splitext(name)[0]
            while os.path.isfile(os.path.join(folder, "__init__.py")):
                folder, package = os.path.split(folder)
                module = package + "." + module
            if folder not in sys.path:
                sys.path.insert(0, folder)
            spec = importlib.util.spec_from_file_location(module, path)
            if "." in module:
                importlib.import_module(module.rpartition(".")[0])
            loaded = importlib.util.module_from_spec(spec)
            sys.modules[module] = loaded
            spec.loader.exec_module(loaded)
            return loaded


        def call(function, result):
            needed = [p.name for p in inspect.signature(function).parameters.values() if p.default is p.empty]
            if needed:
                return result.note("error", message="needs pytest, which is not installed, for " + ", ".join(needed))
            try:
                answer = function()
                if inspect.iscoroutine(answer):
                    asyncio.run(answer)
            except unittest.SkipTest as skip:
                result.addSkip(None, str(skip))
            except AssertionError:
                result.addFailure(None, sys.exc_info())
            except BaseException:
                result.addError(None, sys.exc_info())


        def run_plain():
            tests = []
            for path in files:
                try:
                    module = load(path)
                except BaseException:
                    Result(path).note("error", sys.exc_info())
                    cases.tell(path)
                    continue
                for name, value in list(vars(module).items()):
                    if getattr(value, "__module__", None) != module.__name__:
                        continue
                    if inspect.isfunction(value) and name.startswith("test"):
                        tests.append((path + "::" + name, lambda result, value=value: call(value, result)))
                    elif inspect.isclass(value) and issubclass(value, unittest.TestCase):
                        for method in unittest.defaultTestLoader.getTestCaseNames(value):
                            run = lambda result, v=value, m=method: unittest.TestSuite([v(m)]).run(result)
                            tests.append(("%s::%s::%s" % (path, name, method), run))
            if order:
                random.Random(int(order)).shuffle(tests)
            for name, run in tests:
                began, result = time.monotonic(), Result(name)
                cases.note(name, "passed")
                run(result)
                cases.note(name, "passed", time.monotonic() - began)
                cases.tell(name)
            return 1 if cases.bad else 0 if cases.count else 5


        sys.exit(run_pytest() if pytest else run_plain())

        """#

    /// A reporter for `node --test` (Node.js 18.15 and later), which runs in the process that starts those of the tests.
    static let node = #"""
        import path from "node:path";
        import { fileURLToPath } from "node:url";
        // Node 18 tells of a module by its address.
        const place = (file) => path.relative(process.cwd(), file.startsWith("file:") ? fileURLToPath(file) : file);
        const kinds = { "test:start": "start", "test:pass": "pass", "test:fail": "fail" };
        export default async function* reporter(source) {
            for await (const { type, data } of source) {
                if (!kinds[type]) continue;
                const error = data.details?.error;
                yield JSON.stringify({
                    event: kinds[type], name: data.name, nesting: data.nesting,
                    file: data.file ? place(data.file) : "",
                    skip: data.skip !== undefined && data.skip !== false,
                    todo: data.todo !== undefined && data.todo !== false,
                    ms: data.details?.duration_ms, message: error ? String(error.cause?.message ?? error.message) : "",
                }) + "\n";
            }
        }

        """#
}
