import Foundation
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotTrials

@Suite(
    "Integration: a run that is scored again",
    .enabled(if: !TestEngine.available.isEmpty, "no engine: bubblewrap is not installed"),
    .timeLimit(.minutes(5))
)
struct ScoreAgainTests {
    private static let halfWork = AgentChoice.command("echo '## Usage' >>README.md; mkdir -p ignored; touch ignored/x")

    private func edit(_ harness: TrialHarness, _ from: String, _ to: String, in file: String) throws {
        let url = harness.task.appendingPathComponent(file)
        let text = try String(contentsOf: url, encoding: .utf8)
        try #require(text.contains(from))
        try AtomicFile.write(text.replacing(from, with: to), to: url)
    }

    @Test("has the same score, and keeps the earlier results")
    func same() async throws {
        try await TrialHarness.with(.local) { harness in
            let (first, directory) = try await harness.run(Self.halfWork)
            let second = try await harness.runner.score(directory)
            #expect(first.score == 0.25)
            #expect(second.score == first.score)
            #expect(second.criteria == first.criteria)
            #expect(second.grading == 2)
            #expect(second.hashes == first.hashes)
            let third = try await harness.runner.score(directory)
            #expect(third.grading == 3)
            let kept = [1, 2].map { directory.url.appendingPathComponent("results.\($0).json") }
            #expect(try StrictJSON.read(TrialResults.self, at: kept[0]) == first)
            #expect(try StrictJSON.read(TrialResults.self, at: kept[1]) == second)
            #expect(try ResultsFile.read(directory) == third)
        }
    }

    @Test("follows an edited rubric and edited tests")
    func edited() async throws {
        try await TrialHarness.with(.local) { harness in
            let (_, directory) = try await harness.run(Self.halfWork)
            try edit(harness, "explains (weight: 0.2)", "explains (weight: 0.6)", in: "evaluation/rubric_template.md")
            #expect(try await harness.runner.score(directory).score == 0.5)
            // The tests are not run for this one: their outcomes are those of the last time.
            try edit(harness, "## Usage", "## Other", in: "evaluation/tests_skeleton/test_skeleton.py")
            #expect(try await harness.runner.score(directory, scope: .judgeOnly).score == 0.5)
            #expect(try await harness.runner.score(directory, scope: .testsOnly).score == 0)
        }
    }

    @Test("becomes scored when what kept it from being graded is mended")
    func mended() async throws {
        let broken = FixtureTask(rubric: FixtureTask().rubric.replacing("tests: test_usage", with: "tests: test_usge"))
        try await TrialHarness.with(.local, task: broken) { harness in
            let (first, directory) = try await harness.run(.oracle)
            #expect(first.outcome == .infrastructureFailure)
            #expect(first.failure?.contains("'test_usge', which test_skeleton.py does not have") == true)
            try edit(harness, "test_usge", "test_usage", in: "evaluation/rubric_template.md")
            let second = try await harness.runner.score(directory)
            #expect(second.outcome == .scored)
            #expect(second.failure == nil)
            #expect(second.score == 1)
        }
    }

    @Test("stays as it is when it cannot be graded", arguments: ["diff", "bundle", "task", "rubric"])
    func impossible(what: String) async throws {
        try await TrialHarness.with(.local) { harness in
            let (first, directory) = try await harness.run(.oracle)
            switch what {
            case "diff": try FileManager.default.removeItem(at: directory.diff)
            case "bundle": try AtomicFile.write("x", to: harness.task.appendingPathComponent("repo.bundle"))
            case "task": try FileManager.default.removeItem(at: harness.task)
            default:
                try AtomicFile.write("# x", to: harness.task.appendingPathComponent("evaluation/rubric_template.md"))
            }
            await #expect(throws: (any Error).self) { try await harness.runner.score(directory) }
            #expect(try ResultsFile.read(directory) == first)
            #expect(!FileManager.default.fileExists(atPath: directory.work.path))
        }
    }
}
