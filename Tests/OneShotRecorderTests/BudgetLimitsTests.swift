import Foundation
import NIOConcurrencyHelpers
import NIOCore
import OneShotCore
import OneShotStore
import OneShotWire
import Testing

@testable import OneShotRecorder

@Suite("Budget limits", .timeLimit(.minutes(1)))
struct BudgetLimitsTests {
    private static let used = Usage(inputTokens: 1000, cachedInputTokens: 600, outputTokens: 100)

    @Test(
        "each limit stops the next call with its own code",
        arguments: [
            (Budget(tokens: 500), "token_budget_exhausted"),
            (Budget(inputTokens: 1000), "input_token_budget_exhausted"),
            (Budget(outputTokens: 100), "output_token_budget_exhausted"),
            (Budget(totalTokens: 1100), "total_token_budget_exhausted"),
            (Budget(requests: 1), "request_budget_exhausted"),
            (Budget(seconds: 60), "time_budget_exhausted"),
            (Budget(dollars: 0.00157), "cost_budget_exhausted"),
        ]
    )
    func passed(budget: Budget, code: String) throws {
        let ledger = SessionLedger(budget: budget)
        let facts = CallFacts(model: "gpt-5")
        _ = try ledger.open(session: "s", facts: facts, nowMs: 0)
        // 400 fresh and 600 cached input tokens and 100 output tokens of gpt-5.
        ledger.add(Self.used, dollars: 0.001575, session: "s")
        let stop = #expect(throws: BudgetStop.self) { try ledger.open(session: "s", facts: facts, nowMs: 60_000) }
        #expect(stop?.code == code)
        #expect(stop?.worstCase == nil)
        #expect(ledger.stop(of: "s") == stop)
        _ = try ledger.open(session: "other", facts: facts, nowMs: 60_000)
    }

    @Test(
        "just below a limit the next call goes on",
        arguments: [
            Budget(tokens: 501), Budget(inputTokens: 1001), Budget(outputTokens: 101), Budget(totalTokens: 1101),
            Budget(requests: 2), Budget(seconds: 61), Budget(dollars: 0.00158),
        ]
    )
    func below(budget: Budget) throws {
        let ledger = SessionLedger(budget: budget)
        let facts = CallFacts(model: "gpt-5")
        _ = try ledger.open(session: "s", facts: facts, nowMs: 0)
        ledger.add(Self.used, dollars: 0.001575, session: "s")
        _ = try ledger.open(session: "s", facts: facts, nowMs: 60_000)
        #expect(ledger.stop(of: "s") == nil)
    }

    @Test(
        "a call whose worst case would break a limit is refused, one that might just keep it is not",
        arguments: [
            (Budget(tokens: 1000), 900, true), (Budget(tokens: 1000), 901, false),
            (Budget(outputTokens: 50), 50, true), (Budget(outputTokens: 50), 51, false),
            (Budget(inputTokens: 99), 1, false), (Budget(inputTokens: 100), 1, true),
            (Budget(totalTokens: 1000), 900, true), (Budget(totalTokens: 1000), 901, false),
            // 100 × $1.25 and 1000 × $10 for a million.
            (Budget(dollars: 0.0102), 1000, true), (Budget(dollars: 0.0101), 1000, false),
        ]
    )
    func worstCase(budget: Budget, maximum: Int, isAllowed: Bool) throws {
        let ledger = SessionLedger(budget: budget)
        let facts = CallFacts(model: "gpt-5", maximumOutput: maximum, estimatedInput: 100)
        if isAllowed {
            _ = try ledger.open(session: "s", facts: facts)
        } else {
            let stop = #expect(throws: BudgetStop.self) { try ledger.open(session: "s", facts: facts) }
            #expect(stop?.worstCase != nil)
            #expect(stop?.message.contains("might use") == true)
        }
        // Without a stated maximum there is no worst case.
        _ = try SessionLedger(budget: budget).open(
            session: "s",
            facts: CallFacts(model: "gpt-5", estimatedInput: 5000)
        )
    }

    @Test("calls in flight count with their worst cases, until they are over")
    func parallel() throws {
        let ledger = SessionLedger(budget: Budget(outputTokens: 100))
        let facts = CallFacts(model: "gpt-5", maximumOutput: 60)
        var first: MeteredCall? = try ledger.open(session: "s", facts: facts)
        #expect(throws: BudgetStop.self) { try ledger.open(session: "s", facts: facts) }
        first?.take(Answers.completed(input: 10, output: 20))
        first = nil
        _ = try ledger.open(session: "s", facts: facts)
        #expect(ledger.usage(of: "s") == Usage(inputTokens: 10, outputTokens: 20))
    }

