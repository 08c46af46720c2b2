import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotTrials

/// The runner program under this machine's Python.
@Suite(
    "The runner program",
    .enabled(if: Tool.isAvailable("python3"), "python3 is not on PATH"),
    .timeLimit(.minutes(2))
)
struct RunnerProgramTests {
    struct Run {
        var tests: [String: TestResult]
        var log: String
    }

    private static func run(_ script: String, files: [String: String] = [:], seconds: Int = 30) async throws -> Run {
        try await withTemporaryDirectory { directory in
            let workspace = directory.appendingPathComponent("workspace")
            try FileManager.default.createDirectory(at: workspace, withIntermediateDirectories: true)
            for (name, text) in files {
                try Data(text.utf8).write(to: workspace.appendingPathComponent(name))
            }
            let program = directory.appendingPathComponent("runner.py")
            let test = directory.appendingPathComponent("test_skeleton.py")
            let nonce = directory.appendingPathComponent("nonce")
            try Data(RunnerProgram.text.utf8).write(to: program)
            try Data(script.utf8).write(to: test)
            try Data("n0nce".utf8).write(to: nonce)
            let words = RunnerProgram.command(
                program: program.path,
                script: test.path,
                workspace: workspace.path,
                nonce: nonce.path,
                seconds: seconds
            )
            let result = try await Command(words[0], Array(words.dropFirst()), timeout: .seconds(60)).run()
            #expect(!FileManager.default.fileExists(atPath: nonce.path))
            let report = try TestReport(output: result.standardOutput, nonce: "n0nce", exit: result.exit)
            let named = Dictionary(report.tests.map { ($0.name, $0) }) { first, _ in first }
            #expect(named.count == report.tests.count)
            return Run(tests: named, log: result.errorText)
        }
    }

    @Test("runs bare functions and test cases, and says what became of each")
    func kinds() async throws {
        let run = try await Self.run(
            """
            import unittest
            def test_passes(): print("seen")
            def test_fails(): assert 1 == 2, "one is not two"
            def test_errs(): open("/nonexistent")
            async def test_awaits(): assert True
            def helper(): raise Exception
            class Case(unittest.TestCase):
                def setUp(self): self.value = 3
                def test_value(self): self.assertEqual(self.value, 4)
                @unittest.skip("not here")
                def test_skipped(self): pass
                def test_parts(self):
                    for number in (1, 2):
                        with self.subTest(number=number): self.assertEqual(number, 1)
            """
        )
        #expect(
            run.tests.mapValues(\.status) == [
                "test_passes": .passed, "test_fails": .failed, "test_errs": .error, "test_awaits": .passed,
                "Case.test_value": .failed, "Case.test_skipped": .skipped, "Case.test_parts": .failed,
            ]
        )
        #expect(run.tests["test_fails"]?.message.contains("one is not two") == true)
        #expect(run.tests["Case.test_value"]?.message.contains("3 != 4") == true)
        #expect(run.log.contains("seen"))
        #expect(run.log.contains("Traceback"))
    }

    @Test("starts in the workspace and can import from it, but not instead of the library")
    func imports() async throws {
        let run = try await Self.run(
            """
            import json, os
            def test_place(): assert os.path.exists("mine.py")
            def test_import():
                import mine
                assert mine.x == 1
            def test_library(): assert json.dumps([]) == "[]"
            """,
            files: ["mine.py": "x = 1", "json.py": "raise SystemExit(0)", "unittest.py": "raise SystemExit(0)"]
        )
        #expect(run.tests.values.allSatisfy { $0.status == .passed })
    }

    @Test("counts every test as failed when the import fails, with the reason")
    func brokenImport() async throws {
        let run = try await Self.run("import not_there\ndef test_a(): pass\ndef test_b(): pass\n")
        #expect(run.tests.count == 2)
        #expect(run.tests.values.allSatisfy { $0.status == .error && $0.message.contains("not_there") })
    }

    @Test(
        "goes on after a test that ends its process, and believes nothing that it said",
        arguments: [
            "import os; os._exit(0)", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        ]
    )
    func suicide(code: String) async throws {
        let run = try await Self.run("def test_a(): pass\ndef test_b():\n    \(code)\ndef test_c(): pass\n")
        #expect(run.tests.mapValues(\.status) == ["test_a": .passed, "test_b": .error, "test_c": .passed])
    }

    @Test("counts all tests as failed when importing the code under test ends the process")
    func suicideAtImport() async throws {
        let run = try await Self.run(
            "import evil\ndef test_a(): pass\n",
            files: ["evil.py": "import os\nos._exit(0)"]
        )
        #expect(run.tests.mapValues(\.status) == ["test_a": .error])
    }

    @Test("stops at its limit, and says which tests did not finish")
    func limit() async throws {
        let run = try await Self.run(
            "import time\ndef test_a(): pass\ndef test_b(): time.sleep(60)\ndef test_c(): pass\n",
            seconds: 2
        )
        #expect(run.tests.mapValues(\.status) == ["test_a": .passed, "test_b": .error, "test_c": .error])
    }

    @Test("ends what a test left in the background before it reports", .enabled(if: Self.isLinux, "needs /proc"))
    func leftovers() async throws {
        let mark = "86\(Int.random(in: 100_000...999_999))"
        let run = try await Self.run(
            """
            import subprocess
            def test_a(): subprocess.Popen(["setsid", "sh", "-c", "sleep \(mark) & sleep \(mark)"])
            """
        )
        #expect(run.tests["test_a"]?.status == .passed)
        let left = try await Command("pgrep", ["-f", "sleep \(mark)"]).run()
        #expect(left.text == "")
    }

    @Test("says where the test file itself is broken")
    func syntaxError() async throws {
        await #expect(throws: TrialError.verifier(reason: "test_skeleton.py, line 2: expected ':'")) {
            _ = try await Self.run("import os\ndef test_a()\n    pass\n")
        }
    }

    static var isLinux: Bool {
        #if os(Linux)
            true
        #else
            false
        #endif
    }
}
