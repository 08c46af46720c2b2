import NIOConcurrencyHelpers
import OneShotCore
import OneShotStore
import Testing

@testable import OneShotPracticeModel

/// Exchanges as the recorder leaves them.
private enum Recorded {
    static func http(
        _ id: Int64,
        path: String = "/v1/messages",
        method: String = "POST",
        request: String,
        response: String,
        type: String = "application/json",
        status: Int = 200,
        state: Exchange.State = .complete,
        firstByteMs: Int64 = 0,
        lengthMs: Int64 = 0
    ) -> Exchange {
        Exchange(
            id: id,
            startedAtMs: 1000 * id,
            method: method,
            url: "https://api.test\(path)",
            transport: .http,
            state: state,
            cutBy: state == .cut ? "upstream" : nil,
            sessionID: "s",
            status: status,
            firstByteAtMs: 1000 * id + firstByteMs,
            endedAtMs: 1000 * id + firstByteMs + lengthMs,
            requestJSON: request.isEmpty ? nil : request,
            responseJSON: response,
            metaJSON:
                #"{"response_headers":[["Content-Type","\#(type)"],["X-Request-Id","r\#(id)"],["Content-Length","9"],["Content-Encoding","gzip"]]}"#
        )
    }

    static func sse(_ id: Int64, request: String, events: [String], lengthMs: Int64 = 0) -> Exchange {
        let raw = events.map { "data: \($0)\n\n" }.joined()
        return http(
            id,
            path: "/v1/chat/completions",
            request: request,
            response: JSON.object([.init("_raw", .string(raw))]).compactText,
            type: "text/event-stream",
            lengthMs: lengthMs
        )
    }

    static func message(_ id: Int64, request: String, response: [JSON]) -> Exchange {
        var exchange = http(
            id,
            path: "/v1/responses",
            request: request,
            response: JSON.array(response).compactText
        )
        exchange.method = "WEBSOCKET"
        exchange.transport = .websocket
        exchange.url = "wss://api.test/v1/responses"
        return exchange
    }
}

@Suite("A recorded session, replayed", .timeLimit(.minutes(1)))
struct ReplayTests {
    private func run(
        _ exchanges: [Exchange],
        _ matching: ReplayModel.Matching = .strict,
        timing: ReplayModel.Timing = .none,
        _ body: @Sendable @escaping (Int) async throws -> Void
    ) async throws -> [ReplayModel.Event] {
        let events = NIOLockedValueBox<[ReplayModel.Event]>([])
        try await ReplayModel.run(
            session: "s",
            exchanges: exchanges,
            matching: matching,
            timing: timing,
            onEvent: { event in events.withLockedValue { $0.append(event) } },
            body
        )
        return events.withLockedValue { $0 }
    }

    private let ask = #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#

