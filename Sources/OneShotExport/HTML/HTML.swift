/// A piece of an HTML page. Whatever is not written down in this program's source comes in as ``text(_:)`` or as the value
/// of an attribute, and is escaped.
enum HTML {
    case text(String)
    /// Of ours: `StaticString` keeps out what was recorded.
    case element(StaticString, [(StaticString, String)], [HTML])
    case all([HTML])

    var markup: String {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func write(to bytes: inout [UInt8]) {
        switch self {
        case .text(let text): Self.escape(text, to: &bytes)
        case .all(let pieces): for piece in pieces { piece.write(to: &bytes) }
        case .element(let name, let attributes, let content):
            bytes += "<\(name)".utf8
            for (key, value) in attributes {
                bytes += " \(key)=\"".utf8
                Self.escape(value, to: &bytes)
                bytes.append(UInt8(ascii: "\""))
            }
            bytes.append(UInt8(ascii: ">"))
            // A line end right after <pre> is not shown.
            if name.description == "pre" { bytes.append(UInt8(ascii: "\n")) }
            for piece in content { piece.write(to: &bytes) }
            if !Self.isVoid(name) { bytes += "</\(name)>".utf8 }
        }
    }

    private static func isVoid(_ name: StaticString) -> Bool { ["meta", "input"].contains(name.description) }

    /// What colours a terminal goes; other control characters, which no browser shows, become U+FFFD.
    private static func escape(_ text: String, to bytes: inout [UInt8]) {
        var input = TerminalText.plain(text)[...]
        while let byte = input.popFirst() {
            switch byte {
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case UInt8(ascii: "\""): bytes += "&quot;".utf8
            case UInt8(ascii: "'"): bytes += "&#39;".utf8
            case UInt8(ascii: "\n"), UInt8(ascii: "\t"): bytes.append(byte)
            case ..<0x20, 0x7F: bytes += "\u{FFFD}".utf8
            default: bytes.append(byte)
            }
        }
    }
}

/// What a program printed, without what was meant for the terminal alone.
enum TerminalText {
    private static let escape: UInt8 = 0x1B

    /// - Returns: UTF-8 without control sequences (ECMA-48 CSI and OSC), and with plain line ends.
    static func plain(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.contains(where: { $0 == escape || $0 == 0x0D }) else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            switch (byte, next) {
            case (escape, UInt8(ascii: "[")):
                index += 2
                while index < bytes.count, (0x20...0x3F).contains(bytes[index]) { index += 1 }
                index += 1
            case (escape, UInt8(ascii: "]")):
                index += 2
                while index < bytes.count, bytes[index] != 0x07, bytes[index] != escape, bytes[index] != 0x0A {
                    index += 1
                }
                if index < bytes.count, bytes[index] == escape { index += 1 }
                if index < bytes.count, bytes[index] != 0x0A { index += 1 }
            case (0x0D, 0x0A): index += 1
            case (0x0D, _):
                result.append(0x0A)
                index += 1
            default:
                result.append(byte)
                index += 1
            }
        }
        return result
    }
}

extension HTML: ExpressibleByStringLiteral {
    init(stringLiteral text: String) { self = .text(text) }
}

extension HTML {
    static func tag(_ name: StaticString, _ style: String = "", _ content: HTML...) -> HTML {
        .element(name, classes(style), content)
    }

    /// A part that opens when one clicks on its title.
    static func folded(_ title: String, style: String = "", isOpen: Bool = false, _ content: HTML...) -> HTML {
        var attributes = classes(style)
        if isOpen { attributes.append(("open" as StaticString, "")) }
        return .element("details", attributes, [.tag("summary", "", .text(title))] + content)
    }

    private static func classes(_ style: String) -> [(StaticString, String)] {
        style.isEmpty ? [] : [("class" as StaticString, style)]
    }
}
