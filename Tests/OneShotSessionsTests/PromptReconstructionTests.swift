import OneShotCore
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotSessions

@Suite("The whole prompt of each turn, put together again", .timeLimit(.minutes(2)))
struct PromptReconstructionTests {
    private func expectPrompts(_ client: TalkingClient, _ seed: Int) throws {
        let session = try #require(Sample.session(client.exchanges))
        #expect(session.turns.count == client.exchanges.count)
        for (turn, prompt) in zip(session.turns, client.prompts) {
            #expect(
                session.prompt(ofTurn: turn.index) == prompt,
                "turn \(turn.index), seed \(seed): \(turn.prompt as Any)"
            )
            #expect(turn.prompt?.fidelity ?? .complete == .complete)
        }
        // And what was told by the way is no longer than what was sent.
        let told = session.turns.reduce(0) { $0 + $1.input.count }
        #expect(told <= client.prompts.reduce(0) { $0 + $1.count })
        let read = try StrictJSON.decode(Session.self, from: StrictJSON.encode(session), path: "session")
        #expect(read == session)
    }

    @Test("with the whole history in each request", arguments: ModelAPI.allCases, 0..<25)
    func whole(_ api: ModelAPI, seed: Int) throws {
        var client = TalkingClient(api, seed: seed)
        client.talk(turns: 25)
        try expectPrompts(client, seed)
    }

    @Test("with only what is new in each request of a WebSocket", arguments: 0..<40)
    func chained(seed: Int) throws {
        var client = TalkingClient(.responses, isChained: true, seed: seed)
        client.talk(turns: 25)
        try expectPrompts(client, seed)
    }

    @Test("of several agents at once", arguments: 0..<10)
    func interleaved(seed: Int) throws {
        var clients = (0..<3).map {
            TalkingClient(.responses, isChained: $0 == 1, seed: seed * 3 + $0, thread: "thread-\($0)")
        }
        for index in clients.indices { clients[index].talk(turns: 10) }
        var random = Seeded(seed)
        var order = clients.enumerated().flatMap { index, client in client.exchanges.indices.map { (index, $0) } }
        order.sort { ($0.1, $0.0) < ($1.1, $1.0) }
        if random.chance(0.5) { order.sort { $0.0 > $1.0 } }
        let exchanges = order.enumerated().map { number, place in
            var exchange = clients[place.0].exchanges[place.1]
            exchange.id = Int64(number + 1)
            // Answers of different agents have ids of their own.
            let mark = "answer-\(place.0)-"
            exchange.requestJSON = exchange.requestJSON?.replacing("answer-", with: mark)
            exchange.responseJSON = exchange.responseJSON?.replacing("answer-", with: mark)
            return exchange
        }
        let session = try #require(Sample.session(exchanges))
        #expect(Set(session.threads.map(\.threadID)) == ["thread-0", "thread-1", "thread-2"])
        for (turn, place) in zip(session.turns, order) {
            #expect(session.prompt(ofTurn: turn.index) == clients[place.0].prompts[place.1], "turn \(turn.index)")
        }
        #expect(session.threads.map(\.turns).reduce(0, +) == session.turns.count)
        #expect(session.threads.reduce(Usage()) { $0 + $1.usage } == session.usage)
    }

    @Test("a plain conversation is told by what each turn goes on from")
    func plain() throws {
        let base = [Sample.developer("d"), Sample.user("u")]
        let second = base + [Sample.call("c1"), Sample.result("c1", "x")]
        let exchanges = [
            RecordedExchange.http(
                id: 1,
                request: Sample.request(base),
                answer: Sample.stream(Sample.events("r1", [Sample.call("c1")]))
            ),
            RecordedExchange.http(
                id: 2,
                request: Sample.request(second),
                answer: Sample.stream(Sample.events("r2", [Sample.message("done")]))
            ),
        ]
        let session = try #require(Sample.session(exchanges))
        #expect(session.turns[0].prompt == nil)
        #expect(session.turns[1].prompt == TurnPrompt(continues: 1))
        #expect(session.turns[1].json["prompt"] == ["continues": 1])
    }

    @Test("a link that was not recorded, and a summary that only the provider can read")
    func fidelity() throws {
        let summary: JSON = ["type": "compaction", "encrypted_content": "xyz"]
        let exchanges = [
            RecordedExchange.webSocket(
                id: 1,
                request: Sample.request([Sample.user("a")], previous: "gone"),
                messages: Sample.events("r1", [Sample.message("b")])
            ),
            RecordedExchange.webSocket(
                id: 2,
                request: Sample.request([Sample.user("c")], previous: "r1"),
                messages: Sample.events("r2", [Sample.message("d"), summary])
            ),
            RecordedExchange.webSocket(
                id: 3,
                request: Sample.request([Sample.user("e")], previous: "r2"),
                messages: Sample.events("r3", [Sample.message("f")])
            ),
            RecordedExchange.http(
                id: 4,
                request: Sample.request([Sample.user("a"), summary, Sample.user("g")]),
                answer: Sample.stream(Sample.events("r4", []))
            ),
        ]
        let session = try #require(Sample.session(exchanges))
        #expect(session.turns.map(\.prompt?.fidelity) == [.partial, .partial, .opaque, .opaque])
        #expect(session.prompt(ofTurn: 2)?.map(\.text) == ["a", "b", "c"])
        // What was there before the summary is gone.
        #expect(session.prompt(ofTurn: 3)?.map(\.kind) == ["compaction", "message"])
        #expect(session.prompt(ofTurn: 4)?.map(\.text) == ["a", "", "g"])
    }

    @Test("references that lead nowhere, round in circles, or to more than there is, are refused")
    func strange() throws {
        func session(_ prompts: [TurnPrompt?]) -> Session {
            var session = Session(sessionID: "s", createdAt: "", updatedAt: "")
            session.turns = prompts.enumerated().map { index, prompt in
                Turn(
                    index: index + 1,
                    exchangeIDs: [],
                    startedAt: "",
                    state: .complete,
                    input: [InputItem(kind: "message", text: "\(index)")],
                    prompt: prompt
                )
            }
            return session
        }
        #expect(session([nil]).prompt(ofTurn: 2) == nil)
        #expect(session([.init(continues: 1)]).prompt(ofTurn: 1) == nil)
        #expect(session([nil, .init(continues: 3), nil]).prompt(ofTurn: 2) == nil)
        #expect(session([nil, .init(items: [.init(turn: 1, part: .input, item: 1)])]).prompt(ofTurn: 2) == nil)
        let twice = (1...60).map { turn -> TurnPrompt? in
            turn == 1
                ? nil : TurnPrompt(items: [.init(turn: turn - 1, part: .prompt), .init(turn: turn - 1, part: .prompt)])
        }
        #expect(session(twice).prompt(ofTurn: 10)?.count == 512)
        #expect(session(twice).prompt(ofTurn: 60) == nil)
        var old = session([nil])
        old.schemaVersion = 1
        #expect(old.prompt(ofTurn: 1) == nil)
        for text in ["", "1", "1.input.", "0.input", "1.prompt.0", "1.input.-1", "1.output", "1.input.0.0"] {
            #expect(PromptReference(text) == nil, "\(text)")
        }
        for text in ["3.input.0", "2.answer", "4.prompt"] { #expect(PromptReference(text)?.description == text) }
    }
}
