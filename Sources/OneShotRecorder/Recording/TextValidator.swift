import NIOCore

/// Whether a stream of bytes is UTF-8 text without NUL (RFC 3629), decided piece by piece.
struct TextValidator {
    private(set) var isText = true
    /// Bytes of the character in progress that are still to come.
    private var missing = 0
    /// What the next of them may be.
    private var range: ClosedRange<UInt8> = 0x80...0xBF
    /// Whether bytes that are not UTF-8 are let through: what the sender declares to be text.
    private let isLenient: Bool

    init(isLenient: Bool) { self.isLenient = isLenient }

    /// Whether the text may end here.
    var isBetweenCharacters: Bool { isLenient || missing == 0 }

    /// - Returns: ``isText``.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard isText else { return false }
        isText = isLenient ? !ByteSearch.contains([0], in: bytes) : isUTF8(bytes)
        return isText
    }

    private mutating func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < bytes.count {
            if missing == 0 {
                // Eight at once where they are ASCII without NUL.
                while index + 8 <= bytes.count {
                    let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    let zeros = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
                    if word & 0x8080_8080_8080_8080 != 0 || zeros != 0 { break }
                    index += 8
                }
                guard index < bytes.count else { return true }
            }
            guard take(bytes[index]) else { return false }
            index += 1
        }
        return true
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard missing == 0 else {
            guard range.contains(byte) else { return false }
            missing -= 1
            range = 0x80...0xBF
            return true
        }
        switch byte {
        case 0x01...0x7F: return true
        case 0xC2...0xDF: missing = 1
        case 0xE0: (missing, range) = (2, 0xA0...0xBF)
        case 0xED: (missing, range) = (2, 0x80...0x9F)
        case 0xE1...0xEF: missing = 2
        case 0xF0: (missing, range) = (3, 0x90...0xBF)
        case 0xF1...0xF3: missing = 3
        case 0xF4: (missing, range) = (3, 0x80...0x8F)
        default: return false
        }
        return true
    }
}
