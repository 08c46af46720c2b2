import Foundation
import NIOCore

/// Replaces values in a stream of bytes, also where one lies across the border of two pieces. It keeps back only what
/// may be the beginning of such a value.
struct SecretFilter {
    private var secrets: [[UInt8]] = []
    private var held = ByteBuffer()
    private static let placeholder = Array(SecretFields.placeholder.utf8)

    init(_ secrets: [String] = []) { add(secrets) }

    mutating func add(_ values: [String]) {
        for value in values where !value.isEmpty {
            let bytes = Array(value.utf8)
            if !secrets.contains(bytes) { secrets.append(bytes) }
        }
        // The longest first: one value may be part of another.
        secrets.sort { $0.count > $1.count }
    }

    /// - Returns: what is certain now.
    mutating func take(_ piece: ByteBuffer) -> ByteBuffer {
        guard !secrets.isEmpty else { return piece }
        var input = piece
        if held.readableBytes > 0 {
            input = held
            input.writeImmutableBuffer(piece)
            held = ByteBuffer()
        }
        var output = replaced(&input, isLast: false)
        let length = input.withUnsafeReadableBytes(heldLength)
        if length > 0, let rest = input.getSlice(at: input.writerIndex - length, length: length) {
            held = rest
            input.moveWriterIndex(to: input.writerIndex - length)
        }
        guard output != nil else { return input }
        output?.writeImmutableBuffer(input)
        return output ?? input
    }

    /// What was kept back, at the end of the stream.
    mutating func finish() -> ByteBuffer {
        var input = held
        held = ByteBuffer()
        guard var output = replaced(&input, isLast: true) else { return input }
        output.writeImmutableBuffer(input)
        return output
    }

    /// Takes everything up to the last value found from `input`; nil where there is none.
    private func replaced(_ input: inout ByteBuffer, isLast: Bool) -> ByteBuffer? {
        var output: ByteBuffer?
        while let (offset, length) = input.withUnsafeReadableBytes(firstMatch) {
            // What follows may make a longer value of it.
            if !isLast, input.withUnsafeReadableBytes({ mayGrow($0, from: offset) }) { break }
            var found = output ?? ByteBuffer()
            if let before = input.readSlice(length: offset) { found.writeImmutableBuffer(before) }
            found.writeBytes(Self.placeholder)
            input.moveReaderIndex(forwardBy: length)
            output = found
        }
        return output
    }

    private func firstMatch(in bytes: UnsafeRawBufferPointer) -> (offset: Int, length: Int)? {
        var first: (offset: Int, length: Int)?
        for secret in secrets {
            guard let offset = ByteSearch.firstIndex(of: secret, in: bytes) else { continue }
            if first.map({ offset < $0.offset }) ?? true { first = (offset, secret.count) }
        }
        return first
    }

    /// Whether all the bytes from here on are the beginning of a value.
    private func mayGrow(_ bytes: UnsafeRawBufferPointer, from offset: Int) -> Bool {
        let length = bytes.count - offset
        guard let base = bytes.baseAddress else { return false }
        return secrets.contains { $0.count > length && memcmp(base + offset, $0, length) == 0 }
    }

    /// The longest end of these bytes that one of the values begins with.
    private func heldLength(of bytes: UnsafeRawBufferPointer) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        var longest = 0
        for secret in secrets {
            var length = min(secret.count - 1, bytes.count)
            while length > longest {
                if memcmp(base + (bytes.count - length), secret, length) == 0 { longest = length }
                length -= 1
            }
        }
        return longest
    }
}
