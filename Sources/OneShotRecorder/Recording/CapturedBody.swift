import NIOCore

/// A body as it passes: the first bytes up to a limit, and how many there were.
struct CapturedBody: Sendable {
    private(set) var bytes = ByteBuffer()
    private(set) var total = 0
    let limit: Int

    init(limit: Int) { self.limit = limit }

    var isTruncated: Bool { total > bytes.readableBytes }

    mutating func append(_ piece: ByteBuffer) {
        total += piece.readableBytes
        let room = limit - bytes.readableBytes
        if piece.readableBytes <= room {
            bytes.writeImmutableBuffer(piece)
        } else if room > 0, let part = piece.getSlice(at: piece.readerIndex, length: room) {
            bytes.writeImmutableBuffer(part)
        }
    }

    /// Forgets the bytes and keeps the count.
    mutating func drop() { bytes = ByteBuffer() }
}
