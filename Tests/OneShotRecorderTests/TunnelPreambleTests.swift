import NIOCore
import NIOEmbedded
import NIOSSL
import Testing

@testable import OneShotRecorder

@Suite("Preamble of a CONNECT")
struct TunnelPreambleTests {
    /// What a real TLS library says first.
    static func hello(protocols: [String]) throws -> ByteBuffer {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.applicationProtocols = protocols
        let context = try NIOSSLContext(configuration: configuration)
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: "a.b"))
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        channel.embeddedEventLoop.run()
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        return try #require(try channel.readOutbound(as: ByteBuffer.self))
    }

    static func content(_ bytes: ByteBuffer) -> TunnelPreamble.Content? {
        var preamble = TunnelPreamble()
        preamble.append(bytes)
        return preamble.content
    }

    @Test("TLS says which protocols it offers", arguments: [[], ["http/1.1"], ["h2", "http/1.1"], ["h2"]])
    func protocols(_ protocols: [String]) throws {
        let hello = try Self.hello(protocols: protocols)
        #expect(Self.content(hello) == .tls(ClientHello(protocols: protocols)))
        #expect(ClientHello(protocols: protocols).offersHTTP2 == protocols.contains("h2"))
    }

    @Test("a ClientHello may arrive byte by byte, and in several records")
    func cutHello() throws {
        let hello = try Self.hello(protocols: ["h2", "http/1.1"])
        var preamble = TunnelPreamble()
        for (index, byte) in hello.readableBytesView.enumerated() {
            #expect(preamble.content == nil, "after \(index) bytes")
            preamble.append(ByteBuffer(bytes: [byte]))
        }
        #expect(preamble.content == .tls(ClientHello(protocols: ["h2", "http/1.1"])))

        var split = ByteBuffer()
        var message = hello
        message.moveReaderIndex(forwardBy: 5)
        while var part = message.readSlice(length: min(50, message.readableBytes)), part.readableBytes > 0 {
            split.writeBytes([22, 3, 1])
            split.writeInteger(UInt16(part.readableBytes))
            split.writeBuffer(&part)
        }
        #expect(Self.content(split) == .tls(ClientHello(protocols: ["h2", "http/1.1"])))
    }

    @Test(
        "TLS that makes no sense is left to the TLS library",
        arguments: [
            [22, 3, 1, 0, 0], [22, 3, 1, 0, 4, 2, 0, 0, 0], [22, 3, 1, 0xFF, 0xFF, 1],
            [22, 3, 1, 0, 6, 1, 0, 0, 2, 3, 3], [22, 3, 1, 0, 4, 1, 0, 0, 0, 23, 3, 3, 0, 0],
        ] as [[UInt8]]
    )
    func malformed(bytes: [UInt8]) { #expect(Self.content(ByteBuffer(bytes: bytes)) == .tls(ClientHello())) }

    @Test("no cut of a ClientHello is more than a request for more bytes")
    func truncated() throws {
        let hello = try Self.hello(protocols: ["h2"])
        for length in 1..<hello.readableBytes {
            let part = try #require(hello.getSlice(at: 0, length: length))
            #expect(Self.content(part) == nil)
        }
    }

    @Test(
        "HTTP is told from other bytes by its request line",
        arguments: [
            ("GET / HTTP/1.1\r\n", .http), ("GET /", nil), ("GET / HTTP/1.0\n", .http), ("G", nil),
            ("EHLO there\r\n", .other), ("\u{0}\u{1}", .other), ("*1\r\n", .other), ("\r\n", .other),
            ("GET / HTTP/2.0\r\n", .other), ("SSH-2.0-OpenSSH_9.2\r\n", .other), ("Ü", .other),
            ("GET /ü HTTP/1.1\r\n", .http),
        ] as [(String, TunnelPreamble.Content?)]
    )
    func requestLine(text: String, content: TunnelPreamble.Content?) {
        #expect(Self.content(ByteBuffer(string: text)) == content)
    }

    @Test("a line without an end is no HTTP")
    func endless() {
        #expect(Self.content(ByteBuffer(string: "GET /" + String(repeating: "a", count: 20_000))) == .other)
    }
}
