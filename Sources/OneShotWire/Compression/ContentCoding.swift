public import NIOCore

/// `Content-Encoding`s that we can undo.
public enum ContentCoding {
    /// - Parameter limit: the most bytes to produce.
    /// - Returns: nil for a coding that we do not know, or bytes that are not in it. Of a body that stops early it is
    ///   what there is.
    public static func decode(_ body: ByteBuffer, coding: String, limit: Int = 256 << 20) -> ByteBuffer? {
        switch coding {
        case "gzip", "x-gzip": inflate(body, .zlibOrGzip, limit)
        // Servers send `deflate` with and without a zlib header.
        case "deflate": inflate(body, .zlibOrGzip, limit) ?? inflate(body, .raw, limit)
        default: nil
        }
    }

    private static func inflate(_ body: ByteBuffer, _ format: Inflater.Format, _ limit: Int) -> ByteBuffer? {
        var output = ByteBuffer()
        do {
            try Inflater(format).inflate(body, into: &output, limit: limit)
            return output
        } catch {
            return nil
        }
    }
}
