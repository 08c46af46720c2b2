/// Reads tags and text of XML, as far as reports of tests need it. No entity but the five of XML and numbers is known,
/// nothing is ever fetched, and any text can be given: what does not fit is passed over.
struct MarkupScanner {
    enum Event: Equatable {
        case start(name: String, attributes: [String: String])
        case end(name: String)
        case text(String)
    }

    private let bytes: [UInt8]
    private var position = 0
    private var pending: Event?

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func next() -> Event? {
        if let event = pending {
            pending = nil
            return event
        }
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "<") else { return text() }
            if has("<![CDATA[") { return .text(string(pass(over: "<![CDATA[", to: "]]>"))) }
            if has("<!--") {
                _ = pass(over: "<!--", to: "-->")
            } else if has("<?") {
                _ = pass(over: "<?", to: "?>")
            } else if has("<!") {
                _ = pass(over: "<!", to: ">")
            } else {
                return tag()
            }
        }
        return nil
    }

    private mutating func text() -> Event {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
        return .text(Self.decoded(string(start..<position)))
    }

    private mutating func tag() -> Event {
        position += 1
        let isEnd = position < bytes.count && bytes[position] == UInt8(ascii: "/")
        if isEnd { position += 1 }
        let name = word()
        var attributes: [String: String] = [:]
        while position < bytes.count {
            skipBlanks()
            guard position < bytes.count else { break }
            if bytes[position] == UInt8(ascii: ">") {
                position += 1
                break
            }
            if bytes[position] == UInt8(ascii: "/") {
                position += 1
                if position < bytes.count, bytes[position] == UInt8(ascii: ">") {
                    position += 1
                    pending = .end(name: name)
                    break
                }
                continue
            }
            let key = word()
            guard !key.isEmpty else {
                position += 1
                continue
            }
            skipBlanks()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else { continue }
            position += 1
            skipBlanks()
            attributes[key] = value()
        }
        return isEnd ? .end(name: name) : .start(name: name, attributes: attributes)
    }

    private mutating func value() -> String {
        guard position < bytes.count else { return "" }
        let quote = bytes[position]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return word() }
        let start = position + 1
        position = start
        while position < bytes.count, bytes[position] != quote { position += 1 }
        let text = string(start..<position)
        if position < bytes.count { position += 1 }
        return Self.decoded(text)
    }

    private mutating func word() -> String {
        let start = position
        while position < bytes.count, bytes[position] > 0x20, !Self.delimiters.contains(bytes[position]) {
            position += 1
        }
        return string(start..<position)
    }

    private static let delimiters = Set("<>/='\"".utf8)

    private mutating func skipBlanks() {
        while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
    }

    private func has(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

    /// Moves behind `end`, or to the end of all.
    ///
    /// - Returns: where what stands between the two is.
    private mutating func pass(over start: String, to end: String) -> Range<Int> {
        let first = position + start.utf8.count
        let mark = Array(end.utf8)
        position = first
        while position < bytes.count {
            if bytes[position] == mark[0], bytes[position...].starts(with: mark) {
                defer { position += mark.count }
                return first..<position
            }
            position += 1
        }
        return first..<bytes.count
    }

    private func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    static func decoded(_ text: String) -> String {
        guard text.contains("&") else { return text }
        var result = ""
        var rest = text[...]
        while let ampersand = rest.firstIndex(of: "&") {
            result += rest[..<ampersand]
            rest = rest[ampersand...]
            guard let end = rest.prefix(12).firstIndex(of: ";"), let character = entity(rest[..<end].dropFirst()) else {
                result += "&"
                rest = rest.dropFirst()
                continue
            }
            result += character
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private static func entity(_ name: Substring) -> String? {
        switch name {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard name.hasPrefix("#") else { return nil }
            let digits = name.dropFirst()
            let number = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return number.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
        }
    }
}
