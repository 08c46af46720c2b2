/// A set of bytes: the alphabet of a token.
struct ByteSet: Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// - Parameter text: characters, where `a-z` stands for the range; a literal `-` comes last.
    init(_ text: String) {
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            if index + 2 < bytes.count, bytes[index + 1] == UInt8(ascii: "-") {
                for byte in bytes[index]...bytes[index + 2] { insert(byte) }
                index += 3
            } else {
                insert(bytes[index])
                index += 1
            }
        }
    }

    private mutating func insert(_ byte: UInt8) {
        let bit = UInt64(1) << (byte & 63)
        switch byte >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        default: words.3 |= bit
        }
    }

    func contains(_ byte: UInt8) -> Bool {
        let word =
            switch byte >> 6 {
            case 0: words.0
            case 1: words.1
            case 2: words.2
            default: words.3
            }
        return word >> UInt64(byte & 63) & 1 == 1
    }

    static let letters = ByteSet("a-zA-Z")
    static let digits = ByteSet("0-9")
    static let alphanumeric = ByteSet("a-zA-Z0-9")
    static let word = ByteSet("a-zA-Z0-9_")
    static let wordAndHyphen = ByteSet("a-zA-Z0-9_-")
    static let upperAndDigits = ByteSet("A-Z0-9")
    static let hex = ByteSet("a-fA-F0-9")
    static let dotted = ByteSet("a-zA-Z0-9_.-")
    static let base64 = ByteSet("a-zA-Z0-9+/=")
    static let bearer = ByteSet("a-zA-Z0-9._~+/=-")
}
