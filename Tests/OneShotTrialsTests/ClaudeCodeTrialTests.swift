import Foundation
import OneShotCore
import OneShotPracticeModel
import OneShotRecorder
import OneShotTesting
import Testing

@testable import OneShotTrials

/// The real Claude Code in the sandbox, on a practice model that speaks Anthropic's Messages.
@Suite(
    "Integration: a trial of Claude Code",
    .enabled(if: Tool.isAvailable(Tool.claude), "Claude Code is not there: scripts/bootstrap.sh --tests"),
    .enabled(if: !TestEngine.available.isEmpty, "no engine: bubblewrap is not installed"),
    .timeLimit(.minutes(5))
)
struct ClaudeCodeTrialTests {
    private func run(
        _ engine: TestEngine,
        _ steps: [PracticeStep],
        options: AgentOptions = AgentOptions(),
        budget: Budget? = nil,
        key: String? = nil,
        check: @escaping @Sendable (TrialResults, RunDirectory, [JSON]) async throws -> Void
    ) async throws {
        let claude = try #require(Tool.claude)
        try await PracticeModel.run(PracticeScript(steps)) { model in
            let upstream = try #require(URL(string: "http://127.0.0.1:\(model.port)"))
            let environment = key.map { ["ANTHROPIC_API_KEY": $0] } ?? [:]
            try await TrialHarness.with(engine, environment: environment) { harness in
                let (results, directory) = try await harness.run(
                    .claudeCode(path: claude),
                    options: options,
                    seconds: 120,
                    budget: budget,
                    upstreams: ["api.anthropic.com": upstream]
                )
                try await check(results, directory, model.requests)
            }
        }
    }

    @Test("does the task; its tokens are counted and its own session file is kept", arguments: TestEngine.available)
    func finishes(engine: TestEngine) async throws {
        let key = "sk-ant-api03-\(UUID().uuidString)\(UUID().uuidString)".replacing("-", with: "")
        let options = AgentOptions(
            model: "claude-opus-5-5",
            reasoningEffort: "high",
            arguments: ["--append-system-prompt", "Say little."],
            environment: ["COLOUR": "blue"]
        )
        try await run(
            engine,
            [
                .shell("env | sort; printf 'def add(a, b):\\n    return a + b\\n' >calc.py"),
                .shell("printf '\\n## Usage\\n' >>README.md"),
                .say("calc adds now."),
            ],
            options: options,
            key: key
        ) { results, directory, requests in
            #expect(results.failure == nil)
            #expect(results.score == 1)
            #expect(results.exitCode == 0)
            #expect(results.usage.totalTokens > 0)
            #expect(results.agent.name == "claude-code")
            #expect(results.agent.version?.isEmpty == false)
            #expect(results.agent.model == "claude-opus-5-5")
            #expect(try String(contentsOf: directory.lastMessage, encoding: .utf8) == "calc adds now.\n")
            let session = try StrictJSON.read(Session.self, at: directory.session)
            #expect(session.usage == results.usage)
            let own = try #require(results.artifacts.first { $0.key.hasPrefix("agent/claude/projects/") })
            #expect(own.key.hasSuffix(".jsonl"))
            let work = requests.filter { $0["tools"]?.elements.isEmpty == false }
            let asked = work.map(\.compactText).joined()
            #expect(asked.contains("Say little.") && asked.contains("COLOUR=blue"))
            #expect(asked.contains("Make calc add, and explain its usage in the README."))
            #expect(work.allSatisfy { $0["output_config"]?["effort"]?.string == "high" })
            let tools = work.flatMap { $0["tools"]?.elements ?? [] }.compactMap { $0["name"]?.string }
            #expect(tools.contains("Bash") && !tools.contains("WebSearch") && !tools.contains("WebFetch"))
            for file in try Digest.files(below: directory.url) where !["artifacts", "logs"].contains(file) {
                let data = try Data(contentsOf: directory.url.appendingPathComponent(file))
                #expect(data.range(of: Data(key.utf8)) == nil, "\(file)")
            }
        }
    }

    @Test("is stopped at its token limit, and scored on what it left")
    func tokenLimit() async throws {
        let usage = Usage(inputTokens: 15_000, outputTokens: 100)
        let steps = [
            PracticeStep(action: .shell("printf '\\n## Usage\\n' >>README.md"), usage: usage),
            PracticeStep(action: .shell("date"), usage: usage, repeats: true),
        ]
        try await run(.local, steps, budget: Budget(tokens: 40_000)) { results, _, requests in
            #expect(results.limit == .tokens)
            #expect(results.outcome == .scored)
            #expect(results.score == 0.25)
            // By itself it asks for 128,000 with each call, which the limit would refuse.
            #expect(requests.allSatisfy { $0["max_tokens"] == 10_000 })
        }
    }

    @Test("does not begin without a key or a place to get answers from")
    func noKey() async throws {
        let claude = try #require(Tool.claude)
        try await TrialHarness.with(.local) { harness in
            await #expect(throws: TrialError.keyMissing(variable: "ANTHROPIC_API_KEY", host: "api.anthropic.com")) {
                try await harness.run(.claudeCode(path: claude))
            }
            #expect(!FileManager.default.fileExists(atPath: harness.workspace.runs.path))
        }
    }
}
