import OneShotCore
import Testing

@testable import OneShotPracticeModel

@Suite("The practice model on the wire", .timeLimit(.minutes(1)))
struct PracticeModelTests {
    private let script = PracticeScript([.shell("ls"), .say("done")])

    @Test("a plain request gets one JSON response")
    func json() async throws {
        try await PracticeModel.run(script) { running in
            let body = Requests.body([Requests.user("hi")]).compactText
            let answer = try await TestClient.send("POST", "/v1/responses", body: body, port: running.port)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
            let response = try TestClient.json(answer)
            #expect(response["status"] == "completed")
            #expect(response["output"]?[0]?["name"] == "exec_command")
            #expect(running.requests.count == 1)
        }
    }

    @Test("a streamed request gets server-sent events, the terminal one last")
    func serverSentEvents() async throws {
        try await PracticeModel.run(script) { running in
            let body = Requests.body([Requests.user("hi")], extra: [.init("stream", true)]).compactText
            let answer = try await TestClient.send("POST", "/v1/responses", body: body, port: running.port)
            #expect(answer.contains("text/event-stream"))
            let events = try answer.split(separator: "\n").filter { $0.hasPrefix("data: ") }
                .map { try JSON(parsing: String($0.dropFirst(6))) }
            #expect(events.first?["type"] == "response.created")
            #expect(events.last?["type"] == "response.completed")
        }
    }

    @Test("a WebSocket answers one request after another, each going on from the last")
    func webSocket() async throws {
        try await PracticeModel.run(script) { running in
            let warm = Requests.body([], extra: [.init("type", "response.create"), .init("generate", false)])
            let first = try await TestClient.exchange([warm], port: running.port)
            let warmID = try #require(first[0].last?["response"]?["id"]?.string)
            let create = [JSON.Member("type", "response.create")]
            let answers = try await TestClient.exchange(
                [
                    Requests.body([Requests.user("hi")], previous: warmID, extra: create),
                    Requests.body([["type": "function_call_output"]], previous: "resp_t0001n2", extra: create),
                    ["type": "nonsense"],
                ],
                port: running.port
            )
            #expect(answers.map { $0.last?["type"] } == ["response.completed", "response.completed", "error"])
            #expect(answers[0].last?["response"]?["output"]?[0]?["name"] == "exec_command")
            #expect(answers[1].last?["response"]?["output"]?[0]?["content"]?[0]?["text"] == "done")
            #expect(answers[2].last?["status"] == 400)
        }
    }

    @Test(
        "other requests are told what is wrong",
        arguments: [
            ("GET", "/v1/models", "", "200 OK"), ("GET", "/v1/nothing", "", "404 Not Found"),
            ("POST", "/v1/responses", "{", "400 Bad Request"), ("PUT", "/v1/responses", "", "405 Method Not Allowed"),
        ]
    )
    func others(method: String, path: String, body: String, status: String) async throws {
        try await PracticeModel.run(script) { running in
            let answer = try await TestClient.send(method, path, body: body, port: running.port)
            #expect(answer.hasPrefix("HTTP/1.1 \(status)"))
        }
    }

    @Test("a port that is taken is one clear error")
    func portTaken() async throws {
        let script = script
        try await PracticeModel.run(script) { running in
            await #expect(throws: PracticeModelError.self) {
                try await PracticeModel.run(script, port: running.port) { _ in true }
            }
        }
    }

    @Test("a step takes its time")
    func delay() async throws {
        try await PracticeModel.run(PracticeScript([PracticeStep(say: "late", delayMs: 200)])) { running in
            let clock = ContinuousClock()
            let body = Requests.body([Requests.user("hi")]).compactText
            let time = try await clock.measure {
                _ = try await TestClient.send("POST", "/v1/responses", body: body, port: running.port)
            }
            #expect(time >= .milliseconds(200))
        }
    }
}
