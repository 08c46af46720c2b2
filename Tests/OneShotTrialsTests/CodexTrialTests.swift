import Foundation
import OneShotCore
import OneShotPracticeModel
import OneShotRecorder
import OneShotTesting
import Testing

@testable import OneShotTrials

/// The real Codex in the sandbox, on a practice model.
@Suite(
    "Integration: a trial of Codex",
    .enabled(if: Tool.isAvailable("codex"), "Codex is not installed: set ONESHOT_CODEX"),
    .enabled(if: !TestEngine.available.isEmpty, "no engine: bubblewrap is not installed"),
    .timeLimit(.minutes(5))
)
struct CodexTrialTests {
    private static let work: [PracticeStep] = [
        .shell("cat /task/LM_INSTRUCTIONS.md; git log --oneline | wc -l; env | sort"),
        .shell("printf 'def add(a, b):\\n    return a + b\\n' >calc.py; printf '\\n## Usage\\n' >>README.md"),
        .say("calc adds now."),
    ]

    private func run(
        _ engine: TestEngine,
        _ steps: [PracticeStep],
        seconds: Int = 120,
        options: AgentOptions = AgentOptions(),
        budget: Budget? = nil,
        key: String? = nil,
        check: @escaping @Sendable (TrialHarness, TrialResults, RunDirectory, [JSON]) async throws -> Void
    ) async throws {
        let codex = try #require(Tool.codex)
        try await PracticeModel.run(PracticeScript(steps)) { model in
            let upstream = try #require(URL(string: "http://127.0.0.1:\(model.port)"))
            let environment = key.map { ["OPENAI_API_KEY": $0, "ONESHOT_JUDGE_BASE_URL": "http://127.0.0.1:9"] } ?? [:]
            try await TrialHarness.with(engine, environment: environment) { harness in
                let (results, directory) = try await harness.run(
                    .codex(path: codex),
                    options: options,
                    seconds: seconds,
                    budget: budget,
                    upstreams: ["api.openai.com": upstream]
                )
                try await check(harness, results, directory, model.requests)
            }
        }
    }

