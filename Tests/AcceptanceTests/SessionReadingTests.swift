import Foundation
import OneShotProcess
import OneShotTesting
import Testing

/// A session as `oneshot sessions show ID --json` gives it, as far as these tests look at it.
private struct Shown: Decodable {
    struct Usage: Decodable, Equatable {
        var inputTokens: Int
        var outputTokens: Int
    }
    struct Call: Decodable {
        var name: String
        var result: String?
        var isError: Bool?
    }
    struct Item: Decodable { var text: String }
    struct Prompt: Decodable { var `continues`: Int? }
    struct Turn: Decodable {
        var kind: String
        var threadId: String?
        var input: [Item]
        var reasoning: [String]
        var output: String
        var toolCalls: [Call]
        var prompt: Prompt?
        var usage: Usage?
        var usageProblems: [String]?
        var tools: [Tool]?
    }
    struct Tool: Decodable {}
    struct Thread: Decodable {
        var threadId: String
        var parentThreadId: String?
        var kind: String
        var turns: Int
    }
    struct Repository: Decodable {
        var directory: String?
        var branch: String?
        var commit: String?
    }
    var schemaVersion: Int
    var turns: [Turn]
    var threads: [Thread]
    var repository: Repository?
    var usage: Usage
    var costUsd: Double?

    init(_ bench: Bench, _ id: String) async throws {
        let result = try await bench("sessions", "show", id, "--json")
        try #require(result.succeeded, "\(result.errorText)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(Shown.self, from: Data(result.text.utf8))
    }

    /// The texts in this order, each after the one before.
    static func inOrder(_ words: [String], in text: String) -> Bool {
        var rest = text[...]
        for word in words {
            guard let place = rest.firstRange(of: word) else { return false }
            rest = rest[place.upperBound...]
        }
        return true
    }
}

@Suite(
    "Integration: a session of the real Codex reads like the conversation",
    .enabled(if: Tool.isAvailable("codex") && Tool.isAvailable(Tool.oneshot), "needs the real Codex: make bootstrap"),
    .timeLimit(.minutes(5))
)
struct CodexSessionTests {
    @Test("words, reasoning, calls with their results, tokens, repository")
    func conversation() async throws {
        let script = """
            {"schema_version": 1, "conversations": [{"steps": [
              {"reasoning": "I should look first.", "shell": "echo from-the-tool",
                "usage": {"input_tokens": 900, "output_tokens": 100}},
              {"say": "All is done.", "usage": {"input_tokens": 1100, "output_tokens": 50}}]}]}
            """
        try await withBench { bench in
            let repository = bench.workspace.appendingPathComponent("repository")
            try FileManager.default.createDirectory(at: repository, withIntermediateDirectories: true)
            let name = ["-c", "user.name=n", "-c", "user.email=n@example.com"]
            for words in [["init", "-q"], name + ["commit", "-q", "--allow-empty", "-m", "first"]] {
                _ = try await bench.run("git", words, in: repository)
            }
            try await withPracticeModel(script, bench) { upstream in
                let words = [
                    "trace", "--run-id", "one", "--upstream", upstream, "--", "codex", "exec",
                    "--dangerously-bypass-approvals-and-sandbox", "-m", "gpt-5-mini", "Look around.",
                ]
                let result = try await bench.run(bench.oneshot.path, words, in: repository)
                #expect(result.succeeded, "\(result.errorText)")
            }
            let shown = try await Shown(bench, "one")
            #expect(shown.schemaVersion == 2)
            #expect(shown.turns.map(\.kind) == ["user", "continuation"])
            #expect(shown.turns.first?.input.last?.text == "Look around.")
            #expect(shown.turns.first?.reasoning == ["I should look first."])
            #expect(shown.turns.first?.toolCalls.first?.result?.contains("from-the-tool") == true)
            #expect(shown.turns.last?.output == "All is done.")
            #expect(shown.turns.last?.prompt?.continues == 1)
            #expect(shown.turns.map { $0.tools?.isEmpty } == [false, nil])
            #expect(shown.usage == Shown.Usage(inputTokens: 2000, outputTokens: 150))
            #expect(shown.turns.compactMap(\.usage?.inputTokens).reduce(0, +) == 2000)
            #expect(shown.turns.allSatisfy { $0.usageProblems == nil })
            #expect(shown.threads.map(\.kind) == ["main"])
            #expect((shown.costUsd ?? 0) > 0)
            #expect(shown.repository?.directory?.hasSuffix("/repository") == true)
            #expect(shown.repository?.commit?.count == 40)
            let text = try await bench("sessions", "show", "one").text
            let story = ["Look around.", "I should look first.", "echo from-the-tool", "from-the-tool", "All is done."]
            #expect(Shown.inOrder(story, in: text), "\(text)")
        }
    }
}

