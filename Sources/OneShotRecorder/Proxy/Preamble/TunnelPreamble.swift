import NIOCore

/// The first bytes that a client sends inside a CONNECT, up to where it is certain what they are.
struct TunnelPreamble: Sendable {
    enum Content: Sendable, Equatable {
        case tls(ClientHello)
        /// HTTP/1 without TLS, as clients send it that take the proxy for WebSockets without TLS.
        case http
        /// Something that we cannot read.
        case other
    }

    private(set) var bytes = ByteBuffer()
    /// Nil until more bytes arrive.
    private(set) var content: Content?
    private var hello = ClientHello.Reader()
    /// A request line longer than this is none.
    private static let lineLimit = 16 << 10

    mutating func append(_ more: ByteBuffer) {
        if bytes.readableBytes == 0 { bytes = more } else { bytes.writeImmutableBuffer(more) }
        content = look()
    }

    private mutating func look() -> Content? {
        guard let first = bytes.readableBytesView.first else { return nil }
        // A TLS record with a handshake begins with 22 (RFC 8446, section 5.1).
        guard first == 22 else { return requestLine }
        switch hello.read(bytes) {
        case .needsMore: return nil
        case .malformed: return .tls(ClientHello())
        case .hello(let hello): return .tls(hello)
        }
    }

    /// HTTP is what has a request line: a method, a target, and a version.
    private var requestLine: Content? {
        var blanks = 0
        let view = bytes.readableBytesView.prefix(Self.lineLimit)
        for (index, byte) in zip(view.indices, view) {
            switch byte {
            case UInt8(ascii: "\n"):
                let line = view[view.startIndex..<index]
                let end = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
                return blanks == 2 && end.suffix(9).starts(with: " HTTP/1.".utf8) ? .http : .other
            case UInt8(ascii: " "): blanks += 1
            case UInt8(ascii: "\r"): break
            case 0x00...0x20, 0x7F: return .other
            case 0x80...0xFF where blanks == 0: return .other
            default: break
            }
        }
        return view.count == Self.lineLimit ? .other : nil
    }
}
