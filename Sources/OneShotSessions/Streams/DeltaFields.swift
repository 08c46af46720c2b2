import OneShotCore

/// What an event of the Responses API that adds to a text has to say, found without making a tree of the event: nearly
/// all of a stream are such events.
struct DeltaFields {
    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var type: Range<Int> = 0..<0
    private(set) var delta: Range<Int>?
    private(set) var deltaHasEscapes = false
    private(set) var outputIndex = 0
    /// Of the content or of the summary.
    private(set) var partIndex = 0
    private var position = 0

    /// - Returns: nil for what is not an object with a text `delta`.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        guard take(UInt8(ascii: "{")) else { return nil }
        repeat {
            guard let key = string(), !key.hasEscapes, take(UInt8(ascii: ":")), member(key.range) else { return nil }
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")), delta != nil else { return nil }
        skipBlanks()
        if position != bytes.count { return nil }
    }

    /// Adds the text of `delta`.
    ///
    /// - Returns: false, and nothing is added, when it is malformed.
    func appendDelta(to text: inout [UInt8]) -> Bool {
        guard let delta else { return false }
        guard deltaHasEscapes else {
            text.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[delta]))
            return true
        }
        let quoted = UnsafeBufferPointer(rebasing: bytes[delta.lowerBound - 1..<delta.upperBound + 1])
        guard case .string(let decoded)? = try? JSON(parsing: quoted) else { return false }
        text.append(contentsOf: decoded.utf8)
        return true
    }

    func typeIs(_ name: StaticString) -> Bool { equals(type, name) }

    private func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count where bytes[range.lowerBound &+ offset] != text.utf8Start[offset] { return false }
        return true
    }

    private mutating func member(_ key: Range<Int>) -> Bool {
        switch key.count {
        case 4 where equals(key, "type"):
            guard let value = string(), !value.hasEscapes else { return false }
            type = value.range
        case 5 where equals(key, "delta"):
            guard let value = string() else { return false }
            delta = value.range
            deltaHasEscapes = value.hasEscapes
        case 12 where equals(key, "output_index"):
            guard let value = number() else { return false }
            outputIndex = value
        case 13 where equals(key, "content_index") || equals(key, "summary_index"):
            guard let value = number() else { return false }
            partIndex = value
        default: return skipValue()
        }
        return true
    }

    private mutating func skipBlanks() {
        while position < bytes.count, bytes[position] <= 0x20 { position &+= 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position &+= 1
        return true
    }

    /// The text between two quotes.
    private mutating func string() -> (range: Range<Int>, hasEscapes: Bool)? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = position
        var hasEscapes = false
        while true {
            position = PlainText.end(in: bytes, from: position)
            guard position < bytes.count else { return nil }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                defer { position &+= 1 }
                return (start..<position, hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                position &+= 2
                guard position <= bytes.count else { return nil }
            default: return nil
            }
        }
    }

    private mutating func number() -> Int? {
        skipBlanks()
        var value = 0
        let start = position
        while position < bytes.count, case let digit = bytes[position] &- 0x30, digit < 10, value < 1_000_000 {
            value = value &* 10 &+ Int(digit)
            position &+= 1
        }
        return position > start ? value : nil
    }

    private mutating func skipValue() -> Bool {
        skipBlanks()
        guard position < bytes.count else { return false }
        if bytes[position] == UInt8(ascii: "\"") { return string() != nil }
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                guard string() != nil else { return false }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth &+= 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return true }
                depth &-= 1
            case UInt8(ascii: ",") where depth == 0: return true
            default: break
            }
            position &+= 1
        }
        return false
    }
}