    @Test("does the task; its tokens are counted and its session is kept", arguments: TestEngine.available)
    func finishes(engine: TestEngine) async throws {
        try await run(engine, Self.work) { harness, results, directory, requests in
            #expect(results.failure == nil)
            #expect(results.score == 1)
            #expect(results.exitCode == 0)
            #expect(results.limit == nil)
            #expect(results.usage.totalTokens > 0)
            #expect(results.agent.version?.isEmpty == false)
            #expect(results.agent.model?.isEmpty == false)
            #expect(results.diff.files.sorted() == ["README.md", "calc.py"])
            let session = try StrictJSON.read(Session.self, at: directory.session)
            #expect(session.sessionID == results.runID)
            #expect(session.usage == results.usage)
            #expect(results.calls == session.turns.count)
            #expect(results.spent == results.spending)
            #expect(session.turns.count >= 3)
            #expect(try String(contentsOf: directory.lastMessage, encoding: .utf8) == "calc adds now.\n")
            let artifacts = try FileManager.default.contentsOfDirectory(atPath: directory.artifacts.path)
            #expect(
                artifacts.sorted() == [
                    "agent", "diff.patch", "last_message.md", "session_clean.json", "traces.sqlite3",
                ]
            )
            let own = try #require(results.artifacts.first { $0.key.hasPrefix("agent/codex/sessions/") })
            #expect(own.key.hasSuffix(".jsonl"))
            let rollout = try String(contentsOf: directory.url.appendingPathComponent(own.value), encoding: .utf8)
            #expect(rollout.contains("calc adds now."))
            // What the model was asked is the instruction, and nothing of the answer.
            let asked = requests.map(\.compactText).joined()
            #expect(asked.contains("Make calc add, and explain its usage in the README."))
            #expect(!asked.contains("test_adds"))
            #expect(!asked.contains(#""type":"web_search"#))
        }
    }

    @Test("keeps the key and the proxy out of the agent's sandbox and of every file of the run")
    func key() async throws {
        let key = "sk-proj-\(UUID().uuidString)\(UUID().uuidString)".replacing("-", with: "")
        try await run(.local, Self.work, key: key) { _, results, directory, requests in
            // The judge has a key too, and no judge answers here: unscored.
            #expect(results.criteria.last?.value == nil)
            let outputs = requests.map(\.compactText).joined()
            #expect(outputs.contains("HOME=/home/agent"))
            #expect(!outputs.contains("HTTPS_PROXY") && !outputs.contains("CODEX_API_KEY"))
            for file in try Digest.files(below: directory.url) where !["artifacts", "logs"].contains(file) {
                let data = try Data(contentsOf: directory.url.appendingPathComponent(file))
                #expect(data.range(of: Data(key.utf8)) == nil, "\(file)")
            }
        }
    }

    @Test(
        "is stopped at its token limit when the agent talks on, and scored on what it left",
        arguments: TestEngine.available
    )
    func tokenLimit(engine: TestEngine) async throws {
        let usage = Usage(inputTokens: 900, outputTokens: 100)
        let steps = [
            PracticeStep(action: .shell("printf '\\n## Usage\\n' >>README.md"), usage: usage),
            PracticeStep(action: .shell("date"), usage: usage, repeats: true),
        ]
        try await run(engine, steps, budget: Budget(tokens: 3000)) { _, results, _, _ in
            #expect(results.limit == .tokens)
            #expect(results.outcome == .scored)
            #expect(results.score == 0.25)
            // It stops at the first call past the limit: at most one answer too many.
            #expect((3000..<4100).contains(results.usage.totalTokens))
        }
    }

    @Test("is stopped after as many calls of the model as it may make")
    func requestLimit() async throws {
        let steps = [
            PracticeStep.shell("printf '\\n## Usage\\n' >>README.md"),
            PracticeStep(action: .shell("date"), repeats: true),
        ]
        try await run(.local, steps, budget: Budget(requests: 2)) { _, results, _, _ in
            #expect(results.limit == .requests)
            #expect(results.limits.requests == 2)
            #expect(results.score == 0.25)
        }
    }

    @Test("gives no score when dollars are limited and the model has no price")
    func noPrice() async throws {
        try await run(
            .local,
            [.say("hello")],
            options: AgentOptions(model: "nobody-sells-this"),
            budget: Budget(dollars: 1)
        ) {
            _,
            results,
            _,
            requests in
            #expect(results.outcome == .refusedByBudget)
            #expect(results.score == nil)
            #expect(results.failure?.contains("no price is known for nobody-sells-this") == true)
            // Only the warming up, which costs nothing, got through.
            #expect(requests.allSatisfy { $0["generate"] == false })
        }
    }

    @Test("is stopped at its time limit when the model is slow")
    func timeLimit() async throws {
        let steps = [
            PracticeStep.shell("printf '\\n## Usage\\n' >>README.md"),
            PracticeStep(say: "late", delayMs: 120_000),
        ]
        try await run(.local, steps, seconds: 15) { _, results, _, _ in
            #expect(results.limit == .time)
            #expect(results.score == 0.25)
        }
    }

    @Test("gives no score when the model never answers")
    func noModel() async throws {
        let codex = try #require(Tool.codex)
        let nobody = try #require(URL(string: "http://127.0.0.1:9"))
        try await TrialHarness.with(.local) { harness in
            let (results, _) = try await harness.run(
                .codex(path: codex),
                seconds: 20,
                upstreams: ["api.openai.com": nobody]
            )
            #expect(results.outcome == .infrastructureFailure)
            #expect(results.score == nil)
            #expect(results.failure?.hasPrefix("the agent never had an answer from the model") == true)
        }
    }

    @Test("does not begin without a key or a place to get answers from")
    func noKey() async throws {
        let codex = try #require(Tool.codex)
        try await TrialHarness.with(.local) { harness in
            await #expect(throws: TrialError.keyMissing(variable: "OPENAI_API_KEY", host: "api.openai.com")) {
                try await harness.run(.codex(path: codex))
            }
            #expect(!FileManager.default.fileExists(atPath: harness.workspace.runs.path))
        }
    }
}
