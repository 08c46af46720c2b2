import Foundation
import OneShotCore
import OneShotRedaction
import OneShotTesting
import Testing

@Suite("Secrets behind an encoding")
struct ViewTests {
    private let key = "ghp" + "_" + FakeSecret.alphanumeric(36)

    @Test("the text is what is replaced, and what is around it stays as it was")
    func containers() {
        let placeholder = "[REDACTED:github-token:1]"
        #expect(Redactor.standard.redact(#"{"a":"x\n\#(key)\n"}"#).text == #"{"a":"x\n\#(placeholder)\n"}"#)
        #expect(Redactor.standard.redact(#""{\"a\":\"\\n\#(key)\"}""#).text == #""{\"a\":\"\\n\#(placeholder)\"}""#)
        #expect(Redactor.standard.redact("?k=%3D\(key)%26").text == "?k=%3D\(placeholder)%26")
        #expect(Redactor.standard.redact("\u{1B}[1m\(key)\u{1B}[0m").text == "\u{1B}[1m\(placeholder)\u{1B}[0m")
        #expect(Redactor.standard.redact(#"\u001b[32m\#(key)\u001b[0m"#).text == #"\u001b[32m\#(placeholder)\u001b[0m"#)
        #expect(Redactor.standard.redact("gh\u{1B}[31mp" + key.dropFirst(3)).text == placeholder)
    }

    @Test("an escape inside of a secret goes with it")
    func escaped() {
        let escaped = key.replacing("_", with: "\\u005f")
        #expect(Redactor.standard.redact("\"\(escaped)\"").text == "\"[REDACTED:github-token:1]\"")
        let percent = key.replacing("_", with: "%5F")
        #expect(Redactor.standard.redact("?k=\(percent)&b").text == "?k=[REDACTED:github-token:1]&b")
    }

    @Test("base64 of a secret goes whole; of a text with a secret in it, it stays base64 of the text")
    func base64() {
        let alone = Data(key.utf8).base64EncodedString()
        #expect(
            Redactor.standard.redact("echo \(alone) | base64 -d").text == "echo [REDACTED:github-token:1] | base64 -d"
        )
        let text = "machine host.test login me password x\nKEY=\(key)\n"
        let redacted = Redactor.standard.redact(Data(text.utf8).base64EncodedString()).text
        let decoded = Data(base64Encoded: redacted).map { String(decoding: $0, as: UTF8.self) }
        #expect(decoded == text.replacing(key, with: "[REDACTED:github-token:1]"))
    }

    @Test("the same secret has the same number in every encoding")
    func sameNumber() {
        let redacted = Redactor.standard.redact("\(key) \(Data(key.utf8).base64EncodedString()) %20\(key)").text
        #expect(redacted == "[REDACTED:github-token:1] [REDACTED:github-token:1] %20[REDACTED:github-token:1]")
    }

    @Test("a value that was denied is found in every encoding, by its fingerprint alone")
    func fingerprints() {
        let key = FingerprintKey(Data(0..<32))
        let value = "correct horse/battery"
        let fingerprint = key.fingerprint(value.utf8, name: "denied")
        let redactor = Redactor(fingerprints: [fingerprint], key: key)
        for text in [
            value, "\"correct horse\\/battery\"", "correct%20horse%2Fbattery",
            Data("a correct horse/battery b".utf8).base64EncodedString(), "correct \u{1B}[1mhorse\u{1B}[0m/battery",
        ] {
            let redacted = redactor.redact(text).text
            #expect(!redacted.contains("horse") && redacted != text)
        }
        #expect(redactor.redact("see \(value)").text == "see [REDACTED:known-secret:1]")
        #expect(Redactor.standard.redact(value).text == value)
    }

    @Test("a value that was allowed stays, and a finding says by what it can be allowed")
    func allowed() throws {
        let key = FingerprintKey(Data(0..<32))
        let finding = try #require(Redactor(key: key).findings(in: "see \(self.key)").first)
        let fingerprint = try #require(finding.fingerprint)
        #expect(fingerprint.count == 64)
        #expect(Redactor(allowed: [fingerprint], key: key).redact("see \(self.key)").text == "see \(self.key)")
        #expect(Redactor.standard.findings(in: self.key).first?.fingerprint == nil)
    }
}

