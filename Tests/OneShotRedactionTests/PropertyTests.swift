import Foundation
import OneShotRedaction
import OneShotTesting
import Testing

@Suite("What always holds", .timeLimit(.minutes(5)))
struct PropertyTests {
    /// Pieces of secrets, of encodings and of what rules look for, put together at random.
    private func text(_ random: inout SeededGenerator) -> String {
        let secrets = GeneratedSecret.all(seed: random.next() % 50)
        let pieces = [
            "key=", "token: ", "\"password\": \"", "\\n", "\\\"", "\\\\", "%3D", "%", "\u{1B}[31m", "\u{1B}", "\n", " ",
            "\"",
            "[REDACTED:a:1]", "[REDACTED:", "data: {\"delta\":\"", "\"}\n\n", "https://a:", "@host", "Bearer ",
            "Basic ",
            "-----BEGIN PRIVATE KEY-----", "\\u005f", "é", "+", "=", "/home/", "sk-", "eyJ", "{", "}", "[", "]",
        ]
        return (0..<Int(random.next() % 14)).map { _ in
            let choice = Int(random.next() % 10)
            if choice < 5 { return pieces[Int(random.next() % UInt64(pieces.count))] }
            let secret = secrets[Int(random.next() % UInt64(secrets.count))]
            switch choice {
            case 5: return secret.value
            case 6: return String(secret.value.prefix(Int(random.next() % 40)))
            case 7: return Data(secret.line.utf8).base64EncodedString()
            case 8: return SecretEncoding.allCases[Int(random.next() % 7)].encode(secret, &random)
            default: return random.text(.alphanumeric, Int(random.next() % 40))
            }
        }.joined()
    }

    @Test("redacting a second time changes nothing", arguments: 0..<20)
    func idempotent(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) &* 977)
        for _ in 0..<60 {
            let text = text(&random)
            let once = Redactor.standard.redact(text).text
            #expect(Redactor.standard.redact(once).text == once, "\(text.debugDescription)")
            let stream = Redactor.standard.redactStream(text).text
            #expect(Redactor.standard.redactStream(stream).text == stream, "\(text.debugDescription)")
        }
    }

    @Test("what was redacted has no findings, and what has none is not changed")
    func findings() {
        var random = SeededGenerator(seed: 99)
        for _ in 0..<300 {
            let text = text(&random)
            let redactor = Redactor.standard
            let count = redactor.findings(in: text).count
            let redacted = redactor.redact(text).text
            #expect((redacted == text) == (count == 0))
            #expect(Redactor.standard.findings(in: redacted).isEmpty)
        }
    }
}
