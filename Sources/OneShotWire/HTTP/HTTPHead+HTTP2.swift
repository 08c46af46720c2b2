import NIOCore

extension HTTPHead {
    /// The head of a message that came over HTTP/2, where heads are not text: ``bytes`` is empty.
    ///
    /// - Parameter fields: without pseudo-header fields; they are in the start line.
    public init(http2 startLine: StartLine, fields: [HTTPField]) {
        self.startLine = startLine
        self.fields = fields
        minorVersion = 1
        bytes = ByteBuffer()
    }

    /// The protocol that the message came over: `HTTP/1.0`, `HTTP/1.1` or `HTTP/2`.
    public var version: String { bytes.readableBytes == 0 ? "HTTP/2" : "HTTP/1.\(minorVersion)" }
}