    @Test("gives the recorded bytes of a JSON answer, with its headers and status")
    func json() async throws {
        let answer = #"{"b":1, "a":[ 2.50 ]}"#
        let events = try await run([Recorded.http(7, request: ask, response: answer, status: 201)]) { port in
            let text = try await TestClient.send("POST", "/v1/messages", body: ask, port: port)
            #expect(text.hasPrefix("HTTP/1.1 201 "))
            #expect(text.hasSuffix("\r\n\r\n" + answer))
            #expect(text.contains("X-Request-Id: r7"))
            #expect(!text.lowercased().contains("content-encoding"))
            // A second attempt gets the same again.
            #expect(try await TestClient.send("POST", "/v1/messages", body: ask, port: port).hasSuffix(answer))
        }
        #expect(
            events == [
                .answered(exchangeID: 7, path: "/v1/messages", isAgain: false, remaining: 0),
                .answered(exchangeID: 7, path: "/v1/messages", isAgain: true, remaining: 0),
            ]
        )
    }

    @Test("gives a stream event by event, over the recorded time when asked")
    func stream() async throws {
        let exchanges = [Recorded.sse(1, request: ask, events: ["1", "2", "3", "[DONE]"], lengthMs: 300)]
        _ = try await run(exchanges, timing: .recorded) { port in
            let start = ContinuousClock.now
            let text = try await TestClient.send("POST", "/v1/chat/completions", body: ask, port: port)
            #expect(start.duration(to: .now) >= .milliseconds(290))
            #expect(text.contains("text/event-stream"))
            for event in ["1", "2", "3", "[DONE]"] { #expect(text.contains("data: \(event)\n\n")) }
        }
    }

    @Test("strict: another request is refused with 400, and the difference is told")
    func mismatch() async throws {
        let events = try await run([Recorded.http(3, request: ask, response: "{}")]) { port in
            let other = ask.replacing("hi", with: "bye")
            let text = try await TestClient.send("POST", "/v1/messages", body: other, port: port)
            #expect(text.hasPrefix("HTTP/1.1 400 "))
            #expect(try TestClient.json(text)["error"]?["code"] == "replay_mismatch")
            #expect(try await TestClient.send("GET", "/v1/models", port: port).hasPrefix("HTTP/1.1 404 "))
        }
        guard case .mismatch(3, _, let differences)? = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(differences == [#"messages[0].content: recorded "hi", got "bye""#])
    }

    @Test(
        "strict: what differs from run to run does not count",
        arguments: [
            (#"{"x":1,"prompt_cache_key":"a"}"#, #"{"prompt_cache_key":"b","x":1}"#),
            (#"{"client_metadata":{"t":"1"},"x":1}"#, #"{"x":1}"#),
            (#"{"input":[{"id":"msg_1","t":"a"}]}"#, #"{"input":[{"id":"msg_2","t":"a"}]}"#),
            (#"{"input":"at 2026-11-22T10:00:00Z"}"#, #"{"input":"at 2027-01-01T11:11:11.5Z"}"#),
            (
                #"{"input":"<cwd>/tmp/a</cwd> and /tmp/a/file"}"#,
                #"{"input":"<cwd>/home/me/b</cwd> and /home/me/b/file"}"#
            ),
            (#"{"o":"Chunk ID: 85f421\nWall time: 0.1 seconds"}"#, #"{"o":"Chunk ID: 0a\nWall time: 12.25 seconds"}"#),
            (
                #"{"o":"0b1c8f4e-1111-2222-3333-444455556666"}"#, #"{"o":"ffffffff-1111-2222-3333-444455556666"}"#
            ),
        ]
    )
    func passing(recorded: String, received: String) {
        var forms = RequestForms()
        #expect(forms.form(of: recorded) == forms.form(of: received))
    }

    @Test(
        "strict: everything else counts",
        arguments: [
            (#"{"model":"a"}"#, #"{"model":"b"}"#, "model: "),
            (#"{"input":[1,2]}"#, #"{"input":[1]}"#, "input[1]: recorded 2, got nothing"),
            (#"{"input":[{"call_id":"c1"}]}"#, #"{"input":[{"call_id":"c2"}]}"#, "input[0].call_id: "),
            (#"{"o":"took 3 steps"}"#, #"{"o":"took 4 steps"}"#, "o: "),
            ("plain", "other", "the body: "),
        ]
    )
    func counting(recorded: String, received: String, line: String) throws {
        var forms = RequestForms()
        let lines = RequestDifference.lines(
            recorded: forms.form(of: recorded),
            received: forms.form(of: received)
        )
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix(line) == true, "\(lines)")
    }

    @Test("lenient: the next answer, of the conversation that begins alike, then no more")
    func lenient() async throws {
        @Sendable func turn(_ words: String...) -> String {
            JSON.object([.init("messages", .array(words.map { .string($0) }))]).compactText
        }
        let exchanges = [
            Recorded.http(1, request: turn("a"), response: #"{"n":1}"#),
            Recorded.http(2, request: turn("b"), response: #"{"n":2}"#),
            Recorded.http(3, request: turn("a", "x"), response: #"{"n":3}"#),
        ]
        let events = try await run(exchanges, .lenient) { port in
            @Sendable func ask(_ body: String, at path: String = "/v1/messages") async throws -> String {
                let text = try await TestClient.send("POST", path, body: body, port: port)
                return String(text.drop { $0 != "{" })
            }
            let answers = [
                try await ask(turn("b", "not recorded")),
                try await ask(turn("zzz"), at: "/other/messages?beta=true"), try await ask(turn("a", "y")),
            ]
            #expect(answers == [#"{"n":2}"#, #"{"n":1}"#, #"{"n":3}"#])
            let last = try await ask(turn("a", "y", "z"))
            #expect(last.contains("replay_exhausted"))
        }
        #expect(events.count == 4)
    }

    @Test("a WebSocket's messages, and what does not match as an error message")
    func webSocket() async throws {
        let done: JSON = ["type": "response.completed", "response": ["id": "resp_1", "output": []]]
        let request: JSON = ["type": "response.create", "input": ["one"]]
        let exchanges = [
            Recorded.message(1, request: request.compactText, response: [["type": "response.created"], done]),
            Recorded.message(2, request: #"{"input":["three"]}"#, response: [done]),
        ]
        _ = try await run(exchanges) { port in
            let answers = try await TestClient.exchange(
                [request, ["type": "response.create", "input": ["two"]]],
                port: port
            )
            #expect(answers == [[["type": "response.created"], done], [answers[1][0]]])
            #expect(answers[1][0]["status"] == 400)
            #expect(answers[1][0]["error"]?["code"] == "replay_mismatch")
        }
    }

    @Test("a WebSocket that was not recorded is refused with 426")
    func noWebSocket() async throws {
        let recorded = Recorded.sse(1, request: ask, events: ["{}"])
        let upgrade =
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        for matching in ReplayModel.Matching.allCases {
            _ = try await run([recorded], matching) { port in
                let text = try await TestClient.send("GET", "/v1/models", fields: upgrade, port: port)
                #expect(text.hasPrefix("HTTP/1.1 426 "))
                #expect(text.contains("replay_unknown"))
            }
        }
    }

    @Test("lenient: what was recorded over one transport answers over the other")
    func transports() async throws {
        let done: JSON = ["type": "response.completed", "response": ["id": "resp_1", "output": []]]
        let request: JSON = ["type": "response.create", "input": ["one"]]
        _ = try await run([Recorded.message(1, request: request.compactText, response: [done])], .lenient) { port in
            let stream = #"{"input":["one"],"stream":true}"#
            let text = try await TestClient.send("POST", "/v1/responses", body: stream, port: port)
            #expect(text.contains("event: response.completed\ndata: \(done.compactText)\n\n"))
        }
        _ = try await run([Recorded.message(1, request: request.compactText, response: [done])], .lenient) { port in
            let text = try await TestClient.send("POST", "/v1/responses", body: #"{"input":["one"]}"#, port: port)
            #expect(try TestClient.json(text)["id"] == "resp_1")
        }
        var recorded = Recorded.sse(1, request: request.compactText, events: [done.compactText])
        recorded.url = "https://api.test/v1/responses"
        _ = try await run([recorded], .lenient) { port in
            let answers = try await TestClient.exchange([request], port: port)
            #expect(answers == [[done]])
        }
    }

    @Test("lenient: a WebSocket is warmed up though nobody recorded that, and no answer is spent on it")
    func warmUp() async throws {
        let done: JSON = ["type": "response.completed", "response": ["id": "resp_1", "output": []]]
        let request: JSON = ["type": "response.create", "model": "m", "input": ["one"]]
        let warm: JSON = ["type": "response.create", "model": "m", "input": ["one"], "generate": false]
        let recorded = Recorded.message(1, request: request.compactText, response: [done])
        _ = try await run([recorded], .lenient) { port in
            let answers = try await TestClient.exchange([warm, request], port: port)
            #expect(answers.map { $0.last?["response"]?["id"] } == ["resp_warm_up", "resp_1"])
        }
    }

    @Test("tools may come in another order, messages may not")
    func order() async throws {
        let recorded = Recorded.http(
            1,
            request: #"{"tools":[{"name":"a"},{"name":"b"}],"input":[1,2]}"#,
            response: "{}"
        )
        _ = try await run([recorded]) { port in
            let other = #"{"tools":[{"name":"b"},{"name":"a"}],"input":[1,2]}"#
            let same = try await TestClient.send("POST", "/v1/messages", body: other, port: port)
            #expect(same.hasPrefix("HTTP/1.1 200 "))
            let wrong = #"{"tools":[{"name":"a"},{"name":"b"}],"input":[2,1]}"#
            let refused = try await TestClient.send("POST", "/v1/messages", body: wrong, port: port)
            #expect(refused.hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test("an answer that was cut is cut again, a refusal refused")
    func cut() async throws {
        let exchanges = [
            Recorded.http(1, request: ask, response: #"{"_raw":"half of"}"#, type: "text/plain", state: .cut),
            Recorded.http(2, request: "{}", response: #"{"error":{}}"#, status: 400, state: .refused),
        ]
        _ = try await run(exchanges) { port in
            let half = try await TestClient.send("POST", "/v1/messages", body: ask, port: port)
            #expect(half.contains("half of") && !half.hasSuffix("0\r\n\r\n"))
            let refused = try await TestClient.send("POST", "/v1/messages", body: "{}", port: port)
            #expect(refused.hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test("a session in which nothing was asked cannot be replayed")
    func nothing() async throws {
        await #expect(throws: PracticeModelError.nothingRecorded(session: "s")) {
            _ = try await run([]) { _ in }
        }
    }
}
