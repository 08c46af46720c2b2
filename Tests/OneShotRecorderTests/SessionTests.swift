import Foundation
import NIOConcurrencyHelpers
import NIOCore
import OneShotCore
import OneShotStore
import OneShotWire
import Testing

@testable import OneShotRecorder

@Suite("Sessions and secrets", .timeLimit(.minutes(1)))
struct SessionTests {
    @Test("two clients at once with two run ids are two sessions, and keep their agents' own ids")
    func runIDs() async throws {
        try await Bench.run(respond: { _ in Answers.json("{}") }) { bench in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in ["run-a", "run-b"] {
                    group.addTask {
                        let client = try await bench.client(runID: id)
                        for index in 1...3 {
                            client.forget()
                            try await client.send(
                                Answers.post(
                                    "/v1/responses",
                                    "{\"n\":\(index)}",
                                    fields: "session-id: agent-of-\(id)\r\n"
                                )
                            )
                            try await client.read(until: "{}")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let rows = try await bench.rows(6) { $0.state == .complete }
            for id in ["run-a", "run-b"] {
                let own = rows.filter { $0.sessionID == id }
                #expect(own.map(\.requestJSON) == ["{\"n\":1}", "{\"n\":2}", "{\"n\":3}"])
                #expect(Set(own.map(\.agentSessionID)) == ["agent-of-\(id)"])
            }
        }
    }

    @Test(
        "without a run id the agent's own id is the session's",
        arguments: [
            ("session-id: s-1\r\n", "{}", "s-1"), ("Session_ID: s-2\r\n", "{}", "s-2"),
            ("X-Claude-Code-Session-Id: s-3\r\n", "{}", "s-3"), ("", #"{"prompt_cache_key":"s-4"}"#, "s-4"),
            ("", #"{"prompt_cache_key":"x","client_metadata":{"session_id":"s-5"}}"#, "s-5"),
        ]
    )
    func agentIDs(fields: String, body: String, expected: String) async throws {
        try await Bench.run(respond: { _ in Answers.json("{}") }) { bench in
            let client = try await bench.client()
            try await client.send(Answers.post("/v1/responses", body, fields: fields))
            try await client.read(until: "{}")
            let row = try #require(try await bench.rows(1) { $0.state == .complete }.first)
            #expect(row.sessionID == expected)
            #expect(row.agentSessionID == expected)
        }
    }

    @Test("with neither, each connection is a session")
    func connections() async throws {
        try await Bench.run(respond: { _ in Answers.json("{}") }) { bench in
            for _ in 1...2 {
                let client = try await bench.client()
                try await client.send(Answers.post("/v1/responses", "{}") + Answers.post("/v1/responses", "{}"))
            }
            let rows = try await bench.rows(4) { $0.state == .complete }
            #expect(Set(rows.map(\.sessionID)).count == 2)
            #expect(rows.allSatisfy { $0.sessionID.hasPrefix("conn-") })
        }
    }

    @Test("no credential is in any byte of the database, and the client's own reach the upstream")
    func secrets() async throws {
        let secrets = [
            "sk-authorization-11111", "cookie-22222222222", "x-api-key-3333333", "query-key-4444444",
            "set-cookie-555555",
            "proxy-password-66666",
        ]
        try await Bench.run(
            respond: { _ in
                [.send("HTTP/1.1 200 OK\r\nSet-Cookie: id=set-cookie-555555\r\nContent-Length: 2\r\n\r\n{}")]
            }
        ) { bench in
            let client = try await bench.client(runID: "run-1")
            // A tool that prints its environment sends the key once more, in the body.
            let body = #"{"output":"OPENAI_API_KEY=sk-authorization-11111"}"#
            try await client.send(
                Answers.post(
                    "/v1/responses?key=query-key-4444444&a=b",
                    body,
                    fields: "Authorization: Bearer sk-authorization-11111\r\nCookie: a=cookie-22222222222\r\n"
                        + "X-Api-Key: x-api-key-3333333\r\n"
                )
            )
            try await client.read(until: "{}")
            let plain = try await TestClient.connect(port: bench.running.port)
            let credentials = Data("run-2:proxy-password-66666".utf8).base64EncodedString()
            try await plain.send(
                "GET http://127.0.0.1:1/ HTTP/1.1\r\nProxy-Authorization: Basic \(credentials)\r\n\r\n"
            )
            try await plain.read(until: "502")
            let rows = try await bench.rows(2) { $0.state != .inFlight }
            #expect(rows[0].url == "https://api.openai.com/v1/responses?key=[REDACTED]&a=b")
            #expect(rows[0].requestJSON == #"{"output":"OPENAI_API_KEY=[REDACTED]"}"#)
            #expect(rows[0].metaJSON.contains(#"["Authorization","[REDACTED]"]"#))
            let bytes = try bench.databaseBytes()
            for secret in secrets + [credentials] { #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(secret)") }
            let head = try #require(bench.origin.requests.withLockedValue { $0.first?.head })
            #expect(head.first("authorization") == "Bearer sk-authorization-11111")
            #expect(head.target == "/v1/responses?key=query-key-4444444&a=b")
        }
    }

    @Test(
        "configured credentials take the place of the client's",
        arguments: ["Authorization: Bearer placeholder", "x-api-key: placeholder"]
    )
    func substitution(field: String) async throws {
        let token = "sk-the-real-token-1234"
        try await Bench.run(credentials: [Bench.host: token], respond: { _ in Answers.json("{}") }) { bench in
            let client = try await bench.client()
            try await client.send(Answers.post("/v1/responses", "{}", fields: "\(field)\r\n"))
            try await client.read(until: "{}")
            let head = try #require(bench.origin.requests.withLockedValue { $0.first?.head })
            let isBearer = field.hasPrefix("A")
            #expect(head.first("authorization") == (isBearer ? "Bearer \(token)" : nil))
            #expect(head.first("x-api-key") == (isBearer ? nil : token))
            try await bench.rows(1) { $0.state == .complete }
            #expect(try bench.databaseBytes().range(of: Data(token.utf8)) == nil)
        }
    }

    @Test("configured credentials are not sent without TLS to where nobody has sent them")
    func noSubstitution() async throws {
        let token = "sk-the-real-token-1234"
        try await Bench.run(
            credentials: ["localhost": token],
            interception: Interception(hosts: ["localhost"]),
            originHasTLS: false,
            respond: { _ in Answers.json("{}") }
        ) { bench in
            let client = try await TestClient.connect(port: bench.running.port)
            let line = "GET http://localhost:\(bench.origin.port)/v1/models HTTP/1.1"
            try await client.send("\(line)\r\nHost: x\r\nAuthorization: Bearer placeholder\r\n\r\n")
            try await client.read(until: "{}")
            let head = try #require(bench.origin.requests.withLockedValue { $0.first?.head })
            #expect(head.first("authorization") == "Bearer placeholder")
        }
    }

    @Test("compressed and binary bodies are stored as what they say")
    func codings() async throws {
        let gzip: [UInt8] = [
            0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40,
            0x90,
            0x00, 0x80, 0x88, 0xF9, 0xE5, 0x11, 0x00, 0x00, 0x00,
        ]
        try await Bench.run(
            respond: { _ in
                [
                    .send(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nContent-Length: 28\r\n\r\n"
                    ),
                    .sendBytes(.init(bytes: gzip)),
                ]
            }
        ) { bench in
            let client = try await bench.client()
            try await client.send("POST /v1/files HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n")
            try await client.send(.init(bytes: [0xFF, 0x00, 0x01, 0xFE]))
            let row = try #require(try await bench.rows(1) { $0.state == .complete }.first)
            #expect(row.requestJSON == #"{"_base64":"/wAB/g=="}"#)
            #expect(row.responseJSON == #"{"_raw":"hello hello hello"}"#)
        }
    }
}
