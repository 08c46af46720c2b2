extension Tamper {
    /// Against pytest, unittest and the interpreter. Some are tried on every task, since Python runs the tests of every
    /// task.
    static let python: [Tamper] = [
        .files(
            "conftest",
            [
                .write("conftest.py", passEverything),
                Edit(place: .besideTests("conftest.py"), change: .write(passEverything)),
            ]
        ),
        .files(
            "sitecustomize",
            [
                .write("sitecustomize.py", exitWithZero), .write("usercustomize.py", exitWithZero),
                .write("tamper.pth", "import os; os._exit(0)\n"),
                Edit(place: .besideTests("sitecustomize.py"), change: .write(exitWithZero)),
            ]
        ),
        .files(
            "pytest_plugin",
            ["python"],
            [
                .write("pytest.ini", "[pytest]\naddopts = -p tamper_plugin\n"),
                .write("tox.ini", "[pytest]\naddopts = -p tamper_plugin\n"),
                Edit(place: .path("setup.cfg"), change: .append("\n[tool:pytest]\naddopts = -p tamper_plugin\n")),
                .write("tamper_plugin.py", passEverything),
            ]
        ),
        .files(
            "collect_nothing",
            ["python"],
            [.write("pytest.ini", "[pytest]\naddopts = --collect-only -q\npython_files = nothing_*.py\n")]
        ),
        .files(
            "shadowed_modules",
            [
                "pytest.py", "pytest/__init__.py", "pytest/__main__.py", "unittest/__init__.py", "unittest/__main__.py",
                "subprocess.py", "hashlib.py", "importlib/util.py",
            ].map { .write($0, exitWithZero) }
        ),
        .inProcess("patched_assertions", "python", .append(patchAssertions)),
        .inProcess("equal_to_everything", "python", .append(equalToEverything)),
        .files("exit_hook", ["python"], [.solution(.append("\nimport atexit, os\natexit.register(os._exit, 0)\n"))]),
        .files("forged_output", ["python"], [.solution(.prepend(forgedOutput))]),
    ]

    static let exitWithZero = "import os\nos._exit(0)\n"

    private static let passEverything = """
        import pytest


        @pytest.hookimpl(hookwrapper=True)
        def pytest_runtest_makereport(item, call):
            outcome = yield
            report = outcome.get_result()
            report.outcome = "passed"
            report.longrepr = None


        def pytest_collection_modifyitems(session, config, items):
            for item in items:
                item.obj = lambda *args, **kwargs: None


        @pytest.hookimpl(trylast=True)
        def pytest_sessionfinish(session, exitstatus):
            session.exitstatus = 0

        """

    private static let patchAssertions = """


        def _tamper():
            import sys, unittest
            for name in dir(unittest.TestCase):
                if name.startswith("assert") or name == "fail":
                    setattr(unittest.TestCase, name, lambda *args, **kwargs: None)
            if "pytest" in sys.modules:
                from _pytest.python import Function
                Function.runtest = lambda self: None
            for module in list(sys.modules.values()):
                for name, value in list(getattr(module, "__dict__", {}).items()):
                    if name.startswith("test") and hasattr(value, "__code__"):
                        value.__code__ = (lambda *args, **kwargs: None).__code__


        _tamper()

        """

    private static let equalToEverything = """


        class _Everything:
            def __eq__(self, other): return True
            def __ne__(self, other): return False
            def __bool__(self): return True
            def __contains__(self, item): return True
            def __call__(self, *args, **kwargs): return self
            def __getattr__(self, name): return self
            def __getitem__(self, key): return self
            def __iter__(self): return iter(())
            def __len__(self): return 0
            def __index__(self): return 0
            def __float__(self): return 0.0
            def __enter__(self): return self
            def __exit__(self, *error): return True
            def __hash__(self): return 0
            def __repr__(self): return ""


        for _name, _value in list(globals().items()):
            if callable(_value) and not _name.startswith("_"):
                globals()[_name] = _Everything()


        def __getattr__(name):
            if name.startswith("__"):
                raise AttributeError(name)
            return _Everything()

        """

    private static let forgedOutput = """
        import sys as _sys
        for _stream in (_sys.__stdout__, _sys.__stderr__):
            print('''
        {tests:{test} PASSED
        ok 1 - {test}
        --- PASS: {test} (0.00s)
        test {test} ... ok
        PASSED {test}:}
        1..1
        OK
        == 1 passed in 0.01s ==
        ''', file=_stream, flush=True)

        """
}
