import Foundation
import OneShotCore
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotSessions

@Suite("What a session says about its turns")
struct TurnFactsTests {
    private func call(
        _ id: Int64,
        _ items: [JSON],
        _ answer: [JSON] = [Sample.message("ok")],
        metadata: JSON? = nil,
        thread: String = "root",
        tools: JSON = [],
        at start: Int64? = nil
    ) -> Exchange {
        var client: [JSON.Member] = [.init("thread_id", .string(thread))]
        if let metadata { client.append(.init("x-codex-turn-metadata", .string(metadata.compactText))) }
        let request: JSON = [
            "model": "gpt-5.5", "input": .array(items), "client_metadata": .object(client), "tools": tools,
        ]
        var exchange = RecordedExchange.http(
            id: id,
            request: request,
            answer: Sample.stream(Sample.events("r\(id)", answer))
        )
        if let start {
            exchange.startedAtMs = start
            exchange.firstByteAtMs = start + 10
            exchange.endedAtMs = start + 100
        }
        return exchange
    }

    @Test("a person's words, results, a compaction, a subagent's task: kinds, threads, windows")
    func kinds() throws {
        let first = [Sample.developer("d"), Sample.user("<environment_context><cwd>/src</cwd></environment_context>")]
        let second = first + [Sample.user("fix it"), Sample.call("c1"), Sample.result("c1", "x")]
        let child: JSON = ["agent_name": "/root/tester", "window_number": 0, "parent_thread_id": "root"]
        let session = try #require(
            Sample.session([
                call(1, first + [Sample.user("fix it")], [Sample.call("c1")], metadata: ["window_number": 0]),
                call(2, second, metadata: ["window_number": 0]),
                call(3, [Sample.developer("d"), Sample.user("test it")], metadata: child, thread: "child"),
                call(
                    4,
                    second + [Sample.message("ok"), Sample.user("Summarize.")],
                    [Sample.message("summary")],
                    metadata: ["request_kind": "compaction", "window_number": 0]
                ),
                call(
                    5,
                    first + [Sample.user("fix it"), Sample.user("summary"), Sample.user("go on")],
                    metadata: ["window_number": 1]
                ),
            ])
        )
        #expect(session.turns.map(\.kind) == [.user, .continuation, .other, .compaction, .user])
        #expect(session.turns.map(\.window) == [0, 0, 0, 0, 1])
        #expect(session.turns[4].input.map(\.text) == ["summary", "go on"])
        #expect(session.threads.map(\.threadID) == ["root", "child"])
        #expect(session.threads.map(\.kind) == [.main, .subagent])
        #expect(session.threads.map(\.parentThreadID) == [nil, "root"])
        #expect(session.threads.map(\.name) == [nil, "/root/tester"])
        #expect(session.threads.map(\.turns) == [4, 1])
        #expect(session.threads[1].usage == session.turns[2].usage)
        #expect(session.repository == SessionRepository(directory: "/src"))
    }

    @Test("a second attempt names the first, and nothing of it is told twice")
    func retries() throws {
        var failed = call(1, [Sample.user("a")])
        failed.responseJSON = #"{"error":{"message":"overloaded"}}"#
        failed.status = 503
        var again = failed
        again.id = 2
        let session = try #require(Sample.session([failed, again, call(3, [Sample.user("a")])]))
        #expect(session.turns.map(\.state) == [.failed, .failed, .complete])
        #expect(session.turns.map(\.retryOf) == [nil, 1, 2])
        #expect(session.turns.map { $0.input.count } == [1, 0, 0])
        #expect(session.prompt(ofTurn: 3)?.map(\.text) == ["a"])
    }

    @Test("how long nobody spoke, and what the provider said at the end")
    func idle() throws {
        let history = [Sample.user("a"), Sample.message("ok"), Sample.user("b")]
        let session = try #require(
            Sample.session([
                call(1, [Sample.user("a")], at: 1_000_000), call(2, history, at: 1_007_100),
                call(
                    3,
                    history + [Sample.call("c1"), Sample.result("c1", "x")],
                    at: 1_008_000
                ),
            ])
        )
        #expect(session.turns.map(\.idleMs) == [nil, 7000, nil])
        #expect(session.turns.map(\.stopReason) == ["completed", "completed", "completed"])
    }

    @Test("costs by the price table, and how many turns have none")
    func costs() throws {
        let price = ModelPrice(
            model: "gpt-5.5",
            asOf: "2026-01-01",
            rates: .init(input: 1, cachedInput: 0.5, output: 10)
        )
        let prices = PriceTable([price], source: .shipped)
        let exchanges = [call(1, [Sample.user("a")]), call(2, [Sample.user("b")])]
        var other = call(3, [Sample.user("c")])
        other.responseJSON = other.responseJSON?.replacing("gpt-5.5-2026", with: "unheard-of")
        let told = exchanges.map { exchange in
            var exchange = exchange
            exchange.responseJSON = exchange.responseJSON?.replacing("gpt-5.5-2026", with: "gpt-5.5")
            return exchange
        }
        let session = try #require(SessionReader.session("run-1", of: told + [other], prices: prices))
        // Six fresh, four cached, two of output.
        #expect(session.turns.map(\.costUSD) == [0.000028, 0.000028, nil])
        #expect(session.costUSD == 0.000056)
        #expect(session.unpricedTurns == 1)
        #expect(session.threads.first?.costUSD == 0.000056)
    }

    @Test("tools are told where they change, events that nobody knows are counted")
    func toolsAndEvents() throws {
        let tools: JSON = [["type": "function", "name": "run", "a": 1.0]]
        var third = call(3, [Sample.user("c")], tools: [])
        let news: JSON = ["type": "codex.rate_limits", "plan": "pro"]
        third.responseJSON = Sample.stream([news, news] + Sample.events("r3", []))
        let session = try #require(
            Sample.session([
                call(1, [Sample.user("a")], tools: tools), call(2, [Sample.user("b")], tools: tools), third,
            ])
        )
        #expect(session.turns.map(\.tools) == [[["a": 1, "name": "run", "type": "function"]], nil, []])
        #expect(session.turns[2].unknownEvents == ["codex.rate_limits": 2])
        #expect(session.unknownEvents == ["codex.rate_limits": 2])
        #expect(try StrictJSON.decode(Session.self, from: StrictJSON.encode(session), path: "s") == session)
        #expect(try JSON(parsing: StrictJSON.encode(session)).compactText == session.json.compactText)
    }

    @Test("where Codex works, as its metadata says, without a password")
    func repository() throws {
        let secret = ["x", "y"].joined(separator: ":")
        let workspace: JSON = [
            "associated_remote_urls": ["origin": .string("https://\(secret)@example.com/a/b.git")],
            "latest_git_commit_hash": "0123456789abcdef0123456789abcdef01234567", "has_changes": false,
        ]
        let session = try #require(
            Sample.session([call(1, [Sample.user("a")], metadata: ["workspaces": ["/src/b": workspace]])])
        )
        #expect(
            session.repository
                == SessionRepository(
                    directory: "/src/b",
                    remoteURL: "https://example.com/a/b.git",
                    commit: "0123456789abcdef0123456789abcdef01234567"
                )
        )
    }

    @Test("a summary that Claude Code asks for, and its side calls")
    func claudeCode() throws {
        func exchange(_ id: Int64, _ text: String, tools: JSON, _ headers: String = "") -> Exchange {
            let billing: JSON = ["type": "text", "text": .string("x-anthropic-billing-header: cch=\(id);")]
            let request: JSON = [
                "model": "claude", "tools": tools, "system": [billing, ["type": "text", "text": "s"]],
                "messages": [["role": "user", "content": .string(text)]],
            ]
            let answer: JSON = ["id": "m", "content": [["type": "text", "text": "ok"]], "stop_reason": "end_turn"]
            var exchange = RecordedExchange.http(
                id: id,
                request: request,
                answer: answer.compactText,
                url: ModelAPI.messages.url
            )
            exchange.metaJSON = #"{"request_headers":[["X-Claude-Code-Session-Id","s"]\#(headers)]}"#
            return exchange
        }
        let tools: JSON = [["name": "Bash"]]
        let agent = #",["x-claude-code-agent-id","a1"],["x-claude-code-agent-type","Explore"]"#
        let session = try #require(
            Sample.session([
                exchange(1, "fix it", tools: tools), exchange(2, "find a title for: fix it", tools: []),
                exchange(3, "look", tools: tools, agent),
                exchange(4, "Your task is to create a detailed summary of the conversation so far", tools: []),
                exchange(5, "x", tools: tools, #",["x-claude-code-request-class","side_reply"]"#),
            ])
        )
        #expect(session.turns.map(\.kind) == [.user, .other, .other, .compaction, .other])
        #expect(session.turns[0].input.map(\.text) == ["s", "fix it"])
        #expect(session.turns[1].input.map(\.text) == ["find a title for: fix it"])
        #expect(session.threads.map(\.name) == [nil, "Explore"])
        #expect(session.threads.map(\.parentThreadID) == [nil, "s"])
    }

    @Test("a session goes on from its stored form, prompts and all")
    func goesOn() throws {
        let history = [Sample.user("a"), Sample.message("ok"), Sample.user("b")]
        let exchanges = [call(1, [Sample.user("a")]), call(2, history)]
        let whole = try #require(
            Sample.session(exchanges + [call(3, history + [Sample.message("ok"), Sample.user("b")])])
        )
        let stored = try #require(Sample.session(exchanges))
        var builder = SessionBuilder(continuing: stored, turns: 2, lastExchangeID: 2)
        let last = call(3, history + [Sample.message("ok"), Sample.user("b")])
        let prompt = ExchangeReader.prompt(of: last, dialect: .responses)
        builder.append(last, call: ExchangeReader.call(last, prompt: prompt, dialect: .responses))
        let session = try #require(builder.session)
        #expect(session.turns == [whole.turns[2]])
        #expect(session.usage == whole.usage)
        #expect(session.threads == whole.threads)
        #expect(session.costUSD == whole.costUSD)
    }
}
