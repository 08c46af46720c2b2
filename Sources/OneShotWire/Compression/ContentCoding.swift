public import NIOCore

/// `Content-Encoding`s that we can undo: gzip, deflate, br and zstd, also several on top of each other.
public enum ContentCoding {
    /// - Parameters:
    ///   - codings: the elements of `Content-Encoding` in their order, in lower case.
    ///   - limit: the most bytes to produce.
    /// - Returns: nil for a coding that we do not know, bytes that are not in it, or a body over the limit. Of a body
    ///   that stops early it is what there is.
    public static func decode(_ body: ByteBuffer, codings: [String], limit: Int = 256 << 20) -> ByteBuffer? {
        do {
            return try ContentDecoder(codings: codings, limit: limit).feed(body)
        } catch {
            return nil
        }
    }

    public static func decode(_ body: ByteBuffer, coding: String, limit: Int = 256 << 20) -> ByteBuffer? {
        decode(body, codings: [coding], limit: limit)
    }
}
