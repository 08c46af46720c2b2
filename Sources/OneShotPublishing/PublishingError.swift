public import OneShotCore

/// Why a task was not uploaded.
public enum PublishingError: OneShotError, Equatable {
    case badRepository(name: String)
    case badPath(path: String)
    case badEndpoint(text: String)
    case noToken
    /// Each place as `path:line: rule`.
    case secrets(places: [String], count: Int)
    case notValidated(path: String, reason: String)
    /// The task says that it is private and the repository would be public.
    case sensitive(level: String)
    case unreachable(endpoint: String, reason: String)
    case tokenRefused(endpoint: String)
    case forbidden(repository: String, message: String)
    case rejected(step: String, status: Int, message: String)
    case strangeAnswer(step: String, problem: String)

    public var description: String {
        switch self {
        case .badRepository(let name):
            "'\(name)' names no dataset repository; write OWNER/NAME, of letters, digits, '-', '_' and '.'"
        case .badPath(let path): "'\(path)' is no path in a repository; write one such as tasks/my-task"
        case .badEndpoint(let text): "HF_ENDPOINT is '\(text)', which is no http(s) address; unset it, or mend it"
        case .noToken:
            "no access token; set HF_TOKEN to one with write access (https://huggingface.co/settings/tokens)"
        case .secrets(let places, let count):
            "not uploaded: \(count == 1 ? "a secret" : "\(count) secrets") in the task: "
                + places.joined(separator: "; ") + (count > places.count ? "; …" : "")
                + "; take it out and prepare again, or say that a file is harmless with '--allow PATH'"
        case .notValidated(let path, let reason):
            "not uploaded: \(reason); run 'oneshot validate \(path)', or upload it as it is with '--unvalidated'"
        case .sensitive(let level):
            "not uploaded: tb_meta.json says that the task is \(level); upload it with '--private'"
        case .unreachable(let endpoint, let reason): "\(endpoint) cannot be reached: \(reason)"
        case .tokenRefused(let endpoint): "\(endpoint) does not accept the access token; set HF_TOKEN to a valid one"
        case .forbidden(let repository, let message):
            "no right to write to \(repository)\(message.isEmpty ? "" : " (\(message))"); use a token with write access to it"
        case .rejected(let step, let status, let message):
            "\(step) was refused with HTTP \(status)\(message.isEmpty ? "" : ": \(message)")"
        case .strangeAnswer(let step, let problem): "\(step): the server's answer is not what the Hub's is: \(problem)"
        }
    }

    public var exitCode: ExitCode {
        switch self {
        case .badRepository, .badPath, .badEndpoint: .usage
        case .secrets, .notValidated, .sensitive: .negative
        default: .environment
        }
    }
}
