import OneShotCore
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotSessions

@Suite("A session put together from its calls")
struct SessionBuilderTests {
    private let base = [
        Sample.developer("You are an agent."), Sample.user("<environment_context>"), Sample.user("fix it"),
    ]

    private func texts(_ turn: Turn) -> [String] { turn.input.map(\.text) }

    /// Three calls of one thread over HTTPS, each with the whole history.
    private var https: [Exchange] {
        let second =
            base + [["type": "reasoning", "summary": []], Sample.call("call_1"), Sample.result("call_1", "a.txt")]
        let third = second + [Sample.message("Done."), Sample.user("fix it")]
        return [
            RecordedExchange.http(
                id: 1,
                request: Sample.request(base),
                answer: Sample.stream(Sample.events("r1", [Sample.call("call_1")]))
            ),
            RecordedExchange.http(
                id: 2,
                request: Sample.request(second),
                answer: Sample.stream(Sample.events("r2", [Sample.message("Done.")]))
            ),
            RecordedExchange.http(
                id: 3,
                request: Sample.request(third),
                answer: Sample.stream(Sample.events("r3", [Sample.message("Again.")]))
            ),
        ]
    }

    @Test("of a request with the whole history only the new items are the turn's input")
    func wholeHistory() throws {
        let session = try #require(Sample.session(https))
        #expect(session.turns.count == 3)
        #expect(texts(session.turns[0]) == ["You are an agent.", "<environment_context>", "fix it"])
        #expect(
            session.turns[1].input == [InputItem(kind: "tool_result", role: "tool", text: "a.txt", callID: "call_1")]
        )
        // The same words again are new: the second prompt of the user.
        #expect(texts(session.turns[2]) == ["fix it"])
        #expect(session.turns[0].toolCalls.first?.result == "a.txt")
    }

    @Test("usage is the sum over the turns")
    func usage() throws {
        let session = try #require(Sample.session(https))
        #expect(session.usage == Usage(inputTokens: 30, cachedInputTokens: 12, outputTokens: 6, reasoningTokens: 3))
    }

    @Test("chained WebSocket requests follow their prewarm, which is no turn")
    func webSocket() throws {
        let exec: JSON = ["name": "exec", "type": "custom"]
        let tools: JSON = ["type": "additional_tools", "role": "developer", "tools": .array([exec])]
        let exchanges = [
            RecordedExchange.webSocket(
                id: 1,
                request: Sample.request([tools, Sample.developer("You are an agent.")], generate: false),
                messages: Sample.events("w0", [], usage: Sample.usage(5, 0))
            ),
            RecordedExchange.webSocket(
                id: 2,
                request: Sample.request([Sample.user("fix it")], previous: "w0"),
                messages: Sample.events("w1", [Sample.call("call_1")])
            ),
            RecordedExchange.webSocket(
                id: 3,
                request: Sample.request([Sample.result("call_1", "a.txt")], previous: "w1"),
                messages: Sample.events("w2", [Sample.message("Done.")])
            ),
            // A fall back to HTTPS: everything again.
            RecordedExchange.http(
                id: 4,
                request: Sample.request(
                    [
                        tools, Sample.developer("You are an agent."), Sample.user("fix it"), Sample.call("call_1"),
                        Sample.result("call_1", "a.txt"), Sample.message("Done."), Sample.user("and test it"),
                    ]
                ),
                answer: Sample.stream(Sample.events("h1", [Sample.message("Tested.")]))
            ),
        ]
        let session = try #require(Sample.session(exchanges))
        #expect(session.turns.map(\.exchangeIDs) == [[2], [3], [4]])
        #expect(session.turns.map(\.index) == [1, 2, 3])
        #expect(texts(session.turns[0]) == ["You are an agent.", "fix it"])
        #expect(texts(session.turns[1]) == ["a.txt"])
        #expect(texts(session.turns[2]) == ["and test it"])
        #expect(session.turns[0].toolCalls.first?.result == "a.txt")
        #expect(session.usage.inputTokens == 30)
        #expect(session.turns.map(\.tools) == [[exec], nil, nil], "the prewarm's, told with the first turn")
    }

    @Test("a second attempt after a cut is a turn of its own")
    func retries() throws {
        let events = Sample.events("r1", [Sample.call("call_1")])
        let exchanges = [
            RecordedExchange.http(
                id: 1,
                request: Sample.request(base),
                answer: Sample.stream(Array(events.prefix(2))),
                state: .cut
            ),
            RecordedExchange.http(id: 2, request: Sample.request(base), answer: Sample.stream(events)),
            RecordedExchange.http(
                id: 3,
                request: Sample.request(base + [Sample.call("call_1"), Sample.result("call_1", "out")]),
                answer: nil,
                state: .inFlight
            ),
        ]
        let session = try #require(Sample.session(exchanges))
        #expect(session.turns.map(\.state) == [.truncated, .complete, .inFlight])
        #expect(session.turns[1].input.isEmpty)
        #expect(session.turns[1].toolCalls.first?.result == "out")
        #expect(session.turns[0].toolCalls.first?.result == nil)
    }

    @Test("subagents keep their threads, and instructions are told once")
    func threads() throws {
        let child = [Sample.developer("You are an agent."), Sample.user("fix it")]
        let exchanges = [
            RecordedExchange.http(
                id: 1,
                request: Sample.request(base),
                answer: Sample.stream(Sample.events("r1", [Sample.message("a")]))
            ),
            RecordedExchange.http(
                id: 2,
                request: Sample.request(child, thread: "thread-2"),
                answer: Sample.stream(Sample.events("r2", [Sample.message("b")]))
            ),
        ]
        let session = try #require(Sample.session(exchanges))
        #expect(session.turns.map(\.threadID) == ["thread-1", "thread-2"])
        #expect(texts(session.turns[1]) == ["fix it"])
    }

    @Test("code mode results come back to the call that carried the script")
    func codeMode() throws {
        let call: JSON = [
            "type": "custom_tool_call", "namespace": "functions", "name": "exec", "call_id": "call_1",
            "input": "text(1)",
        ]
        let output: JSON = [
            "type": "custom_tool_call_output", "call_id": "call_1",
            "output": [["type": "input_text", "text": "Script completed"], ["type": "input_text", "text": "1"]],
        ]
        let exchanges = [
            RecordedExchange.webSocket(id: 1, request: Sample.request(base), messages: Sample.events("r1", [call])),
            RecordedExchange.webSocket(
                id: 2,
                request: Sample.request([output], previous: "r1"),
                messages: Sample.events("r2", [])
            ),
        ]
        let session = try #require(Sample.session(exchanges))
        #expect(session.turns[0].toolCalls.first?.result == "Script completed\n1")
    }

    @Test("a broken request or answer costs nothing but itself")
    func broken() throws {
        var noRequest = RecordedExchange.http(
            id: 1,
            request: Sample.request(base),
            answer: Sample.stream(Sample.events("r1", [Sample.message("a")]))
        )
        noRequest.requestJSON = #"{"_base64":"KLUv"}"#
        var noAnswer = RecordedExchange.http(id: 2, request: Sample.request(base), answer: "[not json")
        noAnswer.metaJSON = "also not"
        let session = try #require(Sample.session([noRequest, noAnswer]))
        #expect(session.turns.map(\.state) == [.complete, .truncated])
        #expect(session.turns[0].output == "a")
    }

    @Test("a session survives its own JSON")
    func roundTrip() throws {
        let session = try #require(Sample.session(https))
        let data = try StrictJSON.encode(session)
        #expect(try StrictJSON.decode(Session.self, from: data, path: "session") == session)
    }
}
