import NIOCore

/// What a TLS client says first (RFC 8446, section 4.1.2), as far as it concerns which protocol is spoken inside.
struct ClientHello: Sendable, Equatable {
    /// In the client's order of preference (RFC 7301); empty where it does not say.
    var protocols: [String] = []

    var offersHTTP2: Bool { protocols.contains("h2") }

    enum Reading: Equatable {
        case needsMore
        /// Not a ClientHello; the TLS library says what is wrong with it.
        case malformed
        case hello(ClientHello)
    }

    /// Reads TLS records from the first byte of a connection, each of them once.
    struct Reader: Sendable {
        /// Of the connection's bytes: those of whole records, whose content is in `message`.
        private var taken = 0
        private var message = ByteBuffer()
    }
}

extension ClientHello.Reader {
    /// No client needs more than this, post-quantum key shares and padding included.
    private static let limit = 64 << 10

    /// Goes on reading.
    ///
    /// - Parameter bytes: all that has arrived so far, from the first byte on. Nothing is taken out.
    mutating func read(_ bytes: ByteBuffer) -> ClientHello.Reading {
        var records = bytes
        records.moveReaderIndex(forwardBy: taken)
        while true {
            if let hello = messageBody {
                return Self.protocols(in: hello).map { .hello(ClientHello(protocols: $0)) } ?? .malformed
            }
            guard records.readableBytes > 0 else { return .needsMore }
            guard records.getInteger(at: records.readerIndex, as: UInt8.self) == 22 else { return .malformed }
            guard let length = records.getInteger(at: records.readerIndex + 3, as: UInt16.self) else {
                return .needsMore
            }
            guard (1...(16 << 10) + 256).contains(Int(length)), message.readableBytes < Self.limit else {
                return .malformed
            }
            guard records.readableBytes >= 5 + Int(length) else { return .needsMore }
            records.moveReaderIndex(forwardBy: 5)
            guard var fragment = records.readSlice(length: Int(length)) else { return .needsMore }
            if message.readableBytes == 0, fragment.getInteger(at: fragment.readerIndex, as: UInt8.self) != 1 {
                return .malformed
            }
            message.writeBuffer(&fragment)
            taken += 5 + Int(length)
        }
    }

    /// The body of the handshake message, once it is whole.
    private var messageBody: ByteBuffer? {
        var message = message
        guard let head = message.readInteger(as: UInt32.self) else { return nil }
        return message.readSlice(length: Int(head & 0x00FF_FFFF))
    }

    private static func protocols(in body: ByteBuffer) -> [String]? {
        var body = body
        // Version and random, then what the client remembers, its ciphers, its compressions.
        guard body.readSlice(length: 34) != nil,
            body.readLengthPrefixedSlice(as: UInt8.self) != nil,
            body.readLengthPrefixedSlice(as: UInt16.self) != nil,
            body.readLengthPrefixedSlice(as: UInt8.self) != nil
        else { return nil }
        guard body.readableBytes > 0 else { return [] }
        guard var extensions = body.readLengthPrefixedSlice(as: UInt16.self) else { return nil }
        while extensions.readableBytes > 0 {
            guard let type = extensions.readInteger(as: UInt16.self),
                var content = extensions.readLengthPrefixedSlice(as: UInt16.self)
            else { return nil }
            guard type == 16 else { continue }
            guard var list = content.readLengthPrefixedSlice(as: UInt16.self) else { return nil }
            var names: [String] = []
            while list.readableBytes > 0 {
                guard let name = list.readLengthPrefixedSlice(as: UInt8.self) else { return nil }
                names.append(String(buffer: name))
            }
            return names
        }
        return []
    }
}
