public import OneShotCore

/// What can go wrong between a person and the recorder in the background.
public enum WorkbenchError: OneShotError, Equatable {
    /// `reason` is the last line of its log.
    case recorderDidNotStart(reason: String, log: String)
    case recorderDidNotStop(pid: Int32)
    /// Another process records in this workspace, in a way that does not allow what was asked.
    case recorderInUse(pid: Int32, port: Int, remedy: String)
    case badRunID(String)
    case badUpstream(String)
    case badReverse(String)
    case badHost(option: String, host: String)
    case badToken
    case foreignFile(path: String)
    case noExecutable(path: String)
    case noTrustStore(reason: String)
    case needsRoot(command: String)

    public var description: String {
        switch self {
        case .recorderDidNotStart(let reason, let log):
            "the recorder did not start: \(reason) (log: \(log))"
        case .recorderDidNotStop(let pid):
            "the recorder (pid \(pid)) was asked to end but still runs; look at 'oneshot logs proxy'"
        case .recorderInUse(let pid, let port, let remedy):
            "a recorder (pid \(pid), port \(port)) already runs in this workspace; \(remedy)"
        case .badRunID(let text):
            "'\(text)' is no run id: use 1 to 128 of the characters A-Z a-z 0-9 . _ -"
        case .badUpstream(let text):
            "'\(text)' is no upstream: write HOST=URL, such as api.openai.com=http://127.0.0.1:9999"
        case .badReverse(let text):
            "'\(text)' is nothing to stand for: write --reverse URL or PORT=URL, such as 18081=https://api.openai.com"
        case .badHost(let option, let host):
            "\(option) '\(host)': write a host such as models.example.com, .example.com or models.example.com:8443"
        case .badToken:
            "\(ProxyToken.variable) needs 8 to 128 of the characters A-Z a-z 0-9 . _ ~ -"
        case .foreignFile(let path):
            "\(path) was not written by oneshot and is left alone; move it away, or choose another place with --bin"
        case .noExecutable(let path):
            "\(path) is no program that can be run; set ONESHOT to the oneshot program"
        case .noTrustStore(let reason):
            "this system's trust store cannot be changed: \(reason)"
        case .needsRoot(let command):
            "the system's trust store belongs to root; run: \(command)"
        }
    }

    public var exitCode: ExitCode {
        switch self {
        case .badRunID, .badUpstream, .badReverse, .badHost, .badToken: .usage
        default: .environment
        }
    }
}
