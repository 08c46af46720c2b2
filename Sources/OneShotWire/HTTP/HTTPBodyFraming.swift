import NIOCore

/// How the end of a message's body is found (RFC 9112, section 6.3).
public enum HTTPBodyFraming: Sendable, Equatable {
    case none
    case length(Int)
    case chunked
    /// Up to the end of the connection; responses only.
    case untilClose

    init(request head: HTTPHead) throws(HTTPFramingError) {
        let isChunked = try Self.isChunked(head)
        let length = try Self.length(head) ?? 0
        if head.method == "CONNECT", isChunked || length > 0 { throw .bodyOfConnect }
        self = isChunked ? .chunked : length == 0 ? .none : .length(length)
    }

    /// - Parameter method: of the request that this answers.
    init(response head: HTTPHead, to method: String) throws(HTTPFramingError) {
        // The lengths are checked even where there is no body: a peer that contradicts itself is not passed on.
        let isChunked = try Self.isChunked(head)
        let length = try Self.length(head)
        let isBodiless = head.status < 200 || head.status == 204
        // A client that overlooks the status would wait for chunks (RFC 9112, section 6.1).
        guard !isChunked || !isBodiless else { throw .transferEncodingWithoutBody(status: head.status) }
        let isTunnel = method == "CONNECT" && (200..<300).contains(head.status)
        if isBodiless || head.status == 304 || method == "HEAD" || isTunnel {
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
        guard head.first("transfer-encoding") != nil else { return false }
        guard head.first("content-length") == nil else { throw .conflictingLengths }
        guard head.minorVersion == 1 else { throw .transferEncodingInOldVersion }
        guard head.tokens("transfer-encoding") == ["chunked"] else { throw .unsupportedTransferEncoding }
        return true
    }

    private static func length(_ head: HTTPHead) throws(HTTPFramingError) -> Int? {
        let values = head.values("content-length")
        guard let value = values.first else { return nil }
        guard values.count == 1 else { throw .repeatedContentLength }
        let isNumber = !value.isEmpty && value.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber, value.utf8.count <= 18, let length = Int(value) else { throw .malformedContentLength }
        return length
    }
}
