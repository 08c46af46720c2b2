import Foundation
import OneShotCore
import OneShotRecorder
import OneShotTesting
import Testing

@testable import OneShotTrials

@Suite(
    "Integration: attempts",
    .enabled(if: Tool.isAvailable("bwrap"), "bubblewrap is not installed"),
    .timeLimit(.minutes(5))
)
struct AttemptsTests {
    /// Each time that it is run, it leaves something else.
    private static let agent = AgentChoice.command("echo '## Usage' >>README.md; od -N 8 -t x1 /dev/urandom >mark.txt")

    /// Leaves a run as a supervisor does that is killed; without `work`, before its agent had ended.
    private func interrupt(_ run: RunDirectory, work: Bool) throws {
        let attempt = try #require(run.attempts.last)
        for file in [run.results, run.report, attempt.results] { try FileManager.default.removeItem(at: file) }
        guard !work else { return }
        var record = try StrictJSON.read(AttemptRecord.self, at: attempt.record)
        record.work = nil
        record.phases = record.phases.filter { $0.name < .diff }
        try AtomicFile.write(try StrictJSON.encode(record), to: attempt.record)
    }

    @Test("what the agent had finished is only graded")
    func graded() async throws {
        try await TrialHarness.with(.local) { harness in
            let (first, run) = try await harness.run(Self.agent)
            #expect(run.state == .finished)
            try interrupt(run, work: true)
            #expect(run.state == .interrupted)
            #expect(try RunDirectory.list(in: harness.workspace.runs).isEmpty)
            #expect(try RunDirectory.find("latest", in: harness.workspace.runs, unfinished: true).name == run.name)
            let second = try await harness.runner.resume(run)
            #expect(run.state == .finished)
            #expect(second.score == first.score)
            #expect(second.hashes == first.hashes)
            #expect(second.attempts.count == 1)
            #expect(second.exitCode == 0)
            #expect(second.phases.map(\.name) == TrialPhase.allCases)
            // A run that has a score stays as it is.
            #expect(try await harness.runner.resume(run) == second)
        }
    }

    @Test("what it had not is begun anew, and the first attempt stays")
    func anew() async throws {
        try await TrialHarness.with(.local) { harness in
            let (first, run) = try await harness.run(Self.agent)
            try interrupt(run, work: false)
            let second = try await harness.runner.resume(run)
            #expect(second.attempt == 2)
            #expect(second.score == first.score)
            #expect(second.attempts.map(\.outcome) == [.cancelled, .scored])
            #expect(second.attempts[0].failure?.contains("interrupted in the phase 'agent'") == true)
            #expect(second.hashes["diff"] != first.hashes["diff"])
            #expect(try Digest.sha256(file: run.attempt(1).diff) == first.hashes["diff"])
            #expect(try Digest.sha256(file: run.diff) == second.hashes["diff"])
            #expect(try ResultsFile.read(at: run.attempt(1).results).outcome == .cancelled)
            #expect(!FileManager.default.fileExists(atPath: run.work.path))
        }
    }

    @Test("results that were not shown yet are, without running anything")
    func published() async throws {
        try await TrialHarness.with(.local) { harness in
            let (first, run) = try await harness.run(Self.agent)
            for file in [run.results, run.report] { try FileManager.default.removeItem(at: file) }
            #expect(try await harness.runner.resume(run) == first)
            #expect(try ResultsFile.report(run).contains("**Score"))
        }
    }

    @Test("what kept it from being graded is mended, and it is graded")
    func mended() async throws {
        let task = FixtureTask(tests: "def test_adds(:\n")
        try await TrialHarness.with(.local, task: task) { harness in
            let request = TrialRequest(task: harness.task, agent: Self.agent, verifierLimit: .seconds(60), attempts: 2)
            let (first, run) = try await harness.runner.run(request)
            #expect(first.outcome == .infrastructureFailure)
            // Graded twice, since that may pass; the agent has worked once.
            #expect(first.grading == 2)
            #expect(first.attempts.map(\.attempt) == [1])
            try AtomicFile.write(
                FixtureTask().tests,
                to: harness.task.appendingPathComponent("evaluation/tests_skeleton/test_skeleton.py")
            )
            let second = try await harness.runner.resume(run)
            #expect(second.outcome == .scored)
            #expect(second.hashes["diff"] == first.hashes["diff"])
            #expect(second.attempts.map(\.outcome) == [.scored])
        }
    }

    @Test("an agent that cannot start is tried as often as was asked for, each attempt kept")
    func retried() async throws {
        let solution = ["calc.py": "x\n"]
        try await TrialHarness.with(.local, task: FixtureTask(solution: solution)) { harness in
            let file = harness.task.appendingPathComponent("solution/diff.patch")
            try AtomicFile.write("garbage\n", to: file)
            let (results, run) = try await harness.runner.run(
                TrialRequest(task: harness.task, agent: .oracle, attempts: 3)
            )
            #expect(results.outcome == .infrastructureFailure)
            #expect(results.attempts.map(\.attempt) == [1, 2, 3])
            #expect(run.attempts.map(\.number) == [1, 2, 3])
        }
    }

    @Test("nobody goes on with a run that another process works on")
    func busy() async throws {
        try await TrialHarness.with(.local) { harness in
            let (_, run) = try await harness.run(.nop)
            try interrupt(run, work: true)
            let lock = try #require(try FileLock.take(run.lock))
            #expect(run.state == .running)
            await #expect(throws: TrialError.busy(run: run.name)) { try await harness.runner.resume(run) }
            lock.release()
            #expect(run.state == .interrupted)
        }
    }

    @Test("several trials of one task at once have directories and scores of their own")
    func several() async throws {
        try await TrialHarness.with(.local) { harness in
            let scores = try await withThrowingTaskGroup(of: (String, Double?).self) { group in
                for index in 0..<4 {
                    group.addTask {
                        let agent = index % 2 == 0 ? AgentChoice.oracle : .nop
                        let (results, run) = try await harness.run(agent)
                        return (run.name, results.score)
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            #expect(scores.values.sorted() == [0, 0, 1, 1])
        }
    }
}

@Suite("What was asked for")
struct TrialRecordTests {
    private static let request = TrialRequest(
        task: URL(fileURLWithPath: "/data/tasks/prepared/calc"),
        agent: .command("true"),
        options: AgentOptions(model: "gpt-5.5", arguments: ["-v"], environment: ["A": "b"]),
        timeLimit: .seconds(90),
        budget: .init(tokens: 5000, dollars: 0.5),
        verifierLimit: .seconds(60),
        upstreams: ["api.openai.com": URL(fileURLWithPath: "/x")],
        judges: false,
        overrides: URL(fileURLWithPath: "/o.json"),
        attempts: 3,
        judging: JudgeOptions(models: ["a", "b"], votes: 5)
    )

    @Test("is read as it was written, all of it")
    func roundTrip() throws {
        let data = try StrictJSON.encode(Self.request)
        #expect(try StrictJSON.decode(TrialRequest.self, from: data, path: "trial.json") == Self.request)
        // A property that is not written down would be lost for whoever goes on with the trial.
        #expect(Mirror(reflecting: Self.request).children.count == TrialRequest.CodingKeys.allCases.count)
    }
}
