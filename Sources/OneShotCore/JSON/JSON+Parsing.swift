/// Why a text is not JSON, and where.
public struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
    /// Counted in bytes from the start of the text.
    public var offset: Int
    /// Counted from 1.
    public var line: Int
    public var problem: String

    public var description: String { "line \(line): \(problem)" }
}

extension JSON {
    /// Parses UTF-8 text. Ill-formed UTF-8 and lone surrogates become U+FFFD: tool output that was cut in the
    /// middle of a character must not cost us the exchange that carries it.
    ///
    /// - Throws: ``JSONSyntaxError`` for anything that RFC 8259 does not allow, and past 512 levels of nesting.
    public init(parsing bytes: some Collection<UInt8>) throws(JSONSyntaxError) {
        guard let parsed = bytes.withContiguousStorageIfAvailable({ JSON.parse($0) }) else {
            self = try JSON(parsing: Array(bytes))
            return
        }
        self = try parsed.get()
    }

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<JSON, JSONSyntaxError> {
        Result { () throws(JSONSyntaxError) -> JSON in
            var parser = JSONParser(bytes: bytes)
            return try parser.parseDocument()
        }
    }

    public init(parsing text: String) throws(JSONSyntaxError) {
        // No copy, for a text that lies in one piece.
        guard let parsed = text.utf8.withContiguousStorageIfAvailable({ JSON.parse($0) }) else {
            self = try JSON(parsing: Array(text.utf8))
            return
        }
        self = try parsed.get()
    }
}

extension Result where Failure == JSONSyntaxError {
    fileprivate init(_ body: () throws(JSONSyntaxError) -> Success) {
        do throws(JSONSyntaxError) { self = .success(try body()) } catch { self = .failure(error) }
    }
}

private struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0
    var depth = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func parseDocument() throws(JSONSyntaxError) -> JSON {
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
        let value = try parseValue()
        skipWhitespace()
        guard position == bytes.count else { throw error("unexpected text after the value") }
        return value
    }

    private func error(_ problem: String) -> JSONSyntaxError {
        let line = 1 + bytes[..<min(position, bytes.count)].count { $0 == UInt8(ascii: "\n") }
        return JSONSyntaxError(offset: position, line: line, problem: problem)
    }

    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func parseValue() throws(JSONSyntaxError) -> JSON {
        skipWhitespace()
        guard position < bytes.count else { throw error("the text ends where a value should be") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try nested { (parser) throws(JSONSyntaxError) in try parser.parseObject() }
        case UInt8(ascii: "["): return try nested { (parser) throws(JSONSyntaxError) in try parser.parseArray() }
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        default: throw error("unexpected character where a value should be")
        }
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(JSONSyntaxError) -> JSON
    ) throws(JSONSyntaxError) -> JSON {
        guard depth < 512 else { throw error("nested too deeply") }
        depth += 1
        position += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func take(_ character: UInt8) -> Bool {
        skipWhitespace()
        guard position < bytes.count, bytes[position] == character else { return false }
        position += 1
        return true
    }

    private mutating func parseObject() throws(JSONSyntaxError) -> JSON {
        var members: [JSON.Member] = []
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipWhitespace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw error("expected a key in double quotes")
            }
            let key = try parseString()
            guard take(UInt8(ascii: ":")) else { throw error("expected ':' after the key \"\(key)\"") }
            members.append(JSON.Member(key, try parseValue()))
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "}")) else { throw error("expected ',' or '}' in an object") }
            return .object(members)
        }
    }

    private mutating func parseArray() throws(JSONSyntaxError) -> JSON {
        var elements: [JSON] = []
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try parseValue())
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "]")) else { throw error("expected ',' or ']' in an array") }
            return .array(elements)
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSON) throws(JSONSyntaxError) -> JSON {
        let matches =
            position + text.utf8CodeUnitCount <= bytes.count
            && (0..<text.utf8CodeUnitCount).allSatisfy { bytes[position + $0] == text.utf8Start[$0] }
        guard matches else { throw error("unexpected word where a value should be") }
        position += text.utf8CodeUnitCount
        return value
    }

    private mutating func digits() -> Int {
        let start = position
        while position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39 { position += 1 }
        return position - start
    }

    private mutating func parseNumber() throws(JSONSyntaxError) -> JSON {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let leadingZero = position < bytes.count && bytes[position] == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, !(leadingZero && whole > 1) else { throw error("malformed number") }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            guard digits() > 0 else { throw error("malformed number") }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            guard digits() > 0 else { throw error("malformed number") }
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func parseString() throws(JSONSyntaxError) -> String {
        position += 1
        let start = position
        position = PlainText.end(in: bytes, from: position)
        guard position < bytes.count else { throw error("the text ends inside a string") }
        guard bytes[position] == UInt8(ascii: "\"") else { return try parseEscapedString(from: start) }
        defer { position += 1 }
        return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    }

    private mutating func parseEscapedString(from start: Int) throws(JSONSyntaxError) -> String {
        var text = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try parseEscape(into: &text)
            default: throw error("a control character inside a string must be escaped")
            }
            let end = PlainText.end(in: bytes, from: position)
            text.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[position..<end]))
            position = end
        }
        throw error("the text ends inside a string")
    }

    private mutating func parseEscape(into text: inout [UInt8]) throws(JSONSyntaxError) {
        guard position < bytes.count else { throw error("the text ends inside a string") }
        let escape = bytes[position]
        position += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(try parseUnicodeEscape()).utf8)
        default: throw error("unknown escape in a string")
        }
    }

    private mutating func parseUnicodeEscape() throws(JSONSyntaxError) -> Character {
        let unit = try hexUnit()
        let replacement: Character = "\u{FFFD}"
        guard unit & 0xF800 == 0xD800 else { return Unicode.Scalar(unit).map(Character.init) ?? replacement }
        let pairFollows =
            unit < 0xDC00 && position + 1 < bytes.count && bytes[position] == UInt8(ascii: "\\")
            && bytes[position + 1] == UInt8(ascii: "u")
        guard pairFollows else { return replacement }
        let rewind = position
        position += 2
        let low = try hexUnit()
        guard low & 0xFC00 == 0xDC00 else {
            position = rewind
            return replacement
        }
        let scalar = 0x10000 + (UInt32(unit & 0x3FF) << 10) + UInt32(low & 0x3FF)
        return Unicode.Scalar(scalar).map(Character.init) ?? replacement
    }

    private mutating func hexUnit() throws(JSONSyntaxError) -> UInt16 {
        guard position + 4 <= bytes.count else { throw error("the text ends inside a string") }
        let text = String(decoding: bytes[position..<position + 4], as: UTF8.self)
        guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }), let unit = UInt16(text, radix: 16) else {
            throw error("\\u needs four hexadecimal digits")
        }
        position += 4
        return unit
    }
}
