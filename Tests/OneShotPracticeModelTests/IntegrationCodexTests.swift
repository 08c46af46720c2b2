import Foundation
import OneShotCore
import OneShotProcess
import OneShotRecorder
import OneShotSessions
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotPracticeModel

/// The real Codex, through the recorder, to the practice model; then the cleaner's view of what happened.
@Suite(
    "Integration: Codex and the practice model",
    .enabled(if: Tool.isAvailable("codex"), "needs the real Codex: make bootstrap"),
    .timeLimit(.minutes(3)),
    .serialized
)
struct IntegrationCodexTests {
    /// Each model makes Codex offer its tools in another dialect.
    static let models = ["gpt-5-mini", "gpt-5.5", "gpt-6.1-sol"]

    private static let patch = "*** Begin Patch\n*** Add File: patched.txt\n+it's \"two\"\n*** End Patch\n"
    private static let script = PracticeScript([
        PracticeStep(
            reasoning: "Look first.",
            say: "Starting the task.",
            action: .mcp(.init(tool: "repo.start_task.v1", arguments: ["task_title": "Files"]))
        ),
        .shell("echo \"hello \\\"w\\\"\" > shell.txt && cat shell.txt"),
        .patch(patch),
        PracticeStep(say: "All files are there.", usage: Usage(inputTokens: 5000, outputTokens: 42)),
    ])

    @Test(
        "files appear, the tool of the MCP server is called, and the session tells it",
        arguments: models,
        [true, false]
    )
    func files(model: String, overWebSocket: Bool) async throws {
        try await withTemporaryDirectory { directory in
            let bench = try CodexBench(directory)
            let session = try await bench.run(Self.script, model: model, overWebSocket: overWebSocket)
            let work = bench.work
            #expect(
                try String(contentsOf: work.appendingPathComponent("shell.txt"), encoding: .utf8) == "hello \"w\"\n"
            )
            #expect(
                try String(contentsOf: work.appendingPathComponent("patched.txt"), encoding: .utf8) == "it's \"two\"\n"
            )
            #expect(FileManager.default.fileExists(atPath: bench.calls.path))

            #expect(session.sessionID == "run-it")
            #expect(session.agent?.name == "codex_exec")
            #expect(session.models == [model])
            #expect(session.turns.allSatisfy { $0.state == .complete })
            #expect(session.turns.first?.input.contains { $0.text == "make files" } == true)
            #expect(session.turns.first?.reasoning == ["Look first."])
            #expect(session.turns.last?.output == "All files are there.")
            #expect(session.turns.last?.usage == Usage(inputTokens: 5000, outputTokens: 42))
            let calls = session.turns.flatMap(\.toolCalls)
            #expect(calls.count >= 3)
            #expect(calls.allSatisfy { $0.result != nil })
            #expect(calls.contains { "\($0.name) \($0.arguments)".contains("repo_start_task_v1") })
            #expect(
                calls.contains {
                    $0.result?.contains("hello \"w\"") == true || $0.result?.contains("hello \\\"w\\\"") == true
                }
            )
            // Nothing is told twice.
            let messages = session.turns.flatMap(\.input).filter { $0.kind == "message" }.map(\.text)
            #expect(Set(messages).count == messages.count)
            #expect(!messages.contains("Starting the task."))
        }
    }

    @Test(
        "a recorded session, replayed, does the same again in another directory",
        arguments: [(ReplayModel.Matching.strict, true), (.strict, false), (.lenient, true), (.lenient, false)]
    )
    func replay(matching: ReplayModel.Matching, overWebSocket: Bool) async throws {
        try await withTemporaryDirectory { directory in
            let first = try CodexBench(directory.appendingPathComponent("first"))
            // A lenient replay gives what came over one transport over the other too.
            let recordsSocket = overWebSocket == (matching == .strict)
            let session = try await first.run(Self.script, model: "gpt-6.1-sol", overWebSocket: recordsSocket)
            let exchanges = try await RawStore.openForReading(first.database).exchanges(ofSession: "run-it")
            // What Codex says of its skills tells where its home is.
            let second = try CodexBench(directory.appendingPathComponent("second"), home: first.home)
            let again = try await second.replay(exchanges, matching, overWebSocket: overWebSocket)
            #expect(FileManager.default.fileExists(atPath: second.work.appendingPathComponent("patched.txt").path))
            #expect(again.turns.map(\.output) == session.turns.map(\.output))
            #expect(
                again.turns.flatMap(\.toolCalls).map(\.arguments) == session.turns.flatMap(\.toolCalls).map(\.arguments)
            )
        }
    }
}

/// One run of Codex with everything around it.
private struct CodexBench {
    let work: URL
    /// What the MCP server was called with.
    let calls: URL
    let database: URL
    let home: URL
    private let temporary: URL
    private let directory: URL

