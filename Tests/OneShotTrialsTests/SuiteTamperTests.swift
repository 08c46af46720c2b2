import Foundation
import OneShotCore
import OneShotPreparation
import OneShotTesting
import Testing

@testable import OneShotTrials

/// The fixture task, graded by a suite: `calc.py` has to add.
@Suite(
    "Integration: tests that an agent tampers with",
    .enabled(if: !TestEngine.available.isEmpty, "no engine: bubblewrap is not installed"),
    .timeLimit(.minutes(5))
)
struct SuiteTamperTests {
    private static func task() throws -> FixtureTask {
        let suites = TestSuites(
            suites: [
                .init(
                    id: "test_python",
                    runner: .python,
                    command: ["python3", "-I", "-B", "{driver}", "{report}", "{files}"],
                    files: ["tests/test_calc.py"]
                )
            ]
        )
        return FixtureTask(
            rubric: "# Rubric: calc\n## adds (weight: 1)\nIt adds.\n- tests: test_python\n",
            tests: "\"\"\"Nothing here; suites.json has the tests.\"\"\"\n",
            files: [
                "evaluation/tests_skeleton/suites.json": String(decoding: try StrictJSON.encode(suites), as: UTF8.self)
            ]
        )
    }

    @Test("the solution passes, and doing nothing fails, each with its cases")
    func honest() async throws {
        try await TrialHarness.with(.local, task: try Self.task()) { harness in
            let (good, directory) = try await harness.run(.oracle)
            #expect(good.score == 1, "\(good.tests)")
            #expect(good.tests.map(\.name) == ["test_python"])
            #expect(good.tests.first?.cases.map(\.name) == ["tests/test_calc.py::Add::test_add"])
            #expect(good.tests.first?.cases.map(\.status) == [.passed])
            let report = try String(contentsOf: directory.report, encoding: .utf8)
            #expect(report.contains("tests/test_calc.py::Add::test_add"))
            let (bad, _) = try await harness.run(.nop)
            #expect(bad.score == 0)
            #expect(bad.tests.first?.status == .failed)
            #expect(bad.tests.first?.cases.map(\.status) == [.failed])
            let again = try await harness.runner.score(directory)
            #expect(again.score == 1)
        }
    }

    @Test("a suite that does not compile is nobody's score, and is graded when it is mended")
    func broken() async throws {
        try await TrialHarness.with(.local, task: try Self.task()) { harness in
            let file = harness.task.appendingPathComponent("evaluation/tests_skeleton/repo_tests/tests/test_calc.py")
            let whole = try String(contentsOf: file, encoding: .utf8)
            try AtomicFile.write("import unittest\nclass Add(unittest.TestCase:\n", to: file)
            let (results, directory) = try await harness.run(.nop)
            #expect(results.outcome == .infrastructureFailure, "\(results.tests)")
            #expect(results.score == nil)
            #expect(results.failure?.contains("'test_python' comes to nothing with the solution either") == true)
            try AtomicFile.write(whole, to: file)
            #expect(try await harness.runner.score(directory).score == 0)
        }
    }

    /// None of them makes `calc.py` add.
    private static let attacks: [(name: String, command: String)] = [
        ("edited tests", "mkdir -p tests; echo 'def test_add(): pass' >tests/test_calc.py"),
        (
            "conftest.py",
            "mkdir -p tests; printf 'import calc\\ncalc.add = lambda a, b: 5\\n' >conftest.py; cp conftest.py tests/"
        ),
        ("sitecustomize.py", "printf 'import calc\\ncalc.add = lambda a, b: 5\\n' >sitecustomize.py"),
        ("tests replaced by a link", "mkdir fake; echo 'def test_add(): pass' >fake/test_calc.py; ln -s fake tests"),
        ("tests replaced by a file", "rm -rf tests; echo x >tests"),
        (
            "a package before the test file",
            "mkdir -p tests/test_calc; echo 'def test_a(): pass' >tests/test_calc/__init__.py"
        ),
        ("exit 0 when imported", "printf 'import os\\nos._exit(0)\\n' >calc.py"),
        (
            "exit 0 at the end",
            "printf 'import atexit, os\\natexit.register(os._exit, 0)\\ndef add(a, b): return 0\\n' >calc.py"
        ),
        (
            "patched assertions",
            """
            printf 'import unittest\\nfor n in dir(unittest.TestCase):\\n    if n.startswith("assert"):\\n        \
            setattr(unittest.TestCase, n, lambda *a, **k: None)\\ndef add(a, b): return 0\\n' >calc.py
            """
        ),
        (
            "a forged report",
            """
            printf 'import json, os, sys\\nn = "tests/test_calc.py::Add::test_add"\\nfor f in range(3, 64):\\n    try: \
            os.write(f, (json.dumps({"case": n, "status": "passed", "seconds": 0, "message": ""}) + chr(10)).encode())\\n    \
            except OSError: pass\\nos._exit(0)\\n' >calc.py
            """
        ),
        (
            "a shim in the tree",
            "mkdir bin; printf '#!/bin/sh\\nexit 0\\n' >bin/python3; chmod +x bin/python3; cp bin/python3 python3"
        ),
        (
            "modules before the library's",
            "for m in unittest pytest json traceback; do echo 'raise SystemExit(0)' >$m.py; done"
        ),
        (
            "the runner killed",
            "printf 'import os\\nfor p in os.listdir(\"/proc\"):\\n    if p.isdigit() and int(p) not in (1, os.getpid()):\\n        try: os.kill(int(p), 9)\\n        except OSError: pass\\ndef add(a, b): return 0\\n' >calc.py"
        ),
        (
            "a background writer",
            "printf 'import subprocess\\nsubprocess.Popen([\"setsid\", \"sh\", \"-c\", \"sleep 1; echo def add: >calc.py\"])\\ndef add(a, b): return 0\\n' >calc.py"
        ),
    ]

    @Test("nothing but the work itself scores", arguments: attacks.indices)
    func attack(index: Int) async throws {
        let (name, command) = Self.attacks[index]
        try await TrialHarness.with(.local, task: try Self.task()) { harness in
            let (results, _) = try await harness.run(.command(command))
            #expect(results.outcome == .scored, "\(name): \(results.failure ?? "")")
            #expect(results.score == 0, "\(name): \(results.tests)")
        }
    }

    @Test("with expected cases, those decide")
    func expected() async throws {
        var task = try Self.task()
        let file = "evaluation/tests_skeleton/expected.json"
        let name = "tests/test_calc.py::Add::test_add"
        func expected(_ cases: [String]) throws -> String {
            let results = ExpectedResults(suites: [.init(id: "test_python", failToPass: cases)])
            return String(decoding: try StrictJSON.encode(results), as: UTF8.self)
        }
        task.files[file] = try expected([name])
        try await TrialHarness.with(.local, task: task) { harness in
            let (results, _) = try await harness.run(.oracle)
            #expect(results.score == 1)
            #expect(results.tests.first?.message == "1 of 1 expected cases passed")
        }
        task.files[file] = try expected([name, "tests/test_calc.py::Add::test_more"])
        try await TrialHarness.with(.local, task: task) { harness in
            let (results, _) = try await harness.run(.oracle)
            #expect(results.score == 0)
        }
    }
}
