import OneShotCore
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotSessions

@Suite("The WebSocket of the Responses API")
struct WebSocketBatteryTests {
    private func request(_ input: [JSON], previous: String? = nil, lane: String? = nil) -> JSON {
        var members: [JSON.Member] = [
            .init("type", "response.create"), .init("model", "gpt-5.5"), .init("input", .array(input)),
        ]
        if let previous { members.append(.init("previous_response_id", .string(previous))) }
        if let lane { members.append(.init("stream_id", .string(lane))) }
        return .object(members)
    }

    private func answer(_ id: String, _ text: String) -> [JSON] { Sample.events(id, [Sample.message(text)]) }

    @Test("one request, and one that goes on from it")
    func chained() throws {
        let session = try #require(
            Sample.session([
                RecordedExchange.webSocket(id: 1, request: request([Sample.user("a")]), messages: answer("r1", "b")),
                RecordedExchange.webSocket(
                    id: 2,
                    request: request([Sample.user("c")], previous: "r1"),
                    messages: answer("r2", "d")
                ),
            ])
        )
        #expect(session.turns.map(\.output) == ["b", "d"])
        #expect(session.turns.map(\.responseID) == ["r1", "r2"])
        #expect(session.turns.map(\.previousResponseID) == [nil, "r1"])
        #expect(session.prompt(ofTurn: 2)?.map(\.text) == ["a", "b", "c"])
    }

    @Test("lanes of one socket are conversations of their own")
    func lanes() throws {
        let session = try #require(
            Sample.session([
                RecordedExchange.webSocket(
                    id: 1,
                    request: request([Sample.user("a")], lane: "x"),
                    messages: answer("r1", "b")
                ),
                RecordedExchange.webSocket(
                    id: 2,
                    request: request([Sample.user("a")], lane: "y"),
                    messages: answer("r2", "c")
                ),
                RecordedExchange.webSocket(
                    id: 3,
                    request: request([Sample.user("d")], previous: "r1", lane: "x"),
                    messages: answer("r3", "e")
                ),
                RecordedExchange.webSocket(
                    id: 4,
                    request: request([Sample.user("a"), Sample.message("c"), Sample.user("f")], lane: "y"),
                    messages: answer("r4", "g")
                ),
            ])
        )
        #expect(session.turns.map(\.lane) == ["x", "y", "x", "y"])
        #expect(session.turns.map { $0.input.map(\.text) } == [["a"], ["a"], ["d"], ["f"]])
        #expect(session.turns.map(\.prompt?.continues) == [nil, nil, 1, 2])
        #expect(session.prompt(ofTurn: 4)?.map(\.text) == ["a", "c", "f"])
        #expect(session.threads.map(\.turns) == [4])
        #expect(session.threads.map(\.usage) == [session.usage])
    }

    @Test("a prewarm is no turn, and a second attempt after it still goes on from it")
    func prewarm() throws {
        let prewarm = Sample.request([Sample.developer("d")], generate: false)
        let ask = Sample.request([Sample.user("u")], previous: "w0")
        let session = try #require(
            Sample.session([
                RecordedExchange.webSocket(id: 1, request: prewarm, messages: Sample.events("w0", [])),
                RecordedExchange.webSocket(id: 2, request: ask, messages: [], state: .cut),
                RecordedExchange.webSocket(id: 3, request: ask, messages: answer("r1", "b")),
            ])
        )
        #expect(session.turns.map { $0.input.map(\.text) } == [["d", "u"], []])
        #expect(session.turns.map(\.retryOf) == [nil, 1])
        #expect(session.turns.map(\.kind) == [.user, .user])
        #expect(session.prompt(ofTurn: 2)?.map(\.text) == ["d", "u"])
    }

    @Test("a socket that is cut keeps what had come, and its limit is a failure with the provider's words")
    func ends() throws {
        let half: [JSON] = [
            ["type": "response.created", "response": ["id": "r1"]],
            ["type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "hal"],
        ]
        let limit: JSON = [
            "type": "error", "status": 400,
            "error": ["code": "websocket_connection_limit_reached", "message": "60 minutes"],
        ]
        let session = try #require(
            Sample.session([
                RecordedExchange.webSocket(id: 1, request: request([Sample.user("a")]), messages: half, state: .cut),
                RecordedExchange.webSocket(id: 2, request: request([Sample.user("b")]), messages: [limit]),
            ])
        )
        #expect(session.turns.map(\.state) == [.truncated, .failed])
        #expect(session.turns.map(\.output) == ["hal", ""])
        #expect(session.turns[1].error == "60 minutes")
    }
}