@Suite("Secrets in streams")
struct StreamTests {
    private let key = "ghp" + "_" + FakeSecret.alphanumeric(36)

    private func pieces(_ text: String, _ size: Int) -> [String] {
        var rest = Substring(text)
        var pieces: [String] = []
        while !rest.isEmpty {
            pieces.append(String(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return pieces
    }

    @Test("the first delta of a secret gets the placeholder, the others lose their part")
    func deltas() {
        let stream = [
            #"{"delta":"is ghp"}"#, #"{"delta":"\#(key.dropFirst(3).prefix(20))"}"#,
            #"{"delta":"\#(key.dropFirst(23)), so"}"#,
        ].joined(separator: "\n")
        #expect(
            Redactor.standard.redactStream(stream).text
                == #"{"delta":"is [REDACTED:github-token:1]"}"# + "\n" + #"{"delta":""}"# + "\n" + #"{"delta":", so"}"#
        )
        #expect(Redactor.standard.redact(stream).text == stream, "each for itself is no secret")
    }

    @Test("two messages whose deltas take turns are put together each for itself")
    func interleaved() throws {
        var random = SeededGenerator(seed: 4)
        let other = "gh" + "o_" + random.text(.alphanumeric, 36)
        var events: [String] = []
        for (left, right) in zip(pieces("a \(key) b", 5), pieces("c \(other) d", 5)) {
            events.append(
                #"data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\#(left)"}}"#
            )
            events.append(
                #"data: {"delta":{"partial_json":"\#(right)","type":"input_json_delta"},"index":12,"type":"content_block_delta"}"#
            )
        }
        let redacted = Redactor.standard.redactStream(events.joined(separator: "\n\n") + "\n\n").text
        var texts = ["", ""]
        for line in redacted.split(separator: "\n") {
            let event = try JSON(parsing: String(line.dropFirst(6)))
            if event["index"]?.int == 0 {
                texts[0] += event["delta"]?["text"]?.string ?? ""
            } else {
                texts[1] += event["delta"]?["partial_json"]?.string ?? ""
            }
        }
        #expect(texts == ["a [REDACTED:github-token:1] b", "c [REDACTED:github-token:2] d"])
    }

    @Test("arguments of a call, a list of events, and lines that end in CR LF")
    func forms() throws {
        let arguments = #"{"cmd":"echo \n\#(key)"}"#
        let events = pieces(arguments, 4).map { piece -> JSON in
            [
                "choices": [
                    ["index": 0, "delta": ["tool_calls": [["index": 0, "function": ["arguments": .string(piece)]]]]]
                ]
            ]
        }
        func joined(of events: [JSON]) -> String {
            events.map { event in
                event["choices"]?[0]?["delta"]?["tool_calls"]?[0]?["function"]?["arguments"]?.string ?? "?"
            }.joined()
        }
        let list = Redactor.standard.redactStream(JSON.array(events).compactText).text
        #expect(joined(of: try JSON(parsing: list).elements) == #"{"cmd":"echo \n[REDACTED:github-token:1]"}"#)
        let lines = events.map { "data: \($0.compactText)\r\n\r\n" }.joined()
        let read = try Redactor.standard.redactStream(lines).text.split(separator: "\r\n").map {
            try JSON(parsing: String($0.dropFirst(6)))
        }
        #expect(joined(of: read) == #"{"cmd":"echo \n[REDACTED:github-token:1]"}"#)
    }

    @Test("what is no stream is redacted as any text")
    func otherText() {
        for text in ["", "data: ", "{", "[{\"delta\":\"", "data: {\"delta\":\"\\", "}}}}", "see \(key)"] {
            #expect(Redactor.standard.redactStream(text).text == Redactor.standard.redact(text).text)
        }
    }
}
