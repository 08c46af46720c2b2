import NIOCore

/// A body as it passes: what has not been handed to the writer yet, and how many bytes there were. What it keeps does
/// not depend on how long the body is.
struct CapturedBody: Sendable {
    /// Bytes that the writer has not got yet.
    private(set) var unsent = BodyPieces()
    private(set) var total = 0
    /// Bytes beyond this are counted and not kept.
    let limit: Int
    private var window: BodyWindow?

    /// - Parameter hasWindow: whether ``bytes`` are wanted.
    init(limit: Int, hasWindow: Bool = false) {
        self.limit = limit
        if hasWindow { window = BodyWindow() }
    }

    var isTruncated: Bool { total > limit }

    /// The body, as long as it is short; of a long one its beginning and its end (``BodyWindow``).
    var bytes: ByteBuffer { window?.bytes ?? ByteBuffer() }
    /// Whether ``bytes`` is all of it.
    var isWindowWhole: Bool { window.map { !$0.hasGap } ?? false }

    mutating func append(_ piece: ByteBuffer) {
        let room = limit - total
        total += piece.readableBytes
        window?.append(piece)
        if piece.readableBytes <= room {
            unsent.append(piece)
        } else if room > 0, let part = piece.getSlice(at: piece.readerIndex, length: room) {
            unsent.append(part)
        }
    }

    /// The writer has what was unsent.
    mutating func markSent() { if !unsent.isEmpty { unsent = BodyPieces() } }

    /// Nobody will look at ``bytes`` any more.
    mutating func closeWindow() { window = nil }

    /// Puts what an earlier draft had not sent before what this one has not sent.
    mutating func prepend(_ earlier: inout CapturedBody) {
        // The longer list is the one that stays where it is.
        swap(&unsent, &earlier.unsent)
        unsent.append(earlier.unsent)
    }

    /// Takes over the first of what another has not sent, `limit` bytes or just over that.
    mutating func takeFirst(_ limit: Int, of other: inout CapturedBody) { unsent = other.unsent.takeFirst(limit) }

    mutating func moveAway(to overflow: Overflow) -> [Overflow.Piece] { unsent.moveAway(to: overflow) }
}

/// The beginning and the end of a stream of bytes: enough to find what clients write at either side of their history.
struct BodyWindow: Sendable {
    private static let beginning = 32 << 10
    private static let ending = 96 << 10

    private var first = ByteBuffer()
    private var last = ByteBuffer()
    private(set) var hasGap = false

    var bytes: ByteBuffer {
        var joined = first
        joined.writeImmutableBuffer(last)
        return joined
    }

    mutating func append(_ piece: ByteBuffer) {
        var piece = piece
        let room = Self.beginning - first.readableBytes
        if room > 0, let part = piece.readSlice(length: min(room, piece.readableBytes)) {
            first.writeImmutableBuffer(part)
        }
        if piece.readableBytes > Self.ending {
            hasGap = true
            last = ByteBuffer()
            piece.moveReaderIndex(forwardBy: piece.readableBytes - Self.ending)
        }
        last.writeImmutableBuffer(piece)
        let excess = last.readableBytes - Self.ending
        guard excess > 0 else { return }
        hasGap = true
        last.moveReaderIndex(forwardBy: excess)
        // Moved seldom, so that each byte is moved about once.
        if last.readerIndex > Self.ending { last.discardReadBytes() }
    }
}