    @Test("numbers that nobody can mean, from a client or an upstream, are counted and do no harm")
    func absurd() throws {
        let body = #"{"model":"gpt-5","max_tokens":\#(Int.max),"n":\#(Int.max)}"#
        let facts = CallFacts(body: ByteBuffer(string: body))
        let ledger = SessionLedger(budget: Budget(tokens: 1000))
        #expect(throws: BudgetStop.self) { try ledger.open(session: "s", facts: facts) }
        for _ in 0..<2 {
            try SessionLedger(budget: nil).open(session: "s", facts: facts).take(
                Answers.completed(input: .max, output: .max)
            )
        }
        let negative = try JSON(parsing: #"{"usage":{"input_tokens":-5,"output_tokens":1e300}}"#)
        #expect(Usage(inAnswer: negative) == Usage())
        let call = try SessionLedger(budget: nil).open(session: "s")
        call.take(Answers.completed(input: .max, output: .max))
        call.take(Answers.completed(input: 1, output: .min))
    }

    @Test("of a conversation that is sent again only what is new is taken to be fresh")
    func resent() throws {
        let ledger = SessionLedger(budget: Budget(tokens: 1500))
        var call: MeteredCall? = try ledger.open(
            session: "s",
            facts: CallFacts(maximumOutput: 100, estimatedInput: 1000)
        )
        call?.take(Answers.completed(input: 1000, output: 10))
        call = nil
        call = try ledger.open(session: "s", facts: CallFacts(maximumOutput: 100, estimatedInput: 1200))
        #expect(call != nil)
    }

    @Test("with a dollar limit a model without a price is refused, and the refusal says what to do")
    func unpriced() throws {
        let ledger = SessionLedger(budget: Budget(dollars: 1))
        for model in ["who-knows", nil] {
            let stop = #expect(throws: BudgetStop.self) {
                try ledger.open(session: "s", facts: CallFacts(model: model))
            }
            #expect(stop?.code == "price_unknown")
            #expect(stop?.message.contains("prices.json") == true)
            #expect(stop?.message.contains(model ?? "names no model") == true)
        }
        _ = try ledger.open(session: "s", facts: CallFacts(model: "gpt-5-mini"))
    }

    @Test("cost is counted by the price of the model, asked for or answered by")
    func dollars() throws {
        let ledger = SessionLedger(budget: nil)
        func call(_ facts: CallFacts?, _ answer: String) throws {
            let call = try ledger.open(session: "s", facts: facts)
            call.take(answer)
        }
        try call(CallFacts(model: "gpt-5"), Answers.completed(input: 1_000_000, output: 100_000))
        #expect(abs(ledger.report(of: "s").dollars - 2.25) < 1e-9)
        let answer =
            #"{"type":"response.completed","response":{"model":"gpt-5-mini-2025-08-07","usage":{"input_tokens":1000000,"output_tokens":0}}}"#
        try call(nil, answer)
        #expect(abs(ledger.report(of: "s").dollars - 2.5) < 1e-9)
        try call(nil, answer.replacing("gpt-5-mini-2025-08-07", with: "mystery"))
        let report = ledger.report(of: "s")
        #expect(abs(report.dollars - 2.5) < 1e-9)
        #expect(report.unpricedModels == ["mystery"])
        #expect(report.requests == 3)
        #expect(report.text.contains("no price known for mystery"))
    }

    @Test("an answer that does not say what it used counts by its length, where there are limits")
    func silent() throws {
        let ledger = SessionLedger(budget: Budget(tokens: 1000))
        let head = try HTTPHead.testResponse("text/event-stream")
        var call: MeteredCall? = try ledger.open(session: "s", facts: CallFacts(model: "gpt-5", estimatedInput: 50))
        call?.begin(head)
        call?.feed(ByteBuffer(string: String(repeating: "data: {\"choices\":[]}\n\n", count: 7)))
        call?.finish()
        call = nil
        #expect(ledger.usage(of: "s") == Usage(inputTokens: 50, outputTokens: 7))
        #expect(ledger.report(of: "s").estimatedRequests == 1)
    }

