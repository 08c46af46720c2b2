/// A header block or a sequence of frames that is not a message (RFC 9113, sections 8.1 to 8.3), or that could be read
/// as another message by somebody else on its way.
enum HTTP2MessageError: Error, Equatable, CustomStringConvertible {
    case malformedPseudoField(String)
    case malformedName
    case malformedValue(String)
    /// A field that concerns one connection, which HTTP/2 has no use for.
    case connectionField(String)
    case conflictingHosts
    case malformedContentLength
    case misplacedFrame
    case unsupportedMethod(String)

    var description: String {
        switch self {
        case .malformedPseudoField(let name): "\(name) is missing or malformed"
        case .malformedName: "a field name is malformed"
        case .malformedValue(let name): "the value of \(name) is malformed"
        case .connectionField(let name): "\(name) must not be sent over HTTP/2"
        case .conflictingHosts: "host and :authority differ"
        case .malformedContentLength: "content-length is not a number"
        case .misplacedFrame: "a frame came where it cannot be"
        case .unsupportedMethod(let method): "\(method) is not served over HTTP/2"
        }
    }
}
