import NIOCore

/// Whether a stream of bytes is one JSON text (RFC 8259), decided piece by piece with memory for the nesting only, so
/// that no body has to be parsed again when it ends.
struct JSONValidator {
    private enum State {
        case value
        /// After `[`: a value or `]`.
        case firstElement
        /// After `{`: a key or `}`.
        case firstKey
        case key
        case colon
        /// After a value: `,`, an end, or nothing.
        case afterValue
        case string(isKey: Bool)
        case escape(isKey: Bool)
        case hexadecimal(left: Int, isKey: Bool)
        case literal(Literal, Int)
        case number(Number)
        case wrong
    }

    private enum Literal {
        case yes, no, null

        var bytes: StaticString {
            switch self {
            case .yes: "true"
            case .no: "false"
            case .null: "null"
            }
        }
    }

    private enum Number {
        case minus, zero, digits, point, fraction, exponent, exponentSign, exponentDigits

        var isWhole: Bool {
            switch self {
            case .zero, .digits, .fraction, .exponentDigits: true
            case .minus, .point, .exponent, .exponentSign: false
            }
        }
    }

    /// Deeper texts are no JSON to ``JSON/init(parsing:)`` either.
    private static let depthLimit = 512

    private var state = State.value
    /// Of each container around, whether it is an object.
    private var containers: [Bool] = []

    /// It cannot become JSON any more.
    var isWrong: Bool { if case .wrong = state { true } else { false } }

    /// What came so far is a whole JSON text.
    var isComplete: Bool {
        guard containers.isEmpty else { return false }
        return switch state {
        case .afterValue: true
        case .number(let number): number.isWhole
        default: false
        }
    }

    static func isJSON(_ buffer: ByteBuffer) -> Bool {
        var validator = JSONValidator()
        buffer.withUnsafeReadableBytes { validator.take($0) }
        return validator.isComplete
    }

    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        guard !isWrong else { return }
        var index = 0
        while index < bytes.count {
            if case .string = state {
                // Most of any text.
                while index < bytes.count, bytes[index] >= 0x20, bytes[index] != 0x22, bytes[index] != 0x5C {
                    index += 1
                }
                guard index < bytes.count else { return }
            }
            state = next(bytes[index])
            if isWrong { return }
            index += 1
        }
    }

    private mutating func next(_ byte: UInt8) -> State {
        switch state {
        case .wrong: return .wrong
        case .string(let isKey):
            switch byte {
            case 0x22: return isKey ? .colon : .afterValue
            case 0x5C: return .escape(isKey: isKey)
            default: return .wrong
            }
        case .escape(let isKey):
            if byte == UInt8(ascii: "u") { return .hexadecimal(left: 4, isKey: isKey) }
            return "\"\\/bfnrt".utf8.contains(byte) ? .string(isKey: isKey) : .wrong
        case .hexadecimal(let left, let isKey):
            guard Self.isHexadecimal(byte) else { return .wrong }
            return left == 1 ? .string(isKey: isKey) : .hexadecimal(left: left - 1, isKey: isKey)
        case .literal(let literal, let position):
            guard literal.bytes.utf8Start[position] == byte else { return .wrong }
            return position + 1 == literal.bytes.utf8CodeUnitCount ? .afterValue : .literal(literal, position + 1)
        case .number(let number):
            if let more = Self.next(number, byte) { return .number(more) }
            return number.isWhole ? afterValue(byte) : .wrong
        case .value, .firstElement, .firstKey, .key, .colon, .afterValue:
            if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { return state }
            return structure(byte)
        }
    }

    private mutating func structure(_ byte: UInt8) -> State {
        switch state {
        case .firstElement: byte == UInt8(ascii: "]") ? close() : value(byte)
        case .firstKey where byte == UInt8(ascii: "}"): close()
        case .firstKey, .key: byte == 0x22 ? .string(isKey: true) : .wrong
        case .colon: byte == UInt8(ascii: ":") ? .value : .wrong
        case .afterValue: afterValue(byte)
        default: value(byte)
        }
    }

    private mutating func value(_ byte: UInt8) -> State {
        switch byte {
        case UInt8(ascii: "{"): open(isObject: true)
        case UInt8(ascii: "["): open(isObject: false)
        case 0x22: .string(isKey: false)
        case UInt8(ascii: "t"): .literal(.yes, 1)
        case UInt8(ascii: "f"): .literal(.no, 1)
        case UInt8(ascii: "n"): .literal(.null, 1)
        case UInt8(ascii: "-"): .number(.minus)
        case UInt8(ascii: "0"): .number(.zero)
        case UInt8(ascii: "1")...UInt8(ascii: "9"): .number(.digits)
        default: .wrong
        }
    }

    private mutating func afterValue(_ byte: UInt8) -> State {
        guard let isObject = containers.last else {
            return byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 ? .afterValue : .wrong
        }
        switch byte {
        case 0x20, 0x0A, 0x0D, 0x09: return .afterValue
        case UInt8(ascii: ","): return isObject ? .key : .value
        case UInt8(ascii: "}"): return isObject ? close() : .wrong
        case UInt8(ascii: "]"): return isObject ? .wrong : close()
        default: return .wrong
        }
    }

    private mutating func open(isObject: Bool) -> State {
        guard containers.count < Self.depthLimit else { return .wrong }
        containers.append(isObject)
        return isObject ? .firstKey : .firstElement
    }

    private mutating func close() -> State {
        containers.removeLast()
        return .afterValue
    }

    private static func next(_ number: Number, _ byte: UInt8) -> Number? {
        let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        let isExponent = byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
        switch number {
        case .minus: return byte == UInt8(ascii: "0") ? .zero : isDigit ? .digits : nil
        case .zero: return byte == UInt8(ascii: ".") ? .point : isExponent ? .exponent : nil
        case .digits: return isDigit ? .digits : byte == UInt8(ascii: ".") ? .point : isExponent ? .exponent : nil
        case .point: return isDigit ? .fraction : nil
        case .fraction: return isDigit ? .fraction : isExponent ? .exponent : nil
        case .exponent:
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { return .exponentSign }
            return isDigit ? .exponentDigits : nil
        case .exponentSign, .exponentDigits: return isDigit ? .exponentDigits : nil
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
