import Foundation
import OneShotCore
import OneShotRedaction
import OneShotTesting

/// Speed, the worst inputs, recall and false findings of the redactor with all of its rules.
func redact(runs: Int) -> JSON {
    let text = sessionText(megabytes: 2)
    // Reads the rules; what is measured comes after.
    _ = Redactor.standard.redact(text)
    var perMegabyte: [Double] = []
    for _ in 0..<runs {
        perMegabyte.append(seconds { _ = Redactor.standard.redact(text) } / (Double(text.utf8.count) / 1e6))
    }
    let clean = CleanText.session(seed: 3, kilobytes: 2048)
    let found = Redactor.standard.findings(in: clean).count
    return [
        "seconds_per_mb": numbers(perMegabyte), "worst": .array(worstInputs.map { worst($0, runs: runs) }),
        "recall": .object(SecretEncoding.allCases.map { .init($0.rawValue, JSON(recall($0))) }),
        "formats": JSON(GeneratedSecret.all(seed: 1).count),
        "false_per_mb": JSON(Double(found) / (Double(clean.utf8.count) / 1e6)), "damaged": JSON(damaged()),
        "rules": JSON(RuleSet.standard.count), "version": .string(RuleSet.standard.version),
    ]
}

private func seconds(_ body: () -> Void) -> Double {
    let spent = ContinuousClock().measure(body).components
    return Double(spent.seconds) + Double(spent.attoseconds) / 1e18
}

/// What an agent writes and reads, with a secret of each format in it now and then.
private func sessionText(megabytes: Int) -> String {
    var random = SeededGenerator(seed: 8)
    var text = ""
    var seed: UInt64 = 1
    while text.utf8.count < megabytes << 20 {
        text += CleanText.session(seed: seed, kilobytes: 100)
        for secret in GeneratedSecret.all(seed: seed).prefix(3) {
            text += SecretEncoding.json.encode(secret, &random) + "\n"
        }
        seed += 1
    }
    return text
}

/// Texts that are made of what rules look for and never find.
private let worstInputs: [(name: String, piece: String)] = [
    ("keyword after keyword", "key token secret password api auth "),
    ("near misses of keys", "sk-proj-abc key=\"a1b2c3 "),
    ("names without values", "api_key_token_secret_password_"), ("values without an end", "token=aaaa1111bbbb2222"),
    ("beginnings of key files", "-----BEGIN PRIVATE KEY-----\n"), ("beginnings of tokens", "eyJhbGciOiJIUzI1NiJ9eyJ."),
    ("curl after curl", "curl -H curl -u "), ("user names of URLs", "http://a:b"), ("backslashes", "\\\\\\n"),
    ("percent signs", "%73%6b%2d"), ("base64", "c2stcHJvai1hYmM"), ("colours", "\u{1B}[1;32msk-"),
    ("placeholders", "[REDACTED:a:1]key="), ("deltas", "data: {\"delta\":\"sk-\"}\n\n"),
    ("cookies", "Cookie: a=b; c=d; sess"),
    ("one letter", "a"),
]

/// Seconds at a size, at twice and at four times that size.
private func worst(_ input: (name: String, piece: String), runs: Int) -> JSON {
    let times = [1, 2, 4].map { factor in
        let text = String(repeating: input.piece, count: factor * 250_000 / input.piece.utf8.count)
        return (0..<max(runs / 2, 1)).map { _ in seconds { _ = Redactor.standard.redactStream(text) } }.min() ?? 0
    }
    return ["name": .string(input.name), "seconds": numbers(times)]
}

private func recall(_ encoding: SecretEncoding) -> Double {
    var random = SeededGenerator(seed: 21)
    var found = 0
    var count = 0
    for seed in UInt64(1)...5 {
        for secret in GeneratedSecret.all(seed: seed) {
            let text = encoding.encode(secret, &random)
            let redactor = Redactor.standard
            let redacted = encoding == .deltas ? redactor.redactStream(text) : redactor.redact(text)
            let read = encoding.decode(redacted.text)
            let half = secret.value.count / 2
            count += 1
            if !read.contains(secret.value.prefix(half + 2)), !read.contains(secret.value.suffix(half)) { found += 1 }
        }
    }
    return Double(found) / Double(count)
}

/// How many of the tokens that hold a session together are not what they were.
private func damaged() -> Int {
    var random = SeededGenerator(seed: 5)
    var damaged = 0
    for _ in 0..<20 {
        for name in ["key", "token", "auth", "call_id", "id", "credential"] {
            for identifier in CleanText.identifiers(&random) {
                for text in ["\(name): \(identifier)\n", "{\"\(name)\": \"\(identifier)\"}"] {
                    if Redactor.standard.redact(text).text != text { damaged += 1 }
                }
            }
        }
    }
    return damaged
}
