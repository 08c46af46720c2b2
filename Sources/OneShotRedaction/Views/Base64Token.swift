import Foundation

/// A run of base64 (RFC 4648, sections 4 and 5) whose bytes are text.
struct Base64Token: Sendable {
    /// In the view.
    let range: Range<Int>
    let text: [UInt8]
    private let isURLSafe: Bool
    private let isPadded: Bool

    /// Shorter ones are words more often than encodings, and have no room for a secret.
    private static let shortest = 16
    private static let alphabet = ByteSet("a-zA-Z0-9+/_-")

    /// The tokens of a view that its parent does not show in the same way.
    static func all(in view: TextView) -> [Base64Token] {
        var tokens: [Base64Token] = []
        let bytes = view.bytes
        var index = 0
        while index < bytes.count {
            guard alphabet.contains(bytes[index]) else {
                index += 1
                continue
            }
            let start = index
            while index < bytes.count, alphabet.contains(bytes[index]) { index += 1 }
            let end = index
            while index < bytes.count, index - end < 2, bytes[index] == UInt8(ascii: "=") { index += 1 }
            guard end - start >= shortest, view.isChanged(in: start..<index) else { continue }
            if let token = Base64Token(bytes, start..<end, padding: index - end) { tokens.append(token) }
        }
        return tokens
    }

    private init?(_ bytes: [UInt8], _ run: Range<Int>, padding: Int) {
        // The first bytes tell most runs that are something else.
        guard let start = Self.decoded(bytes[run.prefix(16)]), Self.isText(start[...]), run.count % 4 != 1 else {
            return nil
        }
        guard let text = Self.decoded(bytes[run]), Self.isText(text[...]),
            String(validating: text, as: UTF8.self) != nil
        else { return nil }
        self.text = text
        range = run.lowerBound..<run.upperBound + padding
        isURLSafe = bytes[run].contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        isPadded = padding > 0 || run.count % 4 == 0
    }

    /// Another text, encoded as this one was.
    func encoded(_ text: [UInt8]) -> [UInt8] {
        var result = Array(Data(text).base64EncodedString().utf8)
        if isURLSafe {
            for index in result.indices {
                if result[index] == UInt8(ascii: "+") { result[index] = UInt8(ascii: "-") }
                if result[index] == UInt8(ascii: "/") { result[index] = UInt8(ascii: "_") }
            }
        }
        return isPadded ? result : result.filter { $0 != UInt8(ascii: "=") }
    }

    private static func isText(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 || $0 == 0x1B }
    }

    private static func decoded(_ run: ArraySlice<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(run.count * 3 / 4)
        var bits: UInt32 = 0
        var count = 0
        for byte in run {
            bits = bits << 6 | UInt32(values[Int(byte)])
            count += 1
            if count == 4 {
                result.append(UInt8(truncatingIfNeeded: bits >> 16))
                result.append(UInt8(truncatingIfNeeded: bits >> 8))
                result.append(UInt8(truncatingIfNeeded: bits))
                (bits, count) = (0, 0)
            }
        }
        switch count {
        case 0: break
        case 2: result.append(UInt8(truncatingIfNeeded: bits >> 4))
        case 3:
            result.append(UInt8(truncatingIfNeeded: bits >> 10))
            result.append(UInt8(truncatingIfNeeded: bits >> 2))
        default: return nil
        }
        return result
    }

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0, count: 256)
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        values[Int(UInt8(ascii: "-"))] = 62
        values[Int(UInt8(ascii: "_"))] = 63
        return values
    }()
}
