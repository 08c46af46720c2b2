import Foundation
import OneShotCore
import OneShotRecorder
import OneShotTesting
import Testing

@testable import OneShotTrials

@Suite("A run's results")
struct TrialResultsTests {
    static let results = TrialResults(
        schemaVersion: TrialResults.schema,
        runID: "calc_20261122_140000_9f2c",
        taskID: "calc",
        task: "data/tasks/prepared/calc",
        startedAt: "2026-11-22T14:00:00.000Z",
        finishedAt: "2026-11-22T14:00:09.000Z",
        agent: .init(name: "codex", version: "0.163.0", model: nil),
        engine: .init(name: "local", version: "bubblewrap 0.8.0", imageDigest: "d"),
        outcome: .scored,
        failure: nil,
        limit: .tokens,
        limits: .init(time: .seconds(900), budget: Budget(tokens: 50_000)),
        exitCode: 1,
        phases: [.init(name: .agent, startedAt: "2026-11-22T14:00:01.000Z", seconds: 7.25)],
        calls: 3,
        usage: Usage(inputTokens: 50_100, cachedInputTokens: 40_000, outputTokens: 300, reasoningTokens: 20),
        costUSD: 0.25,
        unpricedCalls: 0,
        attempt: 1,
        attempts: [],
        spent: Spending(calls: 3, dollars: 0.25),
        diff: DiffSummary(files: ["a|b.md"], insertions: 2, deletions: 0, bytes: 90),
        tests: [TestResult(name: "test_a", status: .failed, duration: 0.5, message: "two\nlines | bar")],
        criteria: [
            CriterionResult(
                id: "a",
                weight: 0.5,
                binding: .tests,
                value: 0,
                source: .init(tests: ["test_a"], reason: "0 of 1 tests passed")
            ),
            CriterionResult(
                id: "b",
                weight: 0.5,
                binding: .judge,
                value: nil,
                source: .init(
                    votes: [JudgeVote(verdict: .none, reasoning: "slow down")],
                    reason: "unscored: no majority"
                )
            ),
        ],
        judge: nil,
        score: 0,
        coverage: 0.5,
        reference: nil,
        hashes: ["tests": "t"],
        versions: .init(oneshot: "0.1.0", schema: TrialResults.schema),
        artifacts: ["diff": "artifacts/diff.patch"],
        sources: ["diff": "artifacts/diff.patch"],
        grading: 1
    )

    @Test("are read as they were written, with null for what is not there")
    func roundTrip() async throws {
        try await withTemporaryDirectory { directory in
            let run = RunDirectory(directory)
            let written = try ResultsFile.write(Self.results, diff: "", to: run)
            #expect(try ResultsFile.read(run) == written)
            let text = try String(contentsOf: run.results, encoding: .utf8)
            #expect(text.contains(#""failure" : null"#))
            #expect(text.contains(#""model" : null"#))
            #expect(text.contains(#""total_tokens" : 50400"#))
        }
    }

    @Test(
        "are refused with the key's name when they do not fit the format",
        arguments: [
            (#""grading" : 1"#, #""grading" : "one""#, "grading: expected a whole number"),
            (#""score" : 0"#, #""scores" : 0"#, "score: missing key"),
            (#""outcome" : "scored""#, #""outcome" : "great""#, "outcome"),
            (#""limit" : "tokens""#, #""extra" : 1, "limit" : "tokens""#, "extra: unknown key"),
        ]
    )
    func strictness(from: String, to: String, problem: String) async throws {
        let data = try StrictJSON.encode(Self.results)
        let text = String(decoding: data, as: UTF8.self)
        try #require(text.contains(from))
        let changed = Data(text.replacing(from, with: to).utf8)
        let error = #expect(throws: FileError.self) {
            try StrictJSON.decode(TrialResults.self, from: changed, path: "results.json")
        }
        #expect(error.map { "\($0)".contains(problem) } == true)
    }

    @Test("make a report that says the verdict, what it rests on, and which limit there was")
    func report() {
        let text = TrialReport(results: Self.results, diff: "+```\n+x\n").markdown
        #expect(
            text.contains("**Score 0.0**, from 50 % of the rubric's weight. The agent was stopped at its token limit")
        )
        #expect(text.contains("| b | 0.5 | unscored | judge | unscored: no majority |"))
        #expect(text.contains("two lines \\| bar"))
        #expect(text.contains("````diff\n+```"))
        #expect(text.contains("10400 fresh of 50000; 50100 in (40000 cached), 300 out (20 reasoning)"))
    }

    @Test(
        "say at which of the limits the agent was stopped",
        arguments: [
            (.time, "its time limit, 900 s."), (.tokens, "its token limit, 1 tokens."),
            (.inputTokens, "its input token limit, 2 tokens."), (.outputTokens, "its output token limit, 3 tokens."),
            (.totalTokens, "its total token limit, 4 tokens."), (.requests, "its request limit, 5 calls."),
            (.dollars, "its cost limit, 0.25 US dollars."),
        ] as [(TrialLimit, String)]
    )
    func limit(limit: TrialLimit, text: String) {
        var results = Self.results
        results.limit = limit
        let budget = Budget(
            tokens: 1,
            inputTokens: 2,
            outputTokens: 3,
            totalTokens: 4,
            requests: 5,
            seconds: 1000,
            dollars: 0.25
        )
        results.limits = .init(time: .seconds(900), budget: budget)
        let report = TrialReport(results: results, diff: "").markdown
        #expect(report.contains("The agent was stopped at \(text)"))
        let all = "900 s, 1 tokens, 2 input tokens, 3 output tokens, 4 total tokens, 5 calls, 0.25 US dollars"
        #expect(report.contains("| limits | \(all) |"))
    }

    @Test("are found by id, by the start of an id, by directory and as the latest")
    func finding() async throws {
        try await withTemporaryDirectory { runs in
            let names = ["b-task_20261122_100000_aaaa", "a-task_20261122_110000_bbbb", "a-task_20261122_090000_cccc"]
            for name in names {
                let run = RunDirectory(runs.appendingPathComponent(name))
                try AtomicFile.makeDirectory(run.url)
                _ = try ResultsFile.write(Self.results, diff: "", to: run)
            }
            try AtomicFile.makeDirectory(runs.appendingPathComponent("unfinished_20261122_120000_dddd"))
            #expect(try RunDirectory.list(in: runs).map(\.name) == [names[2], names[0], names[1]])
            #expect(try RunDirectory.find("latest", in: runs).name == names[1])
            #expect(try RunDirectory.find("b-task", in: runs).name == names[0])
            #expect(try RunDirectory.find(runs.appendingPathComponent(names[2]).path, in: runs).name == names[2])
            #expect(throws: TrialError.ambiguousRun(name: "a-task", candidates: [names[2], names[1]])) {
                try RunDirectory.find("a-task", in: runs)
            }
            #expect(throws: TrialError.unknownRun(name: "zzz", directory: runs.path)) {
                try RunDirectory.find("zzz", in: runs)
            }
        }
    }
}
