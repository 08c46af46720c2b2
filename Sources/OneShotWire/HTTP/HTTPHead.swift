public import NIOCore

/// One header field. The value lacks the blanks around it; bytes that are not UTF-8 became U+FFFD.
public struct HTTPField: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The start line and fields of a message, as read and as bytes.
public struct HTTPHead: Sendable, Equatable {
    public enum StartLine: Sendable, Equatable {
        case request(method: String, target: String)
        case response(status: Int, reason: String)
    }

    public let startLine: StartLine
    /// The digit after `HTTP/1.`.
    public let minorVersion: Int
    public let fields: [HTTPField]
    /// Exactly what arrived, from the first byte of the start line to the empty line inclusive.
    public let bytes: ByteBuffer

    /// The request's method; empty for a response.
    public var method: String {
        guard case .request(let method, _) = startLine else { return "" }
        return method
    }

    /// The request's target; empty for a response.
    public var target: String {
        guard case .request(_, let target) = startLine else { return "" }
        return target
    }

    /// The response's status code; 0 for a request.
    public var status: Int {
        guard case .response(let status, _) = startLine else { return 0 }
        return status
    }

    init(startLine: StartLine, minorVersion: Int, fields: [HTTPField], bytes: ByteBuffer) {
        self.startLine = startLine
        self.minorVersion = minorVersion
        self.fields = fields
        self.bytes = bytes
    }

    /// The values of all fields with this name, which is given in lower case.
    public func values(_ name: String) -> [String] {
        fields.filter { $0.isNamed(name) }.map(\.value)
    }

    /// The value of the first field with this name, which is given in lower case.
    public func first(_ name: String) -> String? {
        fields.first { $0.isNamed(name) }?.value
    }

    /// The comma-separated elements of all fields with this name, in lower case: of ASCII only, or a Kelvin sign would
    /// become a `k`.
    public func tokens(_ name: String) -> [String] {
        values(name).flatMap { $0.utf8.split(separator: UInt8(ascii: ",")) }
            .map { element in
                var rest = element[...]
                while let first = rest.first, HTTPField.isBlank(first) { rest.removeFirst() }
                while let last = rest.last, HTTPField.isBlank(last) { rest.removeLast() }
                return String(decoding: rest.map(HTTPField.lowercased), as: UTF8.self)
            }
            .filter { !$0.isEmpty }
    }

    /// Whether the connection stays open after this message (RFC 9112, section 9.3).
    public var keepsConnection: Bool {
        let options = tokens("connection")
        if options.contains("close") { return false }
        return minorVersion >= 1 || options.contains("keep-alive")
    }

    /// Whether this asks for, or answers with, a change to WebSocket.
    public var isWebSocketUpgrade: Bool {
        tokens("upgrade").contains("websocket") && tokens("connection").contains("upgrade")
    }
}

extension HTTPHead {
    /// The head with a few lines changed; every other byte stays as it arrived.
    ///
    /// - Parameters:
    ///   - target: a new request target.
    ///   - dropping: names (lower case) of fields to leave out.
    ///   - setting: fields to replace in place, or to add at the end where the name is absent.
    public func edited(
        target newTarget: String? = nil,
        dropping: Set<String> = [],
        setting: [HTTPField] = []
    ) -> ByteBuffer {
        let drops = fields.contains { field in dropping.contains { field.isNamed($0) } }
        guard newTarget != nil || drops || !setting.isEmpty else { return bytes }
        var output = ByteBuffer()
        output.reserveCapacity(bytes.readableBytes + 256)
        var isSet = [Bool](repeating: false, count: setting.count)
        for (index, line) in lines().enumerated() {
            guard index > 0 else {
                if let newTarget {
                    output.writeString("\(method) \(newTarget) HTTP/1.\(minorVersion)\r\n")
                } else {
                    output.writeBytes(line)
                }
                continue
            }
            let field = fields[index - 1]
            if drops, dropping.contains(where: field.isNamed) { continue }
            guard let new = setting.firstIndex(where: { $0.hasName(of: field) }) else {
                output.writeBytes(line)
                continue
            }
            // In the place of the first; what repeats it goes.
            if !isSet[new] { output.write(setting[new]) }
            isSet[new] = true
        }
        for (field, isSet) in zip(setting, isSet) where !isSet { output.write(field) }
        output.writeString("\r\n")
        return output
    }

    /// The start line and the field lines with their line ends; without the empty line.
    private func lines() -> [ByteBufferView] {
        var rest = bytes.readableBytesView
        var lines: [ByteBufferView] = []
        lines.reserveCapacity(fields.count + 1)
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")), end - rest.startIndex >= 2 {
            lines.append(rest[...end])
            rest = rest[(end + 1)...]
        }
        return lines
    }
}

extension ByteBuffer {
    fileprivate mutating func write(_ field: HTTPField) {
        writeString(field.name)
        writeString(": ")
        writeString(field.value)
        writeString("\r\n")
    }
}

extension Substring {
    func trimmingBlanks() -> Substring {
        var rest = self
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }
}
