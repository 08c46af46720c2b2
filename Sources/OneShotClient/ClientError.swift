public import OneShotCore

/// A request to somebody else's API that came to nothing. No case holds a key.
public enum ClientError: OneShotError, Equatable {
    case badAddress(String)
    case noKey
    /// `text` names no model that can be asked.
    case badModel(String, reason: String)
    case keyMissing(variable: String)
    case unreachable(host: String, reason: String)
    /// `message` is the server's own, one line.
    case refused(host: String, status: Int, message: String)
    /// The answer is not what was asked for.
    case unusable(host: String, problem: String)

    public var description: String {
        switch self {
        case .badAddress(let text): "'\(text)' is no address; write one such as https://api.example.com/v1"
        case .noKey:
            "a draft needs a model; set OPENAI_API_KEY or ANTHROPIC_API_KEY (and ONESHOT_JUDGE_BASE_URL, "
                + "ONESHOT_JUDGE_MODEL), or leave '--draft' out"
        case .badModel(let text, let reason): "'\(text)' names no model: \(reason)"
        case .keyMissing(let variable):
            "the model's key is missing; set \(variable), or name another with ',key=VARIABLE'"
        case .unreachable(let host, let reason):
            "\(host) cannot be reached: \(reason); check the address and the network"
        case .refused(let host, 401, let message):
            "\(host) does not accept the key (status 401\(Self.tail(message))); check the key in the environment"
        case .refused(let host, 429, let message):
            "\(host) has had enough requests (status 429\(Self.tail(message))); try again later"
        case .refused(let host, let status, let message):
            "\(host) refused the request: status \(status)\(Self.tail(message))"
        case .unusable(let host, let problem): "the answer of \(host) cannot be used: \(problem); try again"
        }
    }

    private static func tail(_ message: String) -> String { message.isEmpty ? "" : ", \(message)" }

    public var exitCode: ExitCode {
        switch self {
        case .badAddress, .noKey, .badModel, .keyMissing: .usage
        case .unreachable, .refused, .unusable: .environment
        }
    }
}
