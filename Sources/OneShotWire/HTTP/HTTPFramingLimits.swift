/// How much of a message may be something other than its body.
public struct HTTPFramingLimits: Sendable, Equatable {
    /// From the first byte of the start line to the empty line inclusive.
    public var headBytes: Int
    /// Header lines of one head.
    public var fields: Int
    /// All trailer lines of a body.
    public var trailerBytes: Int
    /// By how much the size lines of a body's chunks may outweigh their data (16 bytes of a line count as needed).
    public var chunkExtensionBytes: Int

    public init(
        headBytes: Int = 256 << 10,
        fields: Int = 1000,
        trailerBytes: Int = 16 << 10,
        chunkExtensionBytes: Int = 16 << 10
    ) {
        self.headBytes = headBytes
        self.fields = fields
        self.trailerBytes = trailerBytes
        self.chunkExtensionBytes = chunkExtensionBytes
    }
}