    init(_ directory: URL, home: URL? = nil) throws {
        self.directory = directory
        work = directory.appendingPathComponent("work")
        self.home = home ?? directory.appendingPathComponent("home")
        // Codex refuses a home below TMPDIR.
        temporary = directory.appendingPathComponent("tmp")
        calls = directory.appendingPathComponent("calls.jsonl")
        database = directory.appendingPathComponent("raw/traces.sqlite3")
        for url in [work, self.home, temporary] { try AtomicFile.makeDirectory(url) }
    }

    func run(_ script: PracticeScript, model: String, overWebSocket: Bool) async throws -> Session {
        try await PracticeModel.run(script) { practice in
            try await run(on: practice.port, model: model, overWebSocket: overWebSocket)
        }
    }

    func replay(
        _ exchanges: [Exchange],
        _ matching: ReplayModel.Matching,
        overWebSocket: Bool
    ) async throws -> Session {
        try await ReplayModel.run(
            session: "run-it",
            exchanges: exchanges,
            matching: matching,
            onEvent: { if case .answered = $0 {} else { Issue.record("\($0)") } }
        ) { port in
            try await run(on: port, model: "gpt-6.1-sol", overWebSocket: overWebSocket)
        }
    }

    private func run(on port: Int, model: String, overWebSocket: Bool) async throws -> Session {
        let codex = try #require(Tool.codex)
        let python = try #require(Tool.find("python3"))
        try configure(python: python, overWebSocket: overWebSocket)
        let authority = try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("ca"))
        let configuration = RecorderConfiguration(
            listeners: [.tcp(host: "127.0.0.1", port: 0)],
            database: database,
            authority: authority,
            upstreams: ["api.openai.com": try #require(URL(string: "http://127.0.0.1:\(port)"))]
        )
        try await Recorder.run(configuration) { recorder in
            let result = try await Command(
                codex.path,
                ["exec", "--json", "--dangerously-bypass-approvals-and-sandbox", "--skip-git-repo-check"]
                    + ["-m", model, "make files"],
                environment: .exactly([
                    "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home.path, "CODEX_HOME": home.path,
                    "TMPDIR": temporary.path, "CODEX_API_KEY": "sk-practice", "OPENAI_API_KEY": "sk-practice",
                    "HTTPS_PROXY": recorder.proxyURL(runID: RunID("run-it")), "NO_PROXY": "127.0.0.1,localhost",
                    "CODEX_CA_CERTIFICATE": authority.certificateURL.path,
                ]),
                directory: work,
                timeout: .seconds(60)
            ).run()
            #expect(result.succeeded, "\(result.text)\n\(result.errorText)")
        }
        let clean = directory.appendingPathComponent("clean/traces.sqlite3")
        try await Cleaner(raw: database, clean: clean).poll()
        return try #require(try await CleanStore.openForReading(clean).sessions().first)
    }

    private func configure(python: URL, overWebSocket: Bool) throws {
        let server = directory.appendingPathComponent("server.py")
        try AtomicFile.write(Self.server, to: server)
        // Codex's own provider takes a WebSocket, one of the user's HTTPS.
        let provider = """
            model_provider = "https"
            [model_providers.https]
            name = "https"
            base_url = "https://api.openai.com/v1"
            env_key = "OPENAI_API_KEY"
            wire_api = "responses"

            """
        let rest = """
            [analytics]
            enabled = false
            [features]
            plugins = false
            api_key_model_discovery = false
            unbounded_connection_retries = false
            [mcp_servers.oneshot]
            command = "\(python.path)"
            args = ["\(server.path)", "\(calls.path)"]
            required = true
            default_tools_approval_mode = "approve"

            """
        try AtomicFile.write((overWebSocket ? "" : provider) + rest, to: home.appendingPathComponent("config.toml"))
    }

    /// An MCP server with one tool, which writes down how it was called.
    private static let server = """
        import json, sys
        def send(message):
            sys.stdout.write(json.dumps(message) + "\\n")
            sys.stdout.flush()
        tool = {"name": "repo.start_task.v1", "description": "Start a task", "inputSchema": {"type": "object"}}
        for line in sys.stdin:
            message = json.loads(line)
            method, id = message.get("method"), message.get("id")
            if method == "initialize":
                version = message["params"]["protocolVersion"]
                result = {"protocolVersion": version, "capabilities": {"tools": {}},
                          "serverInfo": {"name": "t", "version": "1"}, "instructions": "Start and end tasks."}
                send({"jsonrpc": "2.0", "id": id, "result": result})
            elif method == "tools/list":
                send({"jsonrpc": "2.0", "id": id, "result": {"tools": [tool]}})
            elif method == "tools/call":
                with open(sys.argv[1], "a") as log:
                    log.write(json.dumps(message["params"]) + "\\n")
                send({"jsonrpc": "2.0", "id": id, "result": {"content": [{"type": "text", "text": "started"}]}})
            elif id is not None:
                send({"jsonrpc": "2.0", "id": id, "error": {"code": -32601, "message": "no"}})

        """
}