    @Test("a session's own limits come on top of the recorder's and cannot be lifted")
    func ownLimits() {
        let ledger = SessionLedger(budget: Budget(tokens: 100))
        ledger.limit("s", to: Budget(tokens: 500, requests: 3))
        #expect(ledger.budget(of: "s") == Budget(tokens: 100, requests: 3))
        ledger.limit("s", to: Budget(requests: 9, dollars: 1))
        #expect(ledger.budget(of: "s") == Budget(tokens: 100, requests: 3, dollars: 1))
        #expect(ledger.budget(of: "t") == Budget(tokens: 100))
    }

    @Test("old keys of a budget still read")
    func codable() throws {
        let old = try JSONDecoder().decode(Budget.self, from: Data(#"{"tokens":5,"requests":2,"seconds":1.5}"#.utf8))
        #expect(old == Budget(tokens: 5, requests: 2, seconds: 1.5))
        let stop = try JSONDecoder().decode(
            BudgetStop.self,
            from: Data(#"{"limit":"time","allowed":5,"used":6}"#.utf8)
        )
        #expect(stop.code == "time_budget_exhausted")
    }
}

@Suite("What a request says of its call")
struct CallFactsTests {
    @Test(
        "of every API",
        arguments: [
            (#"{"model":"a","max_output_tokens":5,"input":"x"}"#, "", "a", 5),
            (#"{"messages":[{"content":"max_tokens: 9, \"max_tokens\":8"}],"max_tokens":7,"model":"b"}"#, "", "b", 7),
            (#"{ "model" : "c" , "max_completion_tokens" : 3, "n" : 2 }"#, "", "c", 6),
            (
                #"{"generationConfig":{"maxOutputTokens":4}}"#, "/v1beta/models/gemini-2.5-pro:generateContent?alt=sse",
                "gemini-2.5-pro", 4
            ),
            (#"{"model":"d","input":{"max_output_tokens":1}}"#, "", "d", nil),
            (#"{"model":"e","max_output_tokens":null}"#, "", "e", nil),
        ] as [(String, String, String, Int?)]
    )
    func read(body: String, path: String, model: String, maximum: Int?) {
        let facts = CallFacts(body: ByteBuffer(string: body), path: path)
        #expect(facts.model == model)
        #expect(facts.maximumOutput == maximum)
        #expect(facts.estimatedInput == (body.utf8.count + 3) / 4)
    }

    @Test(
        "nothing is made of what is no JSON",
        arguments: ["", "x", "{", #"{"model"#, #"{"model":"#, #"["model"]"#, #"{"a\"#]
    )
    func broken(text: String) {
        #expect(CallFacts(body: ByteBuffer(string: text)).model == nil)
    }

    @Test("an image counts as an image, not by its length")
    func blob() {
        let image = String(repeating: "QUJD", count: 250_000)
        let facts = CallFacts(body: ByteBuffer(string: #"{"model":"m","input":[{"image_url":"\#(image)"}]}"#))
        #expect(facts.estimatedInput < 2000)
    }

    @Test("a request that goes on from an answer says so")
    func continuation() {
        #expect(CallFacts(body: ByteBuffer(string: #"{"previous_response_id":"resp_1"}"#)).isContinuation)
    }
}

@Suite("Budget at the boundary", .timeLimit(.minutes(1)))
struct BudgetBoundaryTests {
    private static func events(_ request: TestOrigin.Request) -> [TestOrigin.Step] {
        Answers.sse(Answers.events([Answers.completed()]))
    }

    @Test("over HTTP a call that might break the limit is refused before anything of it goes upstream")
    func http() async throws {
        try await Bench.run(budget: Budget(tokens: 100), respond: Self.events) { bench in
            let client = try await bench.client(runID: "run-1")
            try await client.send(Answers.post("/v1/responses", #"{"model":"gpt-5","max_output_tokens":5000}"#))
            let refusal = try await client.read(until: "token_budget_exhausted")
            #expect(refusal.hasPrefix("HTTP/1.1 400 "))
            #expect(bench.origin.requests.withLockedValue { $0.isEmpty })
            let row = try #require(try await bench.rows(1) { $0.state == .refused }.first)
            #expect(row.requestJSON?.contains("5000") == true)

            // The connection goes on with one that fits, byte for byte.
            client.forget()
            let body = #"{"model":"gpt-5","max_output_tokens":50}"#
            try await client.send(Answers.post("/v1/responses", body))
            try await client.read(until: "HTTP/1.1 200 ")
            #expect(bench.origin.requests.withLockedValue { $0.map(\.body) } == [body])
        }
    }

    @Test("a held request in chunks, and one that waits for 100 Continue, arrive as they were sent")
    func held() async throws {
        try await Bench.run(budget: Budget(tokens: 1000), respond: Self.events) { bench in
            let client = try await bench.client(runID: "run-1")
            try await client.send(
                "POST /v1/responses HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            try await client.read(until: "HTTP/1.1 100 ")
            try await client.send("3\r\n{\"a\r\n")
            try await client.send("4\r\n\":1}\r\n0\r\n\r\n")
            try await client.read(until: "response.completed")
            #expect(bench.origin.requests.withLockedValue { $0.map(\.body) } == [#"{"a":1}"#])
        }
    }

    @Test(
        "on a WebSocket a call that might break the limit is refused, and the next that fits goes on",
        arguments: [false, true]
    )
    func webSocket(deflate: Bool) async throws {
        let arrived = NIOLockedValueBox<[String]>([])
        try await Bench.run(
            budget: Budget(tokens: 100),
            respond: { _ in
                [
                    .webSocket(deflate: deflate) { text in
                        arrived.withLockedValue { $0.append(text) }
                        return [Answers.completed()]
                    }
                ]
            }
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
            try await client.send(frame(#"{"type":"response.create","max_output_tokens":5000}"#))
            try await client.read(until: "token_budget_exhausted")
            // What comes next is compressed with what the upstream has not seen.
            let fitting = #"{"type":"response.create","max_output_tokens":50}"#
            try await client.send(frame(fitting))
            try await client.send(frame(#"{"type":"response.cancel"}"#))
            let rows = try await bench.rows(2) { $0.method == "WEBSOCKET" && $0.state != .inFlight }
            #expect(rows.map(\.state) == [.refused, .complete])
            try await arrived.wait { $0.count == 2 }
            #expect(arrived.withLockedValue { $0 } == [fitting, #"{"type":"response.cancel"}"#])
        }
    }

    @Test("who knows the control token limits a session and reads what it used; nobody else does")
    func pages() async throws {
        try await Bench.run(controlToken: "t0k3n", respond: Self.events) { bench in
            func ask(_ method: String, _ path: String, token: String = "t0k3n") async throws -> String {
                let client = try await TestClient.connect(port: bench.running.port)
                try await client.send(
                    "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(bench.running.port)\r\nConnection: close\r\n"
                        + "Authorization: Bearer \(token)\r\nContent-Length: 0\r\n\r\n"
                )
                return try await client.readToEnd()
            }
            #expect(try await ask("GET", "/sessions/run-1/budget", token: "wrong").hasPrefix("HTTP/1.1 403 "))
            #expect(try await ask("POST", "/sessions/run-1/budget?tokns=1").hasPrefix("HTTP/1.1 400 "))
            #expect(try await ask("POST", "/sessions/run-1/budget").hasPrefix("HTTP/1.1 400 "))
            #expect(try await ask("DELETE", "/sessions/run-1/budget").hasPrefix("HTTP/1.1 405 "))
            let query = Budget(tokens: 10, dollars: 0.5).query
            #expect(try await ask("POST", "/sessions/run-1/budget?\(query)").hasPrefix("HTTP/1.1 200 "))

            let client = try await bench.client(runID: "run-1")
            try await client.send(Answers.post("/v1/responses", #"{"model":"gpt-5"}"#))
            try await client.read(until: "response.completed")
            client.forget()
            try await client.send(Answers.post("/v1/responses", #"{"model":"gpt-5"}"#))
            try await client.read(until: "token_budget_exhausted")
            let other = try await bench.client(runID: "run-2")
            for _ in 1...2 {
                other.forget()
                try await other.send(Answers.post("/v1/responses", "{}"))
                try await other.read(until: "response.completed")
            }

            let answer = try await ask("GET", "/sessions/run-1/budget")
            let body = String(answer.drop { $0 != "{" })
            let report = try StrictJSON.decode(SessionReport.self, from: Data(body.utf8), path: "the page")
            #expect(report.usage == Usage(inputTokens: 10, outputTokens: 5))
            #expect(report.budget == Budget(tokens: 10, dollars: 0.5))
            #expect(report.stop?.limit == .tokens)
            #expect(report.requests == 1)
        }
    }
}

extension HTTPHead {
    fileprivate static func testResponse(_ type: String) throws -> HTTPHead {
        var framer = HTTPMessageFramer(.responses)
        framer.requestMethod = "POST"
        framer.append(ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: 0\r\n\r\n"))
        guard case .head(let head, _)? = try framer.next() else { throw CancellationError() }
        return head
    }
}
