import NIOCore

/// The same bytes, cut into pieces of different sizes: a parser must not see the difference.
enum Cutting {
    static let sizes = [1, 2, 3, 7, 64, 1 << 20]

    static func pieces(_ bytes: ByteBuffer, of size: Int) -> [ByteBuffer] {
        var rest = bytes
        var pieces: [ByteBuffer] = []
        while rest.readableBytes > 0, let piece = rest.readSlice(length: min(size, rest.readableBytes)) {
            pieces.append(piece)
        }
        return pieces
    }

    static func pieces(_ text: String, of size: Int) -> [ByteBuffer] { pieces(ByteBuffer(string: text), of: size) }
}
