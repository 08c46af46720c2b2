import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOHPACK
import OneShotCore
import OneShotStore
import Testing

@testable import OneShotRecorder

@Suite("HTTP/2: limits", .timeLimit(.minutes(2)))
struct HTTP2LimitsTests {
    @Test("a connection with a stream that waits for its answer is not idle; without one it is, and is closed")
    func idle() async throws {
        let gate = NIOLockedValueBox(false)
        try await HTTP2Bench.run(
            // Long enough to connect in on a busy machine.
            configure: { $0.limits.idle = .seconds(4) },
            respond: { _ in [.hold(gate)] + HTTP2Origin.Step.json("{}") }
        ) { bench in
            let client = try await bench.client()
            let stream = try await client.get("/")
            try await bench.origin.requests.wait { $0.count == 1 }
            try await Task.sleep(for: .seconds(5))
            #expect(client.isOpen)
            gate.withLockedValue { $0 = true }
            try await stream.wait { $0.hasEnded && $0.text == "{}" }
            try await client.waitForEnd()
        }
    }

    @Test("a connection is one, however many streams it has, and one too many is answered with 503")
    func connections() async throws {
        let gate = NIOLockedValueBox(false)
        try await HTTP2Bench.run(
            configure: { $0.limits.connections = 1 },
            respond: { _ in [.hold(gate)] + HTTP2Origin.Step.json("{}") }
        ) { bench in
            let client = try await bench.client()
            let streams = [try await client.get("/1"), try await client.get("/2"), try await client.get("/3")]
            try await bench.origin.requests.wait { $0.count == 3 }
            let other = try await TestClient.connect(port: bench.running.port)
            #expect(try await other.readToEnd().hasPrefix("HTTP/1.1 503 "))
            gate.withLockedValue { $0 = true }
            try await streams[0].wait { $0.hasEnded && $0.status == "200" }
            try await streams[1].wait { $0.hasEnded && $0.status == "200" }
            try await streams[2].wait { $0.hasEnded && $0.status == "200" }
            try await client.close()
            let deadline = ContinuousClock.now + .seconds(20)
            while await bench.running.status().connections > 0, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(10))
            }
            try await (try await bench.client()).get("/4").wait { $0.hasEnded && $0.status == "200" }
        }
    }

    @Test("calls of several streams share their session's token limit, and what is in flight counts")
    func tokens() async throws {
        let gate = NIOLockedValueBox(false)
        try await HTTP2Bench.run(
            budget: Budget(tokens: 1000),
            respond: { _ in
                [.ok("text/event-stream"), .hold(gate)]
                    + [.text(Answers.events([Answers.completed(input: 100, output: 50)])), .end]
            }
        ) { bench in
            let client = try await bench.client(runID: "run-1")
            let call = #"{"model":"m","input":"hi","max_output_tokens":700}"#
            let first = try await client.post("/v1/responses", call)
            try await bench.origin.requests.wait { $0.count == 1 }
            // At worst the two would need 1,400.
            let second = try await client.post("/v1/responses", call).wait { $0.hasEnded }
            #expect(second.status == "400")
            #expect(second.text.contains("token_budget_exhausted"))
            gate.withLockedValue { $0 = true }
            try await first.wait { $0.hasEnded && $0.status == "200" }
            #expect(await bench.running.usage(ofSession: "run-1").totalTokens == 150)
            // Now there is room for it.
            try await client.post("/v1/responses", call).wait { $0.hasEnded && $0.status == "200" }
            #expect(bench.origin.requests.withLockedValue { $0.count } == 2)
        }
    }

    @Test("who does not give the token gets no tunnel to speak HTTP/2 in; who does speaks it, and it stays unwritten")
    func token() async throws {
        let token = "0123456789abcdef"
        try await HTTP2Bench.run(
            configure: { $0.token = token },
            respond: { _ in HTTP2Origin.Step.json("{}") }
        ) { bench in
            for wrong in [nil, "run-1:oneshot", "run-1:0123456789abcdee"] {
                let client = try await TestClient.connect(port: bench.running.port)
                let field = wrong.map { "Proxy-Authorization: Basic \(Data($0.utf8).base64EncodedString())\r\n" }
                try await client.send("CONNECT localhost:\(bench.origin.port) HTTP/1.1\r\n\(field ?? "")\r\n")
                let answer = try await client.read(until: "\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 407 "))
                #expect(answer.contains("Proxy-Authenticate: Basic "))
            }
            #expect(bench.origin.connections.withLockedValue { $0 } == 0)
            let client = try await bench.client(runID: "run-1", token: token)
            try await client.get("/v1/models").wait { $0.hasEnded && $0.status == "200" }
            let row = try #require(try await bench.rows(1) { $0.state == .complete }.first)
            #expect(row.sessionID == "run-1")
            #expect(!row.metaJSON.contains(token))
            let sent = try #require(bench.origin.requests.withLockedValue { $0.first })
            #expect(sent.headers.allSatisfy { !$0.value.contains(token) && $0.name != "proxy-authorization" })
        }
    }
}
