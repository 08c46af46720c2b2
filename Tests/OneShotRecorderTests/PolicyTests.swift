import Foundation
import NIOConcurrencyHelpers
import NIOCore
import OneShotCore
import OneShotStore
import OneShotWire
import Testing

@testable import OneShotRecorder

@Suite("A task's policy", .timeLimit(.minutes(1)))
struct PolicyTests {
    private static let search = #"{"model":"m","tools":[{"type":"web_search"},{"type":"function","name":"f"}]}"#
    private static let plain = #"{"model":"m","tools":[{"type":"function","name":"f"}]}"#

    private func run(
        allowing allowed: Set<ServerTool> = [],
        respond: @escaping @Sendable (TestOrigin.Request) -> [TestOrigin.Step] = { _ in Answers.json("{}") },
        _ body: (Bench) async throws -> Void
    ) async throws {
        try await Bench.run(
            configure: { configuration, _ in configuration.serverTools = ServerToolPolicy(allowing: allowed) },
            respond: respond,
            body
        )
    }

    private func bodies(_ bench: Bench) -> [String] {
        bench.origin.requests.withLockedValue { $0.map(\.body) }
    }

    @Test("a call goes on without the server tool; the record has what was asked, and says what was taken")
    func stripped() async throws {
        try await run { bench in
            let client = try await bench.client(runID: "run-1")
            try await client.send(Answers.post("/v1/responses", Self.search))
            try await client.read(until: "\r\n\r\n{}")
            // The same in chunks, on the same connection.
            client.forget()
            try await client.send(
                "POST /v1/responses HTTP/1.1\r\nHost: api.openai.com\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Answers.chunk(Self.search) + "0\r\n\r\n"
            )
            try await client.read(until: "\r\n\r\n{}")
            #expect(bodies(bench) == [Self.plain, Self.plain])
            let row = try #require(try await bench.rows(2) { $0.state == .complete }.first)
            #expect(row.requestJSON == Self.search)
            #expect(row.metaJSON.contains(#""stripped_tools":["web_search"]"#))
            #expect(await bench.running.activity(ofSession: "run-1").strippedTools == [.webSearch: 2])
            #expect(await bench.running.activity(ofSession: "run-1").calls == 2)
        }
    }

    @Test("a compressed request is read too, and one that cannot be read is refused")
    func coded() async throws {
        try await run { bench in
            let client = try await bench.client(runID: "run-1")
            try await client.send(Answers.post("/v1/responses", "no JSON", fields: "Content-Encoding: gzip\r\n"))
            let refusal = try await client.read(until: "oneshot_policy")
            #expect(refusal.hasPrefix("HTTP/1.1 403 "))
            #expect(bodies(bench).isEmpty)
        }
    }

    @Test("what the task allows goes on as it came")
    func allowed() async throws {
        try await run(allowing: [.webSearch]) { bench in
            let client = try await bench.client(runID: "run-1")
            try await client.send(Answers.post("/v1/responses", Self.search))
            try await client.read(until: "\r\n\r\n{}")
            #expect(bodies(bench) == [Self.search])
            #expect(await bench.running.activity(ofSession: "run-1").strippedTools.isEmpty)
        }
    }

    @Test(
        "nothing but calls and lists of models is let through",
        arguments: [
            "GET /v1/files", "POST /v1/containers", "POST /v1/threads/t/runs", "POST /v1/batches", "DELETE /v1/files/f",
            "GET /v1/models/../files", "POST /v1/%72esponses", "GET /v1/responses/resp_1", "PUT /v1/responses",
        ]
    )
    func closed(line: String) async throws {
        try await run { bench in
            let client = try await bench.client(runID: "run-1")
            try await client.send("\(line) HTTP/1.1\r\nHost: api.openai.com\r\nContent-Length: 2\r\n\r\n{}")
            let answer = try await client.read(until: "oneshot_policy")
            #expect(answer.hasPrefix("HTTP/1.1 403 "))
            #expect(bodies(bench).isEmpty)
        }
    }

    @Test("lists of models and the other APIs' calls are let through")
    func open() async throws {
        try await run { bench in
            let client = try await bench.client(runID: "run-1")
            try await client.send("GET /v1/models HTTP/1.1\r\nHost: api.openai.com\r\n\r\n")
            try await client.read(until: "\r\n\r\n{}")
            for path in ["/v1/chat/completions", "/v1/messages?beta=true", "/v1/messages/count_tokens"] {
                client.forget()
                try await client.send(Answers.post(path, Self.plain))
                try await client.read(until: "\r\n\r\n{}")
            }
            #expect(bodies(bench) == ["", Self.plain, Self.plain, Self.plain])
        }
    }

