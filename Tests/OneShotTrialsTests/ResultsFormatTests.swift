import Foundation
import OneShotCore
import OneShotPreparation
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotTrials

@Suite("The format of results", .timeLimit(.minutes(5)))
struct ResultsFormatTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Checks documents against the published schema, with the reference implementation of JSON Schema.
    private static func check(_ documents: [URL]) async throws -> String {
        let python = try #require(ProcessInfo.processInfo.environment["ONESHOT_TEST_PYTHON"])
        let program = """
            import json, sys, jsonschema
            schema = json.load(open(sys.argv[1]))
            jsonschema.Draft202012Validator.check_schema(schema)
            for path in sys.argv[2:]:
                for error in jsonschema.Draft202012Validator(schema).iter_errors(json.load(open(path))):
                    print(path, list(error.path), error.message)
            """
        let schema = root.appendingPathComponent("docs/formats/results.schema.json").path
        let result = try await Command(python, ["-c", program, schema] + documents.map(\.path)).run()
        #expect(result.succeeded, "\(result.errorText)")
        return result.text
    }

    private static let hasPython = ProcessInfo.processInfo.environment["ONESHOT_TEST_PYTHON"] != nil

    @Test(
        "is that of the published schema: real results of every outcome fit it, and others do not",
        .enabled(if: hasPython && Tool.isAvailable("bwrap"), "needs ONESHOT_TEST_PYTHON and bubblewrap")
    )
    func schema() async throws {
        try await TrialHarness.with(.local) { harness in
            let (_, scored) = try await harness.run(.oracle)
            _ = try await harness.runner.score(scored)
            let broken = harness.task.appendingPathComponent("evaluation/tests_skeleton/test_skeleton.py")
            try AtomicFile.write("def test_adds(:\n", to: broken)
            let (_, failed) = try await harness.run(.nop)
            let made = harness.workspace.root.appendingPathComponent("made.json")
            var results = ReviewTests.results(tests: [true, false], judge: [.met, .notMet, .none])
            results.judge = Judge(models: []).summary(of: results.criteria)
            results.reference = ReferenceTests.reference
            results.follow([])
            try AtomicFile.write(try StrictJSON.encode(results), to: made)
            let good = [scored.results, scored.attempt(1).results, failed.results, made]
            #expect(try await Self.check(good) == "")

            let bad = harness.workspace.root.appendingPathComponent("bad.json")
            let text = String(decoding: try StrictJSON.encode(results), as: UTF8.self)
            try AtomicFile.write(text.replacing("\"coverage\"", with: "\"covered\""), to: bad)
            let problems = try await Self.check([bad])
            #expect(problems.contains("'coverage' is a required property"))
            #expect(problems.contains("'covered' was unexpected"))
        }
    }

    @Test("has a place in the schema for every key that is written")
    func keys() throws {
        let file = Self.root.appendingPathComponent("docs/formats/results.schema.json")
        let schema = try JSON(parsing: Array(try Data(contentsOf: file)))
        let written = try JSON(parsing: Array(try StrictJSON.encode(TrialResultsTests.results)))
        let known = Set((schema["properties"]?.members ?? []).map(\.key))
        #expect(Set(written.members.map(\.key)) == known)
    }

    /// As the first version of the program wrote them.
    private static let first = """
        {"agent": {"model": null, "name": "nop", "version": null}, "artifacts": {}, "coverage": 1, "criteria": [
         {"binding": "judge", "id": "a", "source": {"quotes": [], "reason": "r", "tests": [], "votes": [
          {"evidence": [], "reasoning": "x", "verdict": "met"}, {"evidence": [], "reasoning": "y", "verdict": "not_met"}]},
          "value": null, "weight": 1}],
         "diff": {"bytes": 0, "deletions": 0, "files": [], "insertions": 0},
         "engine": {"image_digest": "", "name": "local", "version": "1"}, "exit_code": 0, "failure": null,
         "finished_at": "2026-11-22T14:00:09.000Z", "grading": 1, "hashes": {}, "limit": null,
         "limits": {"time_seconds": 900, "tokens": null}, "outcome": "scored", "phases": [], "run_id": "r",
         "schema_version": 1, "score": 0, "started_at": "2026-11-22T14:00:00.000Z", "task": "t", "task_id": "t",
         "tests": [], "usage": {"cached_input_tokens": 0, "input_tokens": 7, "output_tokens": 2, "reasoning_tokens": 0,
         "total_tokens": 9}, "versions": {"oneshot": "0", "schema": 1}}
        """

    @Test("of the first version is still read, as one attempt whose votes name no model")
    func upgrade() async throws {
        try await withTemporaryDirectory { directory in
            let run = RunDirectory(directory)
            try AtomicFile.write(Self.first, to: run.results)
            let results = try ResultsFile.read(run)
            #expect(results.schemaVersion == TrialResults.schema)
            #expect(results.versions.schema == 1)
            #expect(results.attempts.map(\.attempt) == [1])
            #expect(results.spent.usage.totalTokens == 9)
            #expect(results.criteria[0].contested)
            #expect(results.criteria[0].source.votes.map(\.model) == [nil, nil])
            try AtomicFile.write(Self.first.replacing("\"score\"", with: "\"scores\""), to: run.results)
            #expect(throws: FileError.self) { try ResultsFile.read(run) }
        }
    }
}

