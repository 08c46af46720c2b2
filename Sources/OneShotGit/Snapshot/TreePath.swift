public import Foundation

/// Paths as git has them, which are bytes, in a form that is text and still tells every two of them apart.
///
/// A path is itself, unless it holds control characters, quotes, backslashes or bytes that are not UTF-8: then it is
/// quoted as git quotes it (`"latin\351.txt"`; git-config(1), `core.quotePath`).
public enum TreePath {
    public static func text(_ path: Data) -> String {
        let (text, isPlain) = escaped(path)
        return isPlain ? text : "\"\(text)\""
    }

    /// The path in quotes, whether it needs them or not.
    static func quoted(_ path: Data) -> String { "\"\(escaped(path).text)\"" }

    private static func escaped(_ path: Data) -> (text: String, isPlain: Bool) {
        var isPlain = true
        var quoted = ""
        var rest = path[...]
        while let byte = rest.first {
            if let short = escapes[byte] {
                quoted += "\\" + short
            } else if byte < 0x20 || byte == 0x7f {
                quoted += octal(byte)
            } else if byte < 0x80 {
                quoted.unicodeScalars.append(Unicode.Scalar(byte))
                rest.removeFirst()
                continue
            } else if let character = wellFormed(rest) {
                quoted += character.text
                rest.removeFirst(character.length)
                continue
            } else {
                quoted += octal(byte)
            }
            isPlain = false
            rest.removeFirst()
        }
        return (quoted, isPlain)
    }

    /// The bytes of what ``text(_:)`` gave.
    public static func bytes(_ text: String) -> Data {
        // Byte for byte: an accent that follows a quote makes one character with it.
        let quote = UInt8(ascii: "\"")
        guard text.utf8.first == quote, text.utf8.last == quote, text.utf8.count >= 2 else { return Data(text.utf8) }
        var bytes = Data()
        var rest = text.utf8.dropFirst().dropLast()
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(3)
            if digits.count == 3, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8) {
                bytes.append(value)
                rest.removeFirst(3)
            } else if let letter = rest.popFirst() {
                let short = String(Unicode.Scalar(letter))
                bytes.append(escapes.first { $0.value == short }?.key ?? letter)
            }
        }
        return bytes
    }

    private static let escapes: [UInt8: String] = [
        7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: "\"", 92: "\\",
    ]

    private static func octal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 8)
        return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    }

    /// The character of more than one byte that `bytes` begins with.
    private static func wellFormed(_ bytes: Data) -> (text: String, length: Int)? {
        for length in 2...4 where bytes.count >= length {
            if let text = String(validating: bytes.prefix(length), as: UTF8.self) { return (text, length) }
        }
        return nil
    }
}
