/// What a TOML text defines, without its values: enough to know whether a table can be added at its end.
///
/// Source: https://toml.io/en/v1.0.0
struct TOMLOutline: Sendable {
    struct Definition: Sendable, Equatable {
        /// From the root: `["mcp_servers", "oneshot", "command"]`.
        var path: [String]
        /// Counted from 1.
        var line: Int
        /// `[path]` or `[[path]]`, as opposed to `path = value`.
        var isHeader: Bool
    }

    struct SyntaxError: Error, Equatable {
        /// Counted from 1.
        var line: Int
        var problem: String
    }

    private(set) var definitions: [Definition] = []
    private let bytes: [UInt8]
    private var position = 0
    private var table: [String] = []

    init(parsing text: String) throws(SyntaxError) {
        bytes = Array(text.utf8)
        while try skipToStatement() {
            if peek == UInt8(ascii: "[") { try readHeader() } else { try readAssignment() }
            try expectEndOfLine()
        }
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
    private var line: Int { 1 + bytes[..<min(position, bytes.count)].count { $0 == UInt8(ascii: "\n") } }
    private func error(_ problem: String) -> SyntaxError { SyntaxError(line: line, problem: problem) }

    private func isNext(_ text: StaticString) -> Bool {
        bytes[position...].starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// - Returns: false at the end of the text.
    private mutating func skipToStatement() throws(SyntaxError) -> Bool {
        skipBlanksAndComments()
        return peek != nil
    }

    private mutating func skipBlanksAndComments() {
        while let byte = peek {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): position += 1
            case UInt8(ascii: "#"): skipLine()
            default: return
            }
        }
    }

    private mutating func skipLine() {
        while let byte = peek, byte != UInt8(ascii: "\n") { position += 1 }
    }

    private mutating func skipBlanks() {
        while peek == UInt8(ascii: " ") || peek == UInt8(ascii: "\t") { position += 1 }
    }

    private mutating func expectEndOfLine() throws(SyntaxError) {
        skipBlanks()
        if peek == UInt8(ascii: "\r") { position += 1 }
        guard peek == nil || peek == UInt8(ascii: "\n") || peek == UInt8(ascii: "#") else {
            throw error("unexpected text at the end of the line")
        }
    }

    private mutating func readHeader() throws(SyntaxError) {
        let start = line
        let isArray = isNext("[[")
        position += isArray ? 2 : 1
        table = try readKey()
        let closing: StaticString = isArray ? "]]" : "]"
        guard isNext(closing) else { throw error("a table's name without its closing bracket") }
        position += isArray ? 2 : 1
        definitions.append(Definition(path: table, line: start, isHeader: true))
    }

    private mutating func readAssignment() throws(SyntaxError) {
        let start = line
        let key = try readKey()
        guard peek == UInt8(ascii: "=") else { throw error("a key without a value") }
        position += 1
        skipBlanks()
        try skipValue()
        definitions.append(Definition(path: table + key, line: start, isHeader: false))
    }

    /// A dotted key, with the blanks around it.
    private mutating func readKey() throws(SyntaxError) -> [String] {
        var path: [String] = []
        while true {
            skipBlanks()
            path.append(try readKeyPart())
            skipBlanks()
            guard peek == UInt8(ascii: ".") else { return path }
            position += 1
        }
    }

    private mutating func readKeyPart() throws(SyntaxError) -> String {
        let start = position
        if peek == UInt8(ascii: "\"") || peek == UInt8(ascii: "'") {
            try skipString()
            return String(decoding: bytes[(start + 1)..<(position - 1)], as: UTF8.self)
        }
        while let byte = peek, Self.isBare(byte) { position += 1 }
        guard position > start else { throw error("a key is missing") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

// MARK: - Values

extension TOMLOutline {
    private mutating func skipValue() throws(SyntaxError) {
        switch peek {
        case nil: throw error("a key without a value")
        case UInt8(ascii: "\"")?, UInt8(ascii: "'")?: try skipString()
        case UInt8(ascii: "[")?, UInt8(ascii: "{")?: try skipBrackets()
        default:
            let start = position
            while let byte = peek, !Self.endsValue(byte) { position += 1 }
            guard position > start else { throw error("a key without a value") }
        }
    }

    private static func endsValue(_ byte: UInt8) -> Bool { "\n\r#,]}".utf8.contains(byte) }

    /// An array or an inline table, with everything in it.
    private mutating func skipBrackets() throws(SyntaxError) {
        let start = line
        var closing: [UInt8] = []
        repeat {
            skipBlanksAndComments()
            guard let byte = peek else { throw SyntaxError(line: start, problem: "a bracket that is never closed") }
            switch byte {
            case UInt8(ascii: "["): closing.append(UInt8(ascii: "]"))
            case UInt8(ascii: "{"): closing.append(UInt8(ascii: "}"))
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                guard closing.popLast() == byte else { throw error("a bracket that was never opened") }
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                try skipString()
                continue
            default: break
            }
            position += 1
        } while !closing.isEmpty
    }

    private mutating func skipString() throws(SyntaxError) {
        let start = line
        let quote = bytes[position]
        let isLong = position + 2 < bytes.count && bytes[position + 1] == quote && bytes[position + 2] == quote
        position += isLong ? 3 : 1
        while let byte = peek {
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                position += 2
            } else if byte == UInt8(ascii: "\n"), !isLong {
                break
            } else if byte == quote, !isLong {
                position += 1
                return
            } else if byte == quote, isNextTriple(quote) {
                position += 3
                // Up to two quotes may stand right before the closing ones.
                while peek == quote { position += 1 }
                return
            } else {
                position += 1
            }
        }
        throw SyntaxError(line: start, problem: "a string that is never closed")
    }

    private func isNextTriple(_ quote: UInt8) -> Bool {
        position + 2 < bytes.count && bytes[position + 1] == quote && bytes[position + 2] == quote
    }
}
