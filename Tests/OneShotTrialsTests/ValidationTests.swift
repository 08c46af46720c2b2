import Foundation
import OneShotCore
import OneShotPreparation
import OneShotTesting
import Testing

@testable import OneShotTrials

@Suite(
    "Integration: the validation of a task",
    .enabled(if: !TestEngine.available.isEmpty, "no engine: bubblewrap is not installed"),
    .timeLimit(.minutes(5))
)
struct ValidationTests {
    @Test("admits a task that fails without work and passes with the solution, for these bytes")
    func admitted() async throws {
        try await TrialHarness.with(.local) { harness in
            let record = try await harness.runner.validate(harness.task)
            #expect(record.admitted)
            #expect(record.reasons == [])
            #expect(record.checks.map(\.name) == ["nop", "empty", "oracle", "oracle again"])
            #expect(record.checks.map(\.score) == [0, 0, 1, 1])
            #expect(record.digests == (try PreparedTask.load(harness.task).digests()))
            let file = harness.task.appendingPathComponent("validation.json")
            #expect(try StrictJSON.read(ValidationRecord.self, at: file) == record)
            #expect(!FileManager.default.fileExists(atPath: harness.workspace.runs.path))
            #expect(try FileManager.default.contentsOfDirectory(atPath: harness.workspace.state.path) == [])
        }
    }

    @Test(
        "refuses a task, and says why",
        arguments: [
            (
                "def test_adds(): pass\ndef test_usage(): assert '## Usage' in open('README.md').read()\n",
                "without any work"
            ),
            (
                "def test_adds(): assert False, 'never'\ndef test_usage(): assert False\n",
                "with the solution: test_adds failed: AssertionError: never"
            ),
            ("def test_adds(): pass\n", "'test_usage', which test_skeleton.py does not have"),
            ("import (\n", "the tests could not be run"),
        ]
    )
    func refused(tests: String, reason: String) async throws {
        try await TrialHarness.with(.local, task: FixtureTask(tests: tests)) { harness in
            let record = try await harness.runner.validate(harness.task)
            #expect(!record.admitted)
            #expect(record.reasons.contains { $0.contains(reason) })
        }
    }

    @Test("refuses a solution that does not apply, and a rubric that only a judge can grade")
    func unprovable() async throws {
        try await TrialHarness.with(.local) { harness in
            let solution = harness.task.appendingPathComponent("solution/diff.patch")
            let text = try String(contentsOf: solution, encoding: .utf8)
            try AtomicFile.write(text.replacing("return a - b", with: "return a * b"), to: solution)
            let record = try await harness.runner.validate(harness.task)
            #expect(record.reasons.contains { $0.contains("the solution does not apply to the start commit") })
        }
        let judged = FixtureTask(rubric: "# Rubric: x\n## tidy (weight: 1)\nIt is tidy.\n- judge\n")
        try await TrialHarness.with(.local, task: judged) { harness in
            let record = try await harness.runner.validate(harness.task)
            #expect(record.reasons == ["no criterion of the rubric is bound to tests; only those can be proved"])
        }
    }
}
