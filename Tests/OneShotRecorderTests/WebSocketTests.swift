import Foundation
import NIOCore
import OneShotCore
import OneShotStore
import OneShotWire
import Testing

@testable import OneShotRecorder

@Suite("WebSocket", .timeLimit(.minutes(1)))
struct WebSocketTests {
    static let upgrade =
        "GET /v1/responses HTTP/1.1\r\nHost: api.openai.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\nAuthorization: Bearer sk-very-secret-key\r\n"
        + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"

    static let created = #"{"type":"response.created","response":{"id":"resp_1"}}"#

    @Test("each request is an exchange of its own, with and without compression", arguments: [false, true])
    func requestsAreRecorded(deflate: Bool) async throws {
        try await Bench.run(
            respond: { _ in [.webSocket(deflate: deflate) { _ in [Self.created, Answers.completed()] }] }
        ) { bench in
            let client = try await bench.client()
            try await client.send(Self.upgrade)
            try await client.read(until: "\r\n\r\n")
            #expect(client.now.text.contains("permessage-deflate") == deflate)
            let deflater = try Deflater()
            for index in 1...3 {
                client.forget()
                let text = #"{"type":"response.create","n":\#(index),"client_metadata":{"session_id":"agent-1"}}"#
                let payload = deflate ? deflater.message(text) : ByteBuffer(string: text)
                try await client.send(
                    WebSocketFrameHeader.frame(.text, payload: payload, isCompressed: deflate, mask: 0x1234_5678)
                )
                try await bench.rows(index) { $0.method == "WEBSOCKET" && $0.state == .complete }
            }
            let rows = try await bench.rows(3) { $0.method == "WEBSOCKET" }
            #expect(rows.map(\.url) == Array(repeating: "wss://api.openai.com/v1/responses", count: 3))
            #expect(rows.map(\.sessionID) == ["agent-1", "agent-1", "agent-1"])
            #expect(rows.map(\.agentSessionID) == ["agent-1", "agent-1", "agent-1"])
            #expect(
                rows[2].requestJSON == #"{"type":"response.create","n":3,"client_metadata":{"session_id":"agent-1"}}"#
            )
            #expect(rows[2].responseJSON == "[\(Self.created),\(Answers.completed())]")
            #expect(await bench.running.usage(ofSession: "agent-1") == Usage(inputTokens: 30, outputTokens: 15))

            try await client.close()
            let handshake = try #require(try await bench.rows(1) { $0.method == "GET" && $0.state == .complete }.first)
            #expect(handshake.status == 101)
            #expect(handshake.transport == .websocket)
            #expect(handshake.sessionID == "agent-1")
        }
    }

    @Test("requests in several lanes at once get their own answers")
    func lanes() async throws {
        func event(_ type: String, _ lane: String) -> String { #"{"type":"response.\#(type)","stream_id":"\#(lane)"}"# }
        let answers = [
            event("created", "b"), event("created", "a"), event("completed", "b"), event("completed", "a"),
        ]
        try await Bench.run(
            respond: { _ in [.webSocket(deflate: false) { $0.contains(#""b""#) ? answers : [] }] }
        ) { bench in
            let client = try await bench.client(runID: "run-9")
            try await client.send(Self.upgrade)
            try await client.read(until: "\r\n\r\n")
            for lane in ["a", "b"] {
                let text = #"{"type":"response.create","stream_id":"\#(lane)"}"#
                try await client.send(WebSocketFrameHeader.textFrame(text, mask: 7))
            }
            let rows = try await bench.rows(2) { $0.method == "WEBSOCKET" && $0.state == .complete }
            for lane in ["a", "b"] {
                let row = try #require(rows.first { $0.requestJSON?.contains(#""stream_id":"\#(lane)""#) == true })
                #expect(row.responseJSON == "[\(event("created", lane)),\(event("completed", lane))]")
            }
        }
    }

    @Test("a request that is cut in the middle keeps the answers so far")
    func cutInTheMiddle() async throws {
        try await Bench.run(respond: { _ in [.webSocket(deflate: false) { _ in [Self.created] }] }) { bench in
            let client = try await bench.client(runID: "run-9")
            try await client.send(Self.upgrade)
            try await client.read(until: "\r\n\r\n")
            try await client.send(WebSocketFrameHeader.textFrame(#"{"type":"response.create"}"#, mask: 7))
            try await client.read(until: "response.created")
            try await client.close()
            let row = try #require(try await bench.rows(1) { $0.method == "WEBSOCKET" && $0.state == .cut }.first)
            #expect(row.cutBy == "client")
            #expect(row.responseJSON == "[\(Self.created)]")
            #expect(row.sessionID == "run-9")
        }
    }

    @Test("an upgrade that the upstream refuses is passed on as it is")
    func refusedUpgrade() async throws {
        let refusal = "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno"
        try await Bench.run(respond: { _ in [.send(refusal)] }) { bench in
            let client = try await bench.client()
            try await client.send(Self.upgrade)
            try await client.read(until: "\r\n\r\nno")
            #expect(client.now.text == refusal)
            let row = try #require(try await bench.rows(1) { $0.state == .complete }.first)
            #expect(row.status == 426)
        }
    }
}
