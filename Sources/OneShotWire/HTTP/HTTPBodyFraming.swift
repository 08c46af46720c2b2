import NIOCore

/// How the end of a message's body is found (RFC 9112, section 6.3).
public enum HTTPBodyFraming: Sendable, Equatable {
    case none
    case length(Int)
    case chunked
    /// Up to the end of the connection; responses only.
    case untilClose

    init(request head: HTTPHead) throws(HTTPFramingError) {
        if try Self.isChunked(head) {
            self = .chunked
        } else if let length = try Self.length(head) {
            self = length == 0 ? .none : .length(length)
        } else {
            self = .none
        }
    }

    /// - Parameter method: of the request that this answers.
    init(response head: HTTPHead, to method: String) throws(HTTPFramingError) {
        // The lengths are checked even where there is no body: a peer that contradicts itself is not passed on.
        let isChunked = try Self.isChunked(head)
        let length = try Self.length(head)
        if method == "HEAD" || head.status < 200 || head.status == 204 || head.status == 304 {
            self = .none
        } else if isChunked {
            self = .chunked
        } else if let length {
            self = length == 0 ? .none : .length(length)
        } else {
            self = .untilClose
        }
    }

    private static func isChunked(_ head: HTTPHead) throws(HTTPFramingError) -> Bool {
        let codings = head.tokens("transfer-encoding")
        if codings.isEmpty, head.first("transfer-encoding") == nil { return false }
        guard codings == ["chunked"], head.minorVersion == 1 else { throw .unsupportedTransferEncoding }
        guard head.first("content-length") == nil else { throw .conflictingLengths }
        return true
    }

    private static func length(_ head: HTTPHead) throws(HTTPFramingError) -> Int? {
        let values = head.values("content-length")
        guard let value = values.first else { return nil }
        guard values.count == 1 else { throw .conflictingLengths }
        let isNumber = !value.isEmpty && value.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber, value.utf8.count <= 18, let length = Int(value) else { throw .malformedContentLength }
        return length
    }
}