@Suite("The session as the reference trial")
struct ReferenceTests {
    private static func turn(_ index: Int, at second: Int, kind: Turn.Kind, idle: Int? = nil, calls: Int = 0) -> Turn {
        Turn(
            index: index,
            exchangeIDs: [Int64(index)],
            kind: kind,
            startedAt: Timestamp.iso(milliseconds: Int64(second) * 1000),
            durationMs: 2000,
            state: .complete,
            idleMs: idle,
            toolCalls: (0..<calls).map { ToolCall(callID: "\($0)", name: "shell", arguments: "{}") }
        )
    }

    static let session = Session(
        sessionID: "s",
        agent: AgentIdentity(name: "codex_exec", version: "0.163.0"),
        models: ["gpt-5.5"],
        createdAt: Timestamp.iso(milliseconds: 0),
        updatedAt: Timestamp.iso(milliseconds: 0),
        turns: [
            turn(1, at: 100, kind: .user, calls: 2), turn(2, at: 103, kind: .continuation, calls: 1),
            turn(3, at: 165, kind: .user, idle: 60_000), turn(4, at: 170, kind: .continuation),
        ],
        usage: Usage(inputTokens: 900, outputTokens: 100),
        costUSD: 0.5
    )

    static let reference = ReferenceTrial(session, source: "trace/session_clean.json")

    @Test("has the time, the turns, the interventions, the tokens and the cost of a trial")
    func figures() {
        let reference = Self.reference
        #expect(reference.agent.name == "codex_exec" && reference.agent.model == "gpt-5.5")
        #expect(reference.seconds == 72)
        #expect(reference.personSeconds == 60)
        #expect(reference.turns == 4 && reference.interventions == 1 && reference.toolCalls == 3)
        #expect(reference.spending.usage.totalTokens == 1000)
        #expect(reference.spending.dollars == 0.5)
    }

    @Test("stands beside a trial, in its report and in a comparison")
    func comparison() throws {
        var results = ReviewTests.results(tests: [true], judge: [.met, .met, .met])
        results.reference = Self.reference
        let report = TrialReport(results: results, diff: "").markdown
        #expect(report.contains("## Alone and together"))
        #expect(report.contains("| interventions | 0 | 1 |"))
        #expect(report.contains("| seconds | 7.0 | 72, 60 of them the person's |"))
        let comparison = try #require(RunComparison(withReferenceOf: results))
        #expect(comparison.right.interventions == 1)
        #expect(comparison.text.contains("interventions"))
    }

    @Test("is of the task that a trial ran, with what its validation says of the solution")
    func task() async throws {
        try await withTemporaryDirectory { directory in
            var fixture = FixtureTask()
            fixture.files["trace/session_clean.json"] = String(
                decoding: try StrictJSON.encode(Self.session),
                as: UTF8.self
            )
            let task = try PreparedTask.load(try await fixture.write(below: directory))
            let read = try #require(try ReferenceTrial.read(of: task, digests: try task.digests()))
            #expect(read == Self.reference)
            #expect(read.tests == nil)
        }
    }
}