    @Test("a call inside a WebSocket goes on without the server tool", arguments: [false, true])
    func webSocket(deflate: Bool) async throws {
        let seen = NIOLockedValueBox<[String]>([])
        try await run(
            respond: { _ in
                [
                    .webSocket(deflate: deflate) { text in
                        seen.withLockedValue { $0.append(text) }
                        return [Answers.completed()]
                    }
                ]
            }
        ) { bench in
            let client = try await bench.client(runID: "run-1")
            try await client.send(WebSocketTests.upgrade)
            try await client.read(until: "\r\n\r\n")
            let deflater = try Deflater()
            let texts = [
                #"{"type":"response.create","n":1}"#,
                #"{"type":"response.create","n":2,"tools":[{"type":"mcp","server_url":"https://x"}]}"#,
                #"{"type":"response.cr\u0065ate","n":3,"tools":[{"type":"web_search"}]}"#,
            ]
            for (index, text) in texts.enumerated() {
                let payload = deflate ? deflater.message(text) : ByteBuffer(string: text)
                try await client.send(
                    WebSocketFrameHeader.frame(.text, payload: payload, isCompressed: deflate, mask: 9)
                )
                try await bench.rows(index + 1) { $0.method == "WEBSOCKET" && $0.state == .complete }
            }
            #expect(
                seen.withLockedValue { $0 } == [
                    texts[0], #"{"type":"response.create","n":2}"#, #"{"type":"response.create","n":3}"#,
                ]
            )
            #expect(await bench.running.activity(ofSession: "run-1").strippedTools == [.mcp: 1, .webSearch: 1])
        }
    }

    @Test(
        "a WebSocket ends with a message that cannot be held to the policy",
        arguments: [#"{"type":"response.create","type":"x"}"#, "no JSON", "[1]"]
    )
    func unreadable(text: String) async throws {
        try await run(respond: { _ in [.webSocket(deflate: false) { _ in [Answers.completed()] }] }) { bench in
            let client = try await bench.client(runID: "run-1")
            try await client.send(WebSocketTests.upgrade)
            try await client.read(until: "\r\n\r\n")
            try await client.send(WebSocketFrameHeader.textFrame(text, mask: 7))
            try await client.wait { $0.isClosed }
        }
    }

    @Test("a host that is passed through is reached where all others are refused")
    func passed() {
        let interception = Interception(hosts: [], passed: ["pypi.org", "x.example:8443"], others: .refuse)
        #expect(interception.passes("pypi.org", port: 443))
        #expect(interception.passes("x.example", port: 8443) && !interception.passes("x.example", port: 443))
        #expect(!interception.passes("files.pypi.org", port: 443))
        #expect(!interception.covers("pypi.org", port: 443))
    }
}

@Suite("What a model asks its agent to do")
struct ToolCallReaderTests {
    @Test(
        "is read from every API's answers",
        arguments: [
            (
                [
                    #"{"type":"response.output_item.done","item":{"type":"function_call","name":"shell","arguments":"{\"command\":[\"bash\",\"-lc\",\"pytest -q\"]}"}}"#
                ],
                "shell pytest -q"
            ),
            (
                [
                    #"{"type":"content_block_start","content_block":{"type":"tool_use","name":"Bash","input":{}}}"#,
                    #"{"type":"content_block_delta","delta":{"type":"input_json_delta","partial_json":"{\"command\":\"ls "}}"#,
                    #"{"type":"content_block_delta","delta":{"type":"input_json_delta","partial_json":"-a\"}"}}"#,
                ],
                "Bash ls -a"
            ),
            (
                [
                    #"{"choices":[{"message":{"tool_calls":[{"function":{"name":"bash","arguments":"{\"command\":\"make\"}"}}]}}]}"#
                ],
                "bash make"
            ),
            (
                [#"{"content":[{"type":"tool_use","name":"Edit","input":{"file_path":"a.py","old_string":"x"}}]}"#],
                "Edit a.py"
            ),
        ]
    )
    func calls(texts: [String], line: String) {
        var reader = ToolCallReader()
        #expect(texts.compactMap { reader.take($0) }.last == line)
    }

    @Test("of a program, the command in it is told")
    func program() {
        var reader = ToolCallReader()
        let script = #"// @exec: {}\nlet r = await tools.exec_command({cmd: \"ls -a\"});"#
        let item = #"{"item":{"type":"custom_tool_call","name":"exec","input":"\#(script)"}}"#
        #expect(reader.take(item) == "exec ls -a")
    }

    @Test("what could steer a terminal is taken out, and a long call is cut")
    func tame() {
        var reader = ToolCallReader()
        let text =
            #"{"item":{"type":"function_call","name":"sh","arguments":"{\"cmd\":\"a\\u001b[2J\\nb"#
            + String(repeating: "c", count: 200)
        let line = reader.take(text + #"\"}"}}"#)
        #expect(line?.hasPrefix("sh a[2J bccc") == true)
        #expect(line?.count == 100)
    }
}
