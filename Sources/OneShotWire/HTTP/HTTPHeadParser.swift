import NIOCore

/// Reads a head as it arrives: every byte once, every line as soon as it is complete. A peer that speaks another
/// protocol is found out with its first bytes, and does not wait for an answer.
struct HTTPHeadParser: Sendable {
    private let role: HTTPMessageFramer.Role
    private let limits: HTTPFramingLimits
    /// How many of the head's bytes were read.
    private var position = 0
    private var lineStart = 0
    private var startLine: (line: HTTPHead.StartLine, minorVersion: Int)?
    private var fields: [HTTPField] = []

    init(_ role: HTTPMessageFramer.Role, limits: HTTPFramingLimits) {
        self.role = role
        self.limits = limits
    }

    /// Whether nothing of a head has been read.
    var isAtStart: Bool { position == 0 }

    /// Goes on reading.
    ///
    /// - Parameter buffer: all bytes of the head so far. The head is taken out of it when it is complete.
    /// - Returns: nil until more bytes arrive.
    mutating func read(_ buffer: inout ByteBuffer) throws(HTTPFramingError) -> HTTPHead? {
        let end = buffer.withUnsafeReadableBytes { bytes -> Result<Int?, HTTPFramingError> in
            do throws(HTTPFramingError) {
                return .success(try scan(bytes))
            } catch {
                return .failure(error)
            }
        }
        guard let length = try end.get(), let (line, version) = startLine, let slice = buffer.readSlice(length: length)
        else { return nil }
        // A copy: a head outlives the read, and its slice would keep the whole of the connection's buffer, and have the
        // next read make another.
        let bytes = ByteBuffer(bytes: slice.readableBytesView)
        return HTTPHead(startLine: line, minorVersion: version, fields: fields, bytes: bytes)
    }

    /// - Returns: the length of the head, once it is complete.
    private mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(HTTPFramingError) -> Int? {
        while position < bytes.count {
            guard position < limits.headBytes else { throw .headTooLarge(limit: limits.headBytes) }
            let byte = bytes[position]
            if position < 5 { try checkBeginning(byte) }
            switch byte {
            case UInt8(ascii: "\r"):
                guard position + 1 < bytes.count else { return nil }
                guard bytes[position + 1] == UInt8(ascii: "\n") else { throw .bareCarriageReturn }
                let line = UnsafeRawBufferPointer(rebasing: bytes[lineStart..<position])
                position += 2
                lineStart = position
                guard position <= limits.headBytes else { throw .headTooLarge(limit: limits.headBytes) }
                if line.isEmpty { return position }
                try take(line)
            case UInt8(ascii: "\n"): throw .bareLineFeed
            case 0: throw .nulByte
            default: position += 1
            }
        }
        return nil
    }

    private func checkBeginning(_ byte: UInt8) throws(HTTPFramingError) {
        switch role {
        case .requests: guard position > 0 || HTTPField.isTokenByte(byte) else { throw .malformedStartLine }
        case .responses:
            guard byte == "HTTP/".utf8[position] else { throw .malformedStartLine }
        }
    }

    private mutating func take(_ line: UnsafeRawBufferPointer) throws(HTTPFramingError) {
        guard startLine != nil else {
            switch role {
            case .requests: startLine = try HTTPHead.requestLine(line)
            case .responses: startLine = try HTTPHead.statusLine(line)
            }
            return
        }
        guard fields.count < limits.fields else { throw .tooManyFields(limit: limits.fields) }
        fields.append(try HTTPField(line: line))
    }
}

extension String.UTF8View {
    fileprivate subscript(offset: Int) -> UInt8 { self[index(startIndex, offsetBy: offset)] }
}
