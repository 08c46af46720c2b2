public import OneShotCore

/// Why `config.toml` was left as it is.
public enum CodexConfigurationError: OneShotError, Equatable {
    /// Somebody else's `[mcp_servers.oneshot]`.
    case alreadyDefined(path: String, line: Int)
    case inlineServers(path: String, line: Int)
    case damagedBlock(path: String, line: Int)
    case notTOML(path: String, line: Int, problem: String)

    public var description: String {
        switch self {
        case .alreadyDefined(let path, let line):
            "\(path): line \(line) already defines mcp_servers.oneshot, and not by 'oneshot mcp install'; remove it first"
        case .inlineServers(let path, let line):
            "\(path): line \(line) defines mcp_servers as one value, to which no server can be added; "
                + "write each server as a table [mcp_servers.NAME]"
        case .damagedBlock(let path, let line):
            "\(path): line \(line): a '\(MarkedBlock.opening)' without '\(MarkedBlock.closing)', or the other way round; "
                + "remove what is left of the block"
        case .notTOML(let path, let line, let problem): "\(path): line \(line): \(problem); Codex cannot read it either"
        }
    }

    public var exitCode: ExitCode { .usage }
}
