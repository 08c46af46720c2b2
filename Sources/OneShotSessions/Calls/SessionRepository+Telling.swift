import OneShotCore

/// What agents tell the model about the directory that they work in, in the words of their prompts.
extension SessionRepository {
    /// From Codex's environment context, or from Claude Code's system texts and reminders.
    ///
    /// - Returns: nil for a text that tells nothing of it.
    init?(toldIn item: InputItem) {
        guard item.kind == "message" else { return nil }
        let text = item.text
        self.init()
        if text.utf8.starts(with: "<environment_context>".utf8) {
            directory = text.firstMatch(of: /<cwd>([^<]+)<\/cwd>/).map { String($0.1) }
        } else if item.isInstruction || text.utf8.starts(with: "<system-reminder>".utf8) {
            readClaudeCode(text)
        }
        guard self != SessionRepository() else { return nil }
    }

    /// Lines such as `- Primary working directory: /src`, `Current branch: main`, and the first of the recent commits.
    private mutating func readClaudeCode(_ text: String) {
        guard text.contains("orking directory: ") || text.contains("Current branch: ") else { return }
        var isCommit = false
        for line in text.textLines where !line.isEmpty {
            let line = line.drop { $0 == " " || $0 == "-" }
            if isCommit {
                commit = line.prefix { $0.isHexDigit }.count >= 7 ? String(line.prefix { $0.isHexDigit }) : nil
                isCommit = false
            }
            for start in ["Primary working directory: ", "Working directory: "] where line.hasPrefix(start) {
                directory = directory ?? String(line.dropFirst(start.count))
            }
            if line.hasPrefix("Current branch: ") {
                branch = branch ?? String(line.dropFirst("Current branch: ".count))
            }
            if line == "Recent commits:" { isCommit = commit == nil }
        }
    }

    /// What is known, and where that is nothing, what the other knows.
    func completed(by other: SessionRepository) -> SessionRepository {
        SessionRepository(
            directory: directory ?? other.directory,
            remoteURL: remoteURL ?? other.remoteURL,
            branch: branch ?? other.branch,
            commit: commit ?? other.commit
        )
    }

    /// The address without a user name and a password before the host.
    static func withoutCredentials(_ address: String) -> String {
        guard let scheme = address.firstRange(of: "://") else { return address }
        let authority = address[scheme.upperBound...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return address }
        return String(address[..<scheme.upperBound] + address[address.index(after: at)...])
    }
}

extension InputItem {
    /// For all of the conversation, and the same for all threads of a session.
    var isInstruction: Bool { role == "developer" || role == "system" }
}
