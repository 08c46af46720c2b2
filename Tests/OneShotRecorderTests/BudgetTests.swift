import Foundation
import NIOConcurrencyHelpers
import NIOCore
import OneShotCore
import OneShotStore
import OneShotWire
import Testing

@testable import OneShotRecorder

@Suite("Budget", .timeLimit(.minutes(1)))
struct BudgetTests {
    @Test("a call past the token limit is refused with 400, the call that passes it is not")
    func tokensOverHTTP() async throws {
        try await Bench.run(
            budget: Budget(tokens: 20),
            respond: { _ in Answers.sse(Answers.events([Answers.completed()])) }
        ) { bench in
            for _ in 1...2 {
                let client = try await bench.client(runID: "run-1")
                try await client.send(Answers.post("/v1/responses", "{}"))
                try await client.read(until: "\r\n0\r\n\r\n")
            }
            #expect(await bench.running.usage(ofSession: "run-1").totalTokens == 30)
            #expect(await bench.running.budgetStop(ofSession: "run-1") == nil)

            let client = try await bench.client(runID: "run-1")
            try await client.send(Answers.post("/v1/responses", "{\"n\":3}"))
            let refusal = try await client.read(until: "token_budget_exhausted")
            #expect(refusal.hasPrefix("HTTP/1.1 400 "))
            let body = try JSON(parsing: String(refusal.split(separator: "\r\n\r\n")[1]))
            #expect(body["error"]?["type"]?.string == "invalid_request_error")
            #expect(body["error"]?["message"]?.string == "token budget exhausted: 30 of 20 tokens used")
            let row = try #require(try await bench.rows(1) { $0.state == .refused }.first)
            #expect(row.status == 400)
            #expect(await bench.running.budgetStop(ofSession: "run-1")?.limit == .tokens)
            #expect(bench.origin.requests.withLockedValue { $0.count } == 2)

            // What is no call of the model goes on, on the same connection; another session has its own budget.
            client.forget()
            try await client.send("GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n")
            try await client.read(until: "HTTP/1.1 200 ")
            let other = try await bench.client(runID: "run-2")
            try await other.send(Answers.post("/v1/responses", "{}"))
            try await other.read(until: "HTTP/1.1 200 ")
        }
    }

    @Test("usage is read from every kind of answer")
    func usageOfProviders() async throws {
        let answers = [
            "/v1/responses":
                #"{"id":"r","usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":4},"output_tokens":3,"output_tokens_details":{"reasoning_tokens":1}}}"#,
            "/v1/chat/completions": #"{"usage":{"prompt_tokens":20,"completion_tokens":5}}"#,
            "/v1/messages": #"{"usage":{"input_tokens":30,"cache_read_input_tokens":5,"output_tokens":7}}"#,
        ]
        try await Bench.run(respond: { Answers.json(answers[$0.head.target] ?? "{}") }) { bench in
            let client = try await bench.client(runID: "run-1")
            for path in answers.keys.sorted() {
                client.forget()
                try await client.send(Answers.post(path, "{}"))
                try await client.read(until: "usage")
            }
            let usage = await bench.running.usage(ofSession: "run-1")
            #expect(usage == Usage(inputTokens: 65, cachedInputTokens: 9, outputTokens: 15, reasoningTokens: 1))
        }
    }

    @Test("a refused upgrade is answered with 400 at once")
    func upgrade() async throws {
        try await Bench.run(budget: Budget(requests: 0), respond: { _ in Answers.json("{}") }) { bench in
            let client = try await bench.client(runID: "run-1")
            try await client.send(WebSocketTests.upgrade)
            let answer = try await client.read(until: "request_budget_exhausted")
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
            #expect(bench.origin.requests.withLockedValue { $0.isEmpty })
        }
    }

    @Test("on an open WebSocket the next call is answered with an error message", arguments: [false, true])
    func openWebSocket(deflate: Bool) async throws {
        try await Bench.run(
            budget: Budget(tokens: 15),
            respond: { _ in [.webSocket(deflate: deflate) { _ in [Answers.completed()] }] }
        ) { bench in
            let client = try await bench.client(runID: "run-1")
            try await client.send(WebSocketTests.upgrade)
            try await client.read(until: "\r\n\r\n")
            client.forget()
            let deflater = try Deflater()
            func frame(_ text: String) -> ByteBuffer {
                let payload = deflate ? deflater.message(text) : ByteBuffer(string: text)
                return WebSocketFrameHeader.frame(.text, payload: payload, isCompressed: deflate, mask: 99)
            }
            try await client.send(frame(#"{"type":"response.create","n":1}"#))
            try await bench.rows(1) { $0.method == "WEBSOCKET" && $0.state == .complete }
            // The row may be there before the client has read the answer.
            try await client.wait { $0.bytes.readableBytes > 0 }
            for index in 2...3 {
                client.forget()
                try await client.send(frame(#"{"type":"response.create","n":\#(index)}"#))
                let answer = try await client.read(until: "token_budget_exhausted")
                let json = try JSON(parsing: String(answer.drop { $0 != "{" }))
                #expect(json["type"]?.string == "error")
                #expect(json["status"]?.int == 400)
            }
            let rows = try await bench.rows(2) { $0.state == .refused }
            #expect(rows.map { $0.requestJSON?.contains("\"n\":") } == [true, true])
        }
    }
}
