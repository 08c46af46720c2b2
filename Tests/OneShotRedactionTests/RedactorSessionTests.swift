import OneShotCore
import OneShotRedaction
import Testing

@Suite("A session is redacted")
struct RedactorSessionTests {
    @Test("texts are redacted, ids stay, and a result still finds its call")
    func session() throws {
        let secret = "ghp" + "_" + FakeSecret.alphanumeric(36)
        let id = "call_" + FakeSecret.alphanumeric(24)
        let early = FakeSecret.alphanumeric(32, seed: 8)
        let session = Session(
            sessionID: "550e8400-e29b-41d4-a716-446655440000",
            createdAt: "2026-11-22T13:45:01.250Z",
            updatedAt: "2026-11-22T13:45:01.250Z",
            turns: [
                Turn(
                    index: 1,
                    exchangeIDs: [1],
                    startedAt: "2026-11-22T13:45:01.250Z",
                    state: .complete,
                    input: [InputItem(kind: "message", role: "user", text: "use \(early) please")],
                    reasoning: ["\(secret)"],
                    output: "done with \(secret)",
                    toolCalls: [
                        ToolCall(
                            callID: id,
                            name: "exec_command",
                            arguments: "{\"cmd\":\"curl -H 'Authorization: token \(secret)'\"}",
                            result: "API_KEY=\(early)"
                        )
                    ]
                )
            ]
        )
        let result = Redactor.standard.redact(session)
        let redacted = result.session
        let text = String(decoding: try StrictJSON.encode(redacted), as: UTF8.self)
        #expect(!text.contains(secret))
        #expect(!text.contains(early), "an early mention goes once a later turn has named it")
        #expect(redacted.turns[0].toolCalls[0].callID == id)
        #expect(redacted.sessionID == session.sessionID)
        #expect(redacted.turns[0].input[0].text == "use [REDACTED:assignment:1] please")
        #expect(Redactor.standard.redact(redacted).session == redacted)
        #expect(result.manifest.secrets == 2)
        #expect(result.manifest.rules["assignment"] == .init(secrets: 1, places: 2))
        #expect(result.manifest.places == 5)
    }
}
