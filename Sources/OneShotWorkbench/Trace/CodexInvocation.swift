import OneShotCore

/// The arguments of one call of the Codex CLI, and what must be added for all of its traffic to be recorded.
///
/// Observed with codex-cli 0.163: later options win over earlier ones, and `--enable` over `-c`, so options placed
/// before the user's own never override them.
public struct CodexInvocation: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// The full-screen program, which by default leaves the talking to a daemon that outlives it.
        case interactive
        /// `codex exec`, `codex review` and the like: one process.
        case headless
        /// Talks to no model, or handles credentials (`codex login`): nothing to record.
        case administrative
    }

    public var arguments: [String]

    public init(_ arguments: [String]) { self.arguments = arguments }

    public var kind: Kind {
        switch subcommand {
        case nil, "resume", "fork":
            isAboutItself ? .administrative : .interactive
        case "exec", "e", "review", "app-server", "exec-server", "cloud", "agents", "remote-control", "doctor", "queue":
            isAboutItself ? .administrative : .headless
        default: .administrative
        }
    }

    /// The options to put before ``arguments``.
    ///
    /// - Parameters:
    ///   - help: what `codex --help` prints, which tells whether this version has `--no-daemon`.
    ///   - configuration: the text of the user's `config.toml`; what it speaks of is left to it.
    public func addedOptions(help: String, configuration: String) -> [String] {
        guard kind != .administrative else { return [] }
        let settled = Self.words(in: configuration)
        var options: [String] = []
        for (key, word) in Self.settings where !settled.contains(word) { options += ["-c", "\(key)=false"] }
        if kind == .interactive, help.contains("--no-daemon"), !arguments.contains("--no-daemon"),
            !arguments.contains(where: { $0 == "--remote" || $0.hasPrefix("--remote=") })
        {
            // A daemon that was started earlier keeps the environment of its own start and bypasses the recorder.
            options.append("--no-daemon")
        }
        return options
    }

    /// Without these, Codex waits for ever when the recorder is gone, and talks to three more hosts of no interest.
    private static let settings = [
        ("features.unbounded_connection_retries", "unbounded_connection_retries"),
        ("analytics.enabled", "analytics"),
        ("features.plugins", "plugins"),
        ("features.api_key_model_discovery", "api_key_model_discovery"),
    ]

    private static let subcommands: Set<String> = [
        "agents", "exec", "e", "review", "login", "logout", "mcp", "plugin", "app-server", "remote-control",
        "completion", "update", "doctor", "sandbox", "debug", "apply", "a", "resume", "queue", "archive", "delete",
        "migrate-rollouts", "unarchive", "fork", "cloud", "exec-server", "features", "help",
    ]

    private static let optionsWithValue: Set<String> = [
        "-c", "--config", "--enable", "--disable", "--remote", "--remote-auth-token-env", "-i", "--image", "-m",
        "--model", "--local-provider", "-p", "--profile", "-s", "--sandbox", "-C", "--cd", "--add-dir", "-a",
        "--ask-for-approval",
    ]

    /// The first word that is neither an option nor the value of one, if it names a subcommand.
    private var subcommand: String? {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--" { return nil }
            guard word.hasPrefix("-") else { return Self.subcommands.contains(word) ? word : nil }
            if Self.optionsWithValue.contains(word) { _ = rest.popFirst() }
        }
        return nil
    }

    private var isAboutItself: Bool {
        arguments.prefix { $0 != "--" }.contains { ["-h", "--help", "-V", "--version"].contains($0) }
    }

    /// The words of a TOML text outside its comments.
    private static func words(in configuration: String) -> Set<String> {
        let lines = configuration.textLines.map { $0.prefix { $0 != "#" } }
        return Set(
            lines.flatMap { line in
                line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
            }
        )
    }
}
