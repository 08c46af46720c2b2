import Foundation
import OneShotCore
import OneShotPreparation
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotTrials

/// Suites as the runner program runs them, with this machine's tools.
@Suite(
    "Suites in the runner program",
    .enabled(if: Tool.isAvailable("python3"), "python3 is not on PATH"),
    .timeLimit(.minutes(2))
)
struct SuiteProgramTests {
    private static func run(
        _ suites: [TestSuites.Suite],
        files: [String: String],
        seconds: Int = 60,
        seed: UInt64? = nil
    ) async throws -> [TestResult] {
        try await withTemporaryDirectory { directory in
            let workspace = directory.appendingPathComponent("workspace")
            try FixtureTask.write(files, to: workspace)
            let plans = suites.map { suite in
                SuitePlan(
                    suite: suite,
                    control: SuiteControl(
                        for: suite,
                        token: "qwertyuiopas",
                        source: files[suite.files.last ?? ""] ?? ""
                    ),
                    seed: seed,
                    evaluation: directory.path
                )
            }
            for control in plans.compactMap(\.control) {
                try FixtureTask.write([control.path: control.text], to: workspace)
            }
            var own = SuiteDrivers.files
            own["runner.py"] = RunnerProgram.text
            own["plan.json"] = "[" + plans.map(\.json.compactText).joined(separator: ",") + "]"
            own["test_skeleton.py"] = ""
            own["nonce"] = "n0nce"
            try FixtureTask.write(own, to: directory)
            let words = RunnerProgram.command(
                program: directory.appendingPathComponent("runner.py").path,
                script: directory.appendingPathComponent("test_skeleton.py").path,
                workspace: workspace.path,
                nonce: directory.appendingPathComponent("nonce").path,
                seconds: seconds,
                plan: directory.appendingPathComponent("plan.json").path
            )
            let result = try await Command(words[0], Array(words.dropFirst()), timeout: .seconds(100)).run()
            let report = try TestReport(output: result.standardOutput, nonce: "n0nce", exit: result.exit)
            return try Verifier.results(report, plans: plans, expected: nil)
        }
    }

    private static let python = ["python3", "-I", "-B", "{driver}", "{report}", "{files}"]

    private static let pythonFiles = [
        "tally/words.py": "def words(text):\n    return len(text.split())\n",
        "tests/test_words.py": """
        import unittest
        from tally.words import words

        def test_plain():
            assert words("a b") == 2

        class Words(unittest.TestCase):
            def test_none(self):
                self.assertEqual(words(""), 0)
            def test_wrong(self):
                self.assertEqual(words(""), 1)

        """,
        "tests/test_gone.py": "import not_there\n",
    ]

    @Test("Python's tests have the same names with pytest and without", arguments: [true, false])
    func python(hasPackage: Bool) async throws {
        var files = Self.pythonFiles
        if hasPackage { files["tests/__init__.py"] = "" }
        let suite = TestSuites.Suite(
            id: "test_python",
            runner: .python,
            command: Self.python,
            files: ["tests/test_gone.py", "tests/test_words.py"]
        )
        let results = try await Self.run([suite], files: files)
        #expect(results.map(\.status) == [.failed], "\(results)")
        let cases = Dictionary(uniqueKeysWithValues: (results.first?.cases ?? []).map { ($0.name, $0.status) })
        #expect(
            cases == [
                "tests/test_words.py::test_plain": .passed, "tests/test_words.py::Words::test_none": .passed,
                "tests/test_words.py::Words::test_wrong": .failed, "tests/test_gone.py": .error,
            ]
        )
    }

    @Test("a shuffled order gives the same cases")
    func shuffled() async throws {
        let suite = TestSuites.Suite(
            id: "test_python",
            runner: .python,
            command: Self.python,
            files: ["tests/test_words.py"]
        )
        let plain = try await Self.run([suite], files: Self.pythonFiles)
        let shuffled = try await Self.run([suite], files: Self.pythonFiles, seed: 3)
        func outcomes(_ results: [TestResult]) -> [String: TestResult.Status] {
            Dictionary(uniqueKeysWithValues: results.flatMap(\.cases).map { ($0.name, $0.status) })
        }
        #expect(outcomes(plain) == outcomes(shuffled))
        #expect(plain.flatMap(\.cases).count == 3)
    }

    @Test("shell scripts, a program that is not there, one that hangs, and an old report")
    func others() async throws {
        let mark = "87\(Int.random(in: 100_000...999_999))"
        let results = try await Self.run(
            [
                .init(id: "test_shell", runner: .exit, command: ["sh", "{file}"], files: ["a.sh", "b.sh"]),
                .init(id: "test_none", runner: .tap, command: ["no-such-program"]),
                .init(
                    id: "test_late",
                    runner: .tap,
                    command: ["sh", "-c", "setsid sleep \(mark) & sleep \(mark)"],
                    timeoutSeconds: 1
                ),
                .init(id: "test_old", runner: .junit, command: ["true"], report: "out/**/*.xml"),
                .init(
                    id: "test_new",
                    runner: .junit,
                    directory: "out",
                    command: ["sh", "-c", "mkdir -p x; cp ../forged.xml x/"],
                    report: "**/*.xml"
                ),
            ],
            files: [
                "a.sh": "exit 0", "b.sh": "exit 4", "out/old.xml": "<testsuite><testcase name='a'/></testsuite>",
                "forged.xml": "<testsuite><testcase name='b'/></testsuite>",
            ]
        )
        let named = Dictionary(uniqueKeysWithValues: results.map { ($0.name, $0) })
        #expect(named["test_shell"]?.cases.map(\.status) == [.passed, .failed])
        #expect(named["test_none"]?.message.contains("could not be started") == true)
        #expect(named["test_late"]?.message.contains("did not end in its time") == true)
        #expect(named["test_old"]?.message.contains("no test ran") == true)
        #expect(named["test_new"]?.status == .passed)
        #expect(try await Command("pgrep", ["-f", "sleep \(mark)"]).run().text == "")
    }

    @Test(
        "node, where it is installed, says what became of each test",
        .enabled(if: Tool.isAvailable("node"), "no node")
    )
    func node() async throws {
        let suite = TestSuites.Suite(
            id: "test_node",
            runner: .node,
            command: [
                "node", "--test", "--test-reporter", "{driver}", "--test-reporter-destination", "{report}", "{files}",
            ],
            files: ["test/a.test.mjs"]
        )
        let honest = "export const add = (a, b) => a + b;\n"
        let patched = "import assert from \"node:assert\";\nassert.equal = () => {};\nexport const add = () => 0;\n"
        let test = """
            import { test, describe } from "node:test";
            import assert from "node:assert";
            import { add } from "../lib.mjs";
            describe("add", () => test("adds", () => assert.equal(add(2, 3), 5)));

            """
        let good = try await Self.run([suite], files: ["lib.mjs": honest, "test/a.test.mjs": test])
        #expect(good.map(\.status) == [.passed], "\(good)")
        #expect(good.flatMap(\.cases).map(\.name) == ["test/a.test.mjs > add > adds", "test/a.test.mjs > add"])
        let bad = try await Self.run([suite], files: ["lib.mjs": patched, "test/a.test.mjs": test])
        #expect(bad.map(\.status) == [.error])
        #expect(bad.first?.message.contains("assertions cannot be trusted") == true)
    }
}
