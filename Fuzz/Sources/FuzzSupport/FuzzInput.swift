public import NIOCore

/// What libFuzzer hands to a target: a byte that chooses the variant, two that say into pieces of which sizes the rest
/// is cut, and the rest.
public struct FuzzInput {
    public let variant: UInt8
    public let bytes: ByteBuffer
    private let sizes: [Int]

    public init?(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        guard let start, count >= 3 else { return nil }
        variant = start[0]
        sizes = [Int(start[1]) + 1, Int(start[2]) + 1]
        bytes = ByteBuffer(bytes: UnsafeBufferPointer(start: start + 3, count: count - 3))
    }

    /// The bytes in pieces of the two sizes in turn.
    public var pieces: [ByteBuffer] {
        var rest = bytes
        var pieces: [ByteBuffer] = []
        while rest.readableBytes > 0,
            let piece = rest.readSlice(length: min(sizes[pieces.count % 2], rest.readableBytes))
        {
            pieces.append(piece)
        }
        return pieces
    }
}
