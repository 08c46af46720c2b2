import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite(
    "Integration: what the real Claude Code writes is imported",
    .enabled(if: Tool.isAvailable(Tool.claude) && Tool.isAvailable(Tool.oneshot), "needs Claude Code: make bootstrap"),
    .timeLimit(.minutes(5))
)
struct ClaudeImportTests {
    @Test("the transcript with its subagent tells the same turns, tokens and results as the traffic")
    func claude() async throws {
        let claude = try #require(Tool.claude)
        try await withBench { bench in
            let directory = bench.workspace.appendingPathComponent("repo")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            let model = bench.home.appendingPathComponent("model.log")
            let process = try #require(try Command("python3", ["-u", "-c", Self.model]).startDetached(log: model))
            defer { process.signal(SIGKILL) }
            var port: Int?
            _ = try await eventually {
                port = Int(
                    try String(contentsOf: model, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
                )
                return port != nil
            }
            let traced = try await bench.run(
                bench.oneshot.path,
                [
                    "trace", "--run-id", "run-1", "--upstream",
                    "api.anthropic.com=http://127.0.0.1:\(try #require(port))",
                    "--", claude.path, "-p", "hello there", "--dangerously-skip-permissions",
                ],
                in: directory,
                setting: [
                    "ANTHROPIC_API_KEY": "sk-not-a-real-key", "IS_SANDBOX": "1", "CLAUDE_CONFIG_DIR": nil,
                    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
                ]
            )
            #expect(traced.succeeded && traced.text.contains("All done."), "\(traced.text)\n\(traced.errorText)")

            let other = try bench.makeWorkspace("other")
            let imported = try await bench("sessions", "import", "--from", "claude", in: other)
            #expect(imported.succeeded, "\(imported.errorText)")
            let alone = try await turns(bench, nil, in: other)
            let recorded = try await turns(bench, "run-1", in: bench.workspace)
            #expect(recorded.count >= 4, "\(recorded)")
            #expect(alone == recorded)

            let matched = try await bench("sessions", "import", "--from", "claude")
            #expect(matched.text.contains("recorded as run-1"), "\(matched.text)\n\(matched.errorText)")
            #expect(try await turns(bench, "run-1", in: bench.workspace) == recorded)
            let found = try await bench("sessions", "search", "walrus")
            #expect(found.text.contains("result of Bash"), "\(found.text)")
        }
    }

    /// Each turn's id, text, calls, results and tokens, in the order of the ids: those of two threads may begin at once.
    private func turns(_ bench: Bench, _ id: String?, in workspace: URL) async throws -> [String] {
        let list = try await bench("sessions", "list", "--json", in: workspace)
        let only = list.text.firstMatch(of: /"session_id": "([^"]+)"/).map { String($0.1) }
        let session = try await bench("sessions", "show", try #require(id ?? only), "--json", in: workspace)
        let facts = """
            import json, sys
            for turn in sorted(json.load(sys.stdin)["turns"], key=lambda turn: turn["response_id"]):
                calls = [(call["name"], "walrus" in call.get("result", ""), call.get("is_error")) for call in turn["tool_calls"]]
                print(turn["response_id"], turn["reasoning"], turn["output"], calls, turn["usage"], turn["stop_reason"])
            """
        let result = try await bench.run("python3", ["-c", facts], input: session.text)
        #expect(result.succeeded, "\(result.errorText)\n\(session.errorText)")
        return result.text.split(separator: "\n").map(String.init)
    }

    /// A Messages API that lets the agent run a command, start a subagent, and end.
    private static let model = """
        import http.server, itertools, json, socketserver
        numbers = itertools.count(1)
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *args): pass
            def answer(self, status, body, kind):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD": self.wfile.write(body)
            def do_HEAD(self): self.answer(200, b"", "text/plain")
            def do_GET(self): self.answer(404, b"{}", "application/json")
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
                if not self.path.startswith("/v1/messages") or "messages" not in body:
                    return self.answer(404, b"{}", "application/json")
                number = next(numbers)
                tools = [tool["name"] for tool in body.get("tools", [])]
                results = json.dumps(body["messages"]).count('"tool_result"')
                agent = next((name for name in ("Agent", "Task") if name in tools), None)
                if "SUBTASK" in json.dumps(body["messages"][0]): blocks = ["sub answer"]
                elif "Bash" not in tools: blocks = ["A title"]
                elif results == 0: blocks = ["Let me look.", ("Bash", {"command": "echo walrus; false", "description": "look"})]
                elif results == 1 and agent:
                    blocks = [(agent, {"description": "scout", "prompt": "SUBTASK", "subagent_type": "general-purpose"})]
                else: blocks = ["All done."]
                events = []
                def event(kind, **members): events.append("event: %s\\ndata: %s\\n\\n" % (kind, json.dumps({"type": kind, **members})))
                event("message_start", message={"id": "msg_%04d" % number, "type": "message", "role": "assistant",
                    "model": body["model"], "content": [], "stop_reason": None, "stop_sequence": None,
                    "usage": {"input_tokens": 10, "cache_creation_input_tokens": 5, "cache_read_input_tokens": 100, "output_tokens": 1}})
                for index, block in enumerate(blocks):
                    if isinstance(block, str):
                        event("content_block_start", index=index, content_block={"type": "text", "text": ""})
                        event("content_block_delta", index=index, delta={"type": "text_delta", "text": block})
                    else:
                        call = {"type": "tool_use", "id": "toolu_%04d" % number, "name": block[0], "input": {}}
                        event("content_block_start", index=index, content_block=call)
                        event("content_block_delta", index=index, delta={"type": "input_json_delta", "partial_json": json.dumps(block[1])})
                    event("content_block_stop", index=index)
                stop = "end_turn" if isinstance(blocks[-1], str) else "tool_use"
                event("message_delta", delta={"stop_reason": stop, "stop_sequence": None}, usage={"output_tokens": 20 + number})
                event("message_stop")
                self.answer(200, "".join(events).encode(), "text/event-stream")
        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer): daemon_threads = True
        server = Server(("127.0.0.1", 0), Handler)
        print(server.server_port, flush=True)
        server.serve_forever()
        """
}
