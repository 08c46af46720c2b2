import NIOCore

/// Bytes that wait to be written, in pieces, so that none has to be moved to make room for more, and so that they can
/// be taken a few at a time.
struct BodyPieces: Sendable {
    enum Piece: Sendable {
        case inMemory(ByteBuffer)
        case away(Overflow.Piece)

        var count: Int {
            switch self {
            case .inMemory(let bytes): bytes.readableBytes
            case .away(let piece): piece.count
            }
        }
    }

    /// Of one piece, in bytes.
    private static let limit = 64 << 10
    /// A shorter piece costs less in memory than to put it away.
    private static let leastAway = 4 << 10

    private(set) var pieces: [Piece] = []
    /// In bytes.
    private(set) var count = 0
    /// Of these, what is in memory.
    private(set) var inMemory = 0

    var isEmpty: Bool { pieces.isEmpty }

    /// Keeps a copy: what came from a socket is a part of a larger buffer, which would be kept with it.
    mutating func append(_ bytes: ByteBuffer) {
        count += bytes.readableBytes
        inMemory += bytes.readableBytes
        var rest = bytes
        if case .inMemory(var last) = pieces.last, last.readableBytes + rest.readableBytes <= Self.limit {
            pieces.removeLast()
            last.writeImmutableBuffer(rest)
            pieces.append(.inMemory(last))
            return
        }
        while let part = rest.readSlice(length: min(Self.limit, rest.readableBytes)), part.readableBytes > 0 {
            var own = ByteBuffer()
            own.writeImmutableBuffer(part)
            pieces.append(.inMemory(own))
        }
    }

    mutating func append(_ later: BodyPieces) {
        pieces += later.pieces
        count += later.count
        inMemory += later.inMemory
    }

    /// The first pieces, of `limit` bytes together or just over it.
    mutating func takeFirst(_ limit: Int) -> BodyPieces {
        var taken = BodyPieces()
        while taken.count < limit, taken.pieces.count < pieces.count {
            taken.append(piece: pieces[taken.pieces.count])
        }
        pieces.removeFirst(taken.pieces.count)
        count -= taken.count
        inMemory -= taken.inMemory
        return taken
    }

    private mutating func append(piece: Piece) {
        pieces.append(piece)
        count += piece.count
        if case .inMemory = piece { inMemory += piece.count }
    }

    /// Hands what is in memory to the overflow.
    ///
    /// - Returns: what the overflow has to write.
    mutating func moveAway(to overflow: Overflow) -> [Overflow.Piece] {
        var moved: [Overflow.Piece] = []
        for index in pieces.indices {
            guard case .inMemory(let bytes) = pieces[index], bytes.readableBytes >= Self.leastAway else { continue }
            let piece = Overflow.Piece(bytes, of: overflow)
            pieces[index] = .away(piece)
            inMemory -= bytes.readableBytes
            moved.append(piece)
        }
        return moved
    }
}

extension BodyPieces.Piece {
    /// - Throws: ``OverflowError``: they could not be read back.
    func bytes() throws -> ByteBuffer {
        switch self {
        case .inMemory(let bytes): bytes
        case .away(let piece): try piece.bytes()
        }
    }
}
