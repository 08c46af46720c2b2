/// Bytes that are not an HTTP/1 message, or one whose length two readers could understand differently (RFC 9112,
/// sections 5 to 7 and 11).
public enum HTTPFramingError: Error, Equatable, CustomStringConvertible {
    case headTooLarge(limit: Int)
    case tooManyFields(limit: Int)
    case malformedStartLine
    case unsupportedVersion
    /// A header line without a name and a colon.
    case malformedField
    /// `Name : value`, which readers take for different names.
    case blankBeforeColon
    case obsoleteFolding
    case bareCarriageReturn
    case bareLineFeed
    case nulByte
    case malformedContentLength
    /// Two fields, even if they say the same.
    case repeatedContentLength
    /// `Content-Length` together with `Transfer-Encoding`.
    case conflictingLengths
    /// Any coding but `chunked`, alone and once.
    case unsupportedTransferEncoding
    /// `Transfer-Encoding` in HTTP/1.0, which knows none.
    case transferEncodingInOldVersion
    /// `Transfer-Encoding` in a response that cannot have a body: 1xx and 204.
    case transferEncodingWithoutBody(status: Int)
    /// A CONNECT with a body, which could as well be the first bytes of the tunnel.
    case bodyOfConnect
    case malformedChunkSize
    case chunkTooLarge
    case chunkExtensionsTooLong(limit: Int)
    /// The data of a chunk is not followed by a line end.
    case malformedChunkEnd
    case trailersTooLarge(limit: Int)
    case malformedTrailer
    /// The connection ended inside a message.
    case truncated

    public var description: String {
        switch self {
        case .headTooLarge(let limit): "the head is longer than \(limit) bytes"
        case .tooManyFields(let limit): "the head has more than \(limit) header lines"
        case .malformedStartLine: "the first line is not HTTP"
        case .unsupportedVersion: "the HTTP version is not 1.0 or 1.1"
        case .malformedField: "a header line has no name and colon"
        case .blankBeforeColon: "a header line has a blank before its colon"
        case .obsoleteFolding: "a header line begins with a blank"
        case .bareCarriageReturn: "a carriage return is not followed by a line feed"
        case .bareLineFeed: "a line feed does not follow a carriage return"
        case .nulByte: "the head holds a zero byte"
        case .malformedContentLength: "Content-Length is not a number"
        case .repeatedContentLength: "Content-Length is given twice"
        case .conflictingLengths: "Content-Length and Transfer-Encoding are both given"
        case .unsupportedTransferEncoding: "the Transfer-Encoding is not chunked"
        case .transferEncodingInOldVersion: "HTTP/1.0 has no Transfer-Encoding"
        case .transferEncodingWithoutBody(let status): "a \(status) response has no body to be chunked"
        case .bodyOfConnect: "CONNECT has no body"
        case .malformedChunkSize: "the size of a chunk is not a hexadecimal number"
        case .chunkTooLarge: "the size of a chunk is too large"
        case .chunkExtensionsTooLong(let limit): "the extensions of the chunks are longer than \(limit) bytes"
        case .malformedChunkEnd: "a chunk does not end where its size says"
        case .trailersTooLarge(let limit): "the trailers are longer than \(limit) bytes"
        case .malformedTrailer: "a trailer line is malformed"
        case .truncated: "the connection ended inside a message"
        }
    }
}
