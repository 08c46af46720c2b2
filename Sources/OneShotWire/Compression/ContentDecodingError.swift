/// Why a body could not be brought out of its content codings.
public enum ContentDecodingError: Error, Equatable, CustomStringConvertible {
    /// A coding that we do not know, or more of them than anyone means.
    case unsupported(String)
    /// The bytes are not in this coding, or others follow where it has ended.
    case corrupt(String)
    /// The body would be longer than the limit: a bomb, or a body that nobody meant to keep.
    case tooLong(limit: Int)

    public var description: String {
        switch self {
        case .unsupported(let coding): "the content coding \(coding) is not known"
        case .corrupt(let coding): "the body is not what its content coding \(coding) says"
        case .tooLong(let limit): "the decoded body is longer than \(limit) bytes"
        }
    }
}
