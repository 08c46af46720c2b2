import FuzzSupport
import NIOCore
import OneShotCore
import OneShotRedaction

/// Secrets that a byte of the input stands for: chance would not come by one.
private let secrets: [UInt8: String] = {
    let letters = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0"
    let kind = " PRIVATE" + " KEY-----"
    let key = (0..<3).map { _ in letters + letters.prefix(24) }.joined(separator: "\n")
    return [
        1: "gh" + "p_" + letters.prefix(36), 2: "sk-" + "ant-api03-" + letters,
        3: "password=\"" + letters.prefix(20) + "\"",
        4: "-----BEGIN\(kind)\n\(key)\n-----END\(kind)", 5: "https://me:" + letters.prefix(12) + "@host/",
        6: "Authorization: Bearer " + letters,
        7: "c2stYW50LWFwaTAz" + "LWExQjJjM0Q0ZTVGNmc3SDhpOUowazFMMm0zTjRvNVA2cTdSOA==",
        14: "data: {\"delta\":\"", 15: "\"}\n\n", 16: "[REDACTED:a:1]", 17: "\u{1B}[31m", 18: "\\n", 19: "%5F",
        20: "\\\"",
        21: "@@ -1,2 +1,2 @@\n", 22: "/home/marjolein/",
    ]
}()

@main
enum FuzzRedactor {
    static func main() {
        fuzz { start, count in
            if let input = FuzzInput(start, count) { FuzzRedactor.check(input) }
            return 0
        }
    }

    static func check(_ input: FuzzInput) {
        var bytes: [UInt8] = []
        for byte in input.bytes.readableBytesView {
            if let secret = secrets[byte] { bytes += secret.utf8 } else { bytes.append(byte) }
        }
        // A text that a test repeats grows beyond what a second allows.
        let text = String(decoding: bytes.prefix(64 << 10), as: UTF8.self)
        let isStream = input.variant & 1 == 1
        let hidesNames = input.variant & 2 == 2
        let names: UserNames = hidesNames ? .hidden(["pim"]) : .kept
        func redact(_ text: String) -> String {
            let redactor = Redactor(knownSecrets: ["correct horse"], userNames: names)
            return (isStream ? redactor.redactStream(text) : redactor.redact(text)).text
        }
        let once = redact(text)
        always(redact(once) == once, "redacting a second time changes nothing")
        let redactor = Redactor(knownSecrets: ["correct horse"], userNames: names)
        if !isStream, !hidesNames {
            always(redactor.findings(in: text).isEmpty == (once == text), "findings are what is replaced")
        }
        always(lines(once) == lines(text), "a text keeps its lines")
        if let json = try? JSON(parsing: text) {
            always((try? JSON(parsing: once)) != nil, "JSON stays JSON: \(json.compactText.prefix(40))")
        }
    }

    private static func lines(_ text: String) -> Int { text.utf8.count { $0 == 10 } }
}