private enum ClaudeCode {
    /// Claude Code's own binary, where the Python that the tests use has `claude-agent-sdk`.
    static var binary: URL? {
        guard let python = Tool.python else { return nil }
        let library = python.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("lib")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? []
        return
            versions
            .map { library.appendingPathComponent("\($0)/site-packages/claude_agent_sdk/_bundled/claude") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}

@Suite(
    "Integration: a session of the real Claude Code reads like the conversation",
    .enabled(
        if: Tool.isAvailable(ClaudeCode.binary) && Tool.isAvailable(Tool.oneshot),
        "needs the packages of scripts/requirements-test.txt: make test"
    ),
    .timeLimit(.minutes(5))
)
struct ClaudeSessionTests {
    @Test("words, reasoning, calls with their results, a subagent, tokens, repository")
    func conversation() async throws {
        let claude = try #require(ClaudeCode.binary)
        try await withBench { bench in
            let repository = bench.workspace.appendingPathComponent("repository")
            try FileManager.default.createDirectory(at: repository, withIntermediateDirectories: true)
            let name = ["-c", "user.name=n", "-c", "user.email=n@example.com"]
            for words in [["init", "-q", "-b", "main"], name + ["commit", "-q", "--allow-empty", "-m", "first"]] {
                _ = try await bench.run("git", words, in: repository)
            }
            let log = bench.home.appendingPathComponent("messages.log")
            let origin = try #require(try Command("python3", ["-u", "-c", messagesOrigin]).startDetached(log: log))
            defer { origin.signal(SIGKILL) }
            var port: Int?
            _ = try await eventually {
                port = Int(try String(contentsOf: log, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines))
                return port != nil
            }
            let words = [
                "trace", "--run-id", "one", "--upstream", "api.anthropic.com=http://127.0.0.1:\(try #require(port))",
                "--", claude.path, "-p", "Look around, then count the files.", "--dangerously-skip-permissions",
            ]
            let settings = [
                "ANTHROPIC_API_KEY": "sk-ant-not-a-real-key", "IS_SANDBOX": "1",
                "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            ]
            let result = try await bench.run(bench.oneshot.path, words, in: repository, setting: settings)
            #expect(result.text.contains("All is done."), "\(result.errorText)")
            let shown = try await Shown(bench, "one")
            let threads = shown.threads
            #expect(threads.map(\.kind) == ["main", "subagent"])
            #expect(threads.last?.parentThreadId == threads.first?.threadId)
            let main = shown.turns.filter { $0.threadId == threads.first?.threadId && $0.kind != "other" }
            #expect(main.map(\.kind) == ["user", "continuation", "continuation"])
            #expect(main.first?.input.contains { $0.text == "Look around, then count the files." } == true)
            #expect(main.first?.reasoning == ["I should look first."])
            #expect(main.first?.output == "Let me look.")
            #expect(main.first?.toolCalls.first?.result?.contains("from-the-tool") == true)
            #expect(main.first?.toolCalls.first?.isError == false)
            #expect(main.dropFirst().allSatisfy { $0.prompt?.continues != nil })
            #expect(main.dropFirst().first?.toolCalls.first?.result?.contains("There are three files.") == true)
            #expect(main.last?.output == "All is done.")
            let answered = shown.turns.count { $0.usage != nil }
            #expect(shown.usage == Shown.Usage(inputTokens: 1150 * answered, outputTokens: 7 * answered))
            #expect(shown.repository?.directory?.hasSuffix("/repository") == true)
            #expect(shown.repository?.branch == "main")
            #expect(shown.repository?.commit?.isEmpty == false)
            let text = try await bench("sessions", "show", "one").text
            let story = [
                "Look around, then count the files.", "I should look first.", "Let me look.", "echo from-the-tool",
                "There are three files.", "All is done.",
            ]
            #expect(Shown.inOrder(story, in: text), "\(text)")
        }
    }
}

/// An upstream of the Messages API that thinks, calls a tool, starts a subagent, and ends. Each answer takes the same
/// number of tokens.
private let messagesOrigin = """
    import http.server, json, socketserver
    THOUGHT = {"type": "thinking", "thinking": "I should look first.", "signature": "c2ln"}
    LOOK = {"type": "tool_use", "id": "toolu_1", "name": "Bash",
            "input": {"command": "echo from-the-tool", "description": "Say it"}}
    COUNT = {"type": "tool_use", "id": "toolu_2", "name": "Agent",
             "input": {"description": "Count files", "prompt": "Count the files here.",
                       "subagent_type": "general-purpose", "run_in_background": False}}
    USAGE = {"input_tokens": 100, "cache_read_input_tokens": 1000, "cache_creation_input_tokens": 50, "output_tokens": 1}

    def say(text):
        return {"type": "text", "text": text}

    def event(kind, **rest):
        return f"event: {kind}\\ndata: {json.dumps({'type': kind, **rest})}\\n\\n"

    def parts(block):
        if block["type"] == "text":
            return say(""), [{"type": "text_delta", "text": block["text"]}]
        if block["type"] == "thinking":
            return {**block, "thinking": ""}, [{"type": "thinking_delta", "thinking": block["thinking"]}]
        return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": json.dumps(block["input"])}]

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def log_message(self, *args): pass
        def do_HEAD(self): self.reply(200, b"")
        def do_GET(self): self.reply(404, b"{}")
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            if not self.path.startswith("/v1/messages?"):
                return self.reply(404, b"{}")
            request = json.loads(body)
            blocks = [b for m in request["messages"] if isinstance(m["content"], list) for b in m["content"]]
            results = [b for b in blocks if b["type"] == "tool_result"]
            if "x-claude-code-agent-id" in self.headers:
                return self.stream([say("There are three files.")], "agent")
            if not request.get("tools"):
                return self.stream([say("A title")], "title")
            step = min(len(results), 2)
            self.stream([[THOUGHT, say("Let me look."), LOOK], [COUNT], [say("All is done.")]][step], step)
        def stream(self, blocks, name):
            # Answers with the same id would be one message to the client.
            message = {"id": f"msg_{name}", "type": "message", "role": "assistant", "model": "claude-opus-5-5",
                       "content": [], "stop_reason": None, "stop_sequence": None, "usage": USAGE}
            text = event("message_start", message=message)
            for index, block in enumerate(blocks):
                start, deltas = parts(block)
                text += event("content_block_start", index=index, content_block=start)
                for delta in deltas:
                    text += event("content_block_delta", index=index, delta=delta)
                text += event("content_block_stop", index=index)
            reason = "tool_use" if blocks[-1]["type"] == "tool_use" else "end_turn"
            text += event("message_delta", delta={"stop_reason": reason, "stop_sequence": None},
                          usage={"output_tokens": 7})
            self.reply(200, (text + event("message_stop")).encode(), "text/event-stream")
        def reply(self, status, body, kind="application/json"):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
    """
