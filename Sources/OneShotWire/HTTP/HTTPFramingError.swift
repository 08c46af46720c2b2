/// Bytes that are not an HTTP/1 message, or one whose length two readers could understand differently (RFC 9112,
/// sections 5 to 7 and 11).
public enum HTTPFramingError: Error, Equatable, CustomStringConvertible {
    case headTooLarge(limit: Int)
    case malformedStartLine
    case unsupportedVersion
    case malformedField
    case obsoleteFolding
    /// A carriage return or line feed on its own.
    case bareLineEnd
    case malformedContentLength
    /// Two lengths, or a length together with `Transfer-Encoding`.
    case conflictingLengths
    case unsupportedTransferEncoding
    case malformedChunk
    /// The connection ended inside a message.
    case truncated

    public var description: String {
        switch self {
        case .headTooLarge(let limit): "the head is longer than \(limit) bytes"
        case .malformedStartLine: "the first line is not HTTP"
        case .unsupportedVersion: "the HTTP version is not 1.0 or 1.1"
        case .malformedField: "a header line is malformed"
        case .obsoleteFolding: "a header line begins with a blank"
        case .bareLineEnd: "a line end is not CR LF"
        case .malformedContentLength: "Content-Length is not a number"
        case .conflictingLengths: "the length of the body is ambiguous"
        case .unsupportedTransferEncoding: "the Transfer-Encoding is not chunked"
        case .malformedChunk: "a chunk of the body is malformed"
        case .truncated: "the connection ended inside a message"
        }
    }
}
