import NIOCore

extension HTTPHead {
    /// Reads a head that is whole, from the start line to the empty line inclusive.
    init(parsing bytes: ByteBuffer, role: HTTPMessageFramer.Role) throws(HTTPFramingError) {
        let view = bytes.readableBytesView
        var position = view.startIndex
        let startLine = try Self.line(in: view, from: &position)
        switch role {
        case .requests: (self.startLine, minorVersion) = try Self.requestLine(startLine)
        case .responses: (self.startLine, minorVersion) = try Self.statusLine(startLine)
        }
        var fields: [HTTPField] = []
        while true {
            let line = try Self.line(in: view, from: &position)
            if line.isEmpty { break }
            fields.append(try Self.field(line))
        }
        self.fields = fields
        self.bytes = bytes
    }

    /// Whether this can be the start line of a message.
    static func check(startLine: ByteBufferView, role: HTTPMessageFramer.Role) throws(HTTPFramingError) {
        switch role {
        case .requests: _ = try requestLine(startLine)
        case .responses: _ = try statusLine(startLine)
        }
    }

    private static func line(
        in view: ByteBufferView,
        from position: inout Int
    ) throws(HTTPFramingError) -> ByteBufferView {
        var index = position
        while index < view.endIndex {
            switch view[index] {
            case UInt8(ascii: "\r"):
                guard index + 1 < view.endIndex, view[index + 1] == UInt8(ascii: "\n") else { throw .bareLineEnd }
                let line = view[position..<index]
                position = index + 2
                return line
            case UInt8(ascii: "\n"): throw .bareLineEnd
            case 0: throw .malformedField
            default: index += 1
            }
        }
        throw .truncated
    }

    private static func requestLine(_ line: ByteBufferView) throws(HTTPFramingError) -> (StartLine, Int) {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(isTokenByte), !parts[1].isEmpty,
            parts[1].allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else { throw .malformedStartLine }
        let version = try version(parts[2])
        return (.request(method: text(parts[0]), target: text(parts[1])), version)
    }

    private static func statusLine(_ line: ByteBufferView) throws(HTTPFramingError) -> (StartLine, Int) {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2 else { throw .malformedStartLine }
        let version = try version(parts[0])
        guard parts[1].count == 3, let status = Int(text(parts[1])), (100...999).contains(status) else {
            throw .malformedStartLine
        }
        return (.response(status: status, reason: parts.count == 3 ? text(parts[2]) : ""), version)
    }

    private static func version(_ bytes: ByteBufferView) throws(HTTPFramingError) -> Int {
        switch text(bytes) {
        case "HTTP/1.1": return 1
        case "HTTP/1.0": return 0
        case let other where other.hasPrefix("HTTP/"): throw .unsupportedVersion
        default: throw .malformedStartLine
        }
    }

    private static func field(_ line: ByteBufferView) throws(HTTPFramingError) -> HTTPField {
        if let first = line.first, first == 0x20 || first == 0x09 { throw .obsoleteFolding }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw .malformedField }
        let name = line[line.startIndex..<colon]
        guard !name.isEmpty, name.allSatisfy(isTokenByte) else { throw .malformedField }
        var start = colon + 1
        var end = line.endIndex
        while start < end, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
        while start < end, line[end - 1] == 0x20 || line[end - 1] == 0x09 { end -= 1 }
        return HTTPField(text(name), text(line[start..<end]))
    }

    private static func text(_ bytes: ByteBufferView) -> String { String(decoding: bytes, as: UTF8.self) }

    /// RFC 9110, section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
