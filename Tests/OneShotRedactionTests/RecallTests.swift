import OneShotRedaction
import OneShotTesting
import Testing

@Suite("Secrets are found in every format and every encoding", .timeLimit(.minutes(5)))
struct RecallTests {
    @Test("of 40 formats and more, 95 in 100 are found", arguments: SecretEncoding.allCases)
    func recall(encoding: SecretEncoding) {
        var random = SeededGenerator(seed: 21)
        var missed: [String] = []
        var count = 0
        for seed in UInt64(1)...3 {
            let secrets = GeneratedSecret.all(seed: seed)
            #expect(secrets.count >= 40)
            for secret in secrets {
                count += 1
                let text = encoding.encode(secret, &random)
                #expect(encoding.decode(text).contains(secret.line.split(separator: "\n")[0]))
                let redactor = Redactor.standard
                let redacted =
                    encoding == .deltas ? redactor.redactStream(text).text : redactor.redact(text).text
                if leaks(secret, encoding.decode(redacted)) { missed.append("\(secret.format): \(secret.line.count)") }
            }
        }
        let recall = 1 - Double(missed.count) / Double(count)
        #expect(recall >= 0.95, "\(encoding): \(recall), missed \(missed)")
    }

    /// Whether half of the value can still be read.
    private func leaks(_ secret: GeneratedSecret, _ text: String) -> Bool {
        let half = secret.value.count / 2
        return text.contains(secret.value.prefix(half + 2)) || text.contains(secret.value.suffix(half))
    }

    @Test("what is around a secret stays what it was", arguments: SecretEncoding.allCases)
    func containers(encoding: SecretEncoding) throws {
        var random = SeededGenerator(seed: 22)
        for secret in GeneratedSecret.all(seed: 4) {
            let text = encoding.encode(secret, &random)
            let redactor = Redactor.standard
            let isStream = encoding == .deltas
            let redacted = isStream ? redactor.redactStream(text).text : redactor.redact(text).text
            let again = isStream ? redactor.redactStream(redacted).text : redactor.redact(redacted).text
            #expect(again == redacted, "\(secret.format)")
            switch encoding {
            case .json, .jsonInJSON:
                #expect(encoding.decode(redacted) != redacted, "\(secret.format) is in JSON that can be read")
            case .deltas:
                #expect(redacted.split(separator: "\n").count == text.split(separator: "\n").count)
                let plain = encoding.decode(redacted)
                #expect(plain.hasPrefix("first line\n") && plain.hasSuffix("\nlast line\n"), "\(secret.format)")
            default: break
            }
        }
    }
}
