public import Foundation
import OneShotClient
import OneShotCore

/// Codex's `config.toml`, to which our server is added and from which it is taken out again. Every byte that is not
/// ours stays as it is.
public struct CodexConfiguration: Sendable, Equatable {
    /// `CODEX_HOME`.
    public let home: URL
    public var file: URL { home.appendingPathComponent("config.toml") }

    public init(home: URL) { self.home = home }

    /// `~/.codex`, or what the variable `CODEX_HOME` says.
    public static func standard(environment: [String: String]) -> CodexConfiguration {
        if let home = environment["CODEX_HOME"], !home.isEmpty {
            return CodexConfiguration(home: URL(fileURLWithPath: home))
        }
        return CodexConfiguration(home: HomeDirectory.url(in: environment).appendingPathComponent(".codex"))
    }

    /// What was done to the file.
    public enum Change: String, Sendable {
        case installed, updated, unchanged, removed, absent
    }

    /// Adds our server, or brings an earlier entry of ours up to date.
    ///
    /// - Parameters:
    ///   - executable: the absolute path of `oneshot`.
    ///   - workspace: the workspace for all repositories; nil for the one that each repository lies in.
    ///   - drafts: whether the server may ask a model, so that Codex hands its key on to it.
    /// - Throws: ``CodexConfigurationError``, ``FileError``; the file stays as it was.
    public func install(executable: String, workspace: URL?, drafts: Bool = false) throws -> Change {
        let old = try content()
        let directoryExists = FileManager.default.fileExists(atPath: home.path)
        let text = old ?? ""
        let existing = try MarkedBlock.find(in: text, path: file.path)
        try checkSpace(in: existing?.removed(from: text) ?? text)

        let origin =
            existing?.origin ?? .init(hadFile: old != nil, hadDirectory: directoryExists, endedInLine: text.endsInLine)
        let lines = Self.table(executable: executable, workspace: workspace, drafts: drafts)
        let block = MarkedBlock.text(lines: lines, origin: origin)
        let new = existing?.replaced(in: text, by: block) ?? text + (text.endsInLine ? "" : "\n") + block
        guard new != text || old == nil else { return .unchanged }
        try AtomicFile.makeDirectory(home, mode: 0o700)
        try write(new)
        return existing == nil ? .installed : .updated
    }

    /// Takes our server out; the file is then as it was before, and gone if it was not there.
    public func uninstall() throws -> Change {
        guard let text = try content(), let block = try MarkedBlock.find(in: text, path: file.path) else {
            return .absent
        }
        let rest = block.removed(from: text)
        guard rest.isEmpty, !block.origin.hadFile else {
            try write(rest)
            return .removed
        }
        guard unlink(file.resolvingSymlinksInPath().path) == 0 else {
            throw FileError.unwritable(path: file.path, reason: String(cString: strerror(errno)))
        }
        // Fails, as it should, when somebody has put something into it.
        if !block.origin.hadDirectory { rmdir(home.path) }
        return .removed
    }

    /// - Throws: when the rest of the file leaves no room for our table.
    private func checkSpace(in text: String) throws {
        let outline: TOMLOutline
        do {
            outline = try TOMLOutline(parsing: text)
        } catch {
            throw CodexConfigurationError.notTOML(path: file.path, line: error.line, problem: error.problem)
        }
        let ours = ["mcp_servers", "oneshot"]
        for definition in outline.definitions {
            if definition.path.starts(with: ours) {
                throw CodexConfigurationError.alreadyDefined(path: file.path, line: definition.line)
            }
            if !definition.isHeader, definition.path == ["mcp_servers"] {
                throw CodexConfigurationError.inlineServers(path: file.path, line: definition.line)
            }
        }
    }

    /// What Codex needs to be told (observed with codex-cli 0.163): wait for the server, show its tools to every model
    /// at once, and run them in headless sessions too.
    private static func table(executable: String, workspace: URL?, drafts: Bool) -> [String] {
        let arguments = ["mcp", "serve"] + (workspace.map { ["--workspace", $0.path] } ?? [])
        return [
            "[mcp_servers.oneshot]",
            "command = \(quote(executable))",
            "args = [\(arguments.map(quote).joined(separator: ", "))]",
            "required = true",
            "startup_timeout_sec = 20",
            "tool_timeout_sec = 300",
            #"omit_tools_from = ["deferred"]"#,
            #"default_tools_approval_mode = "approve""#,
        ] + (drafts ? ["env_vars = [\(ModelConfiguration.variables.map(quote).joined(separator: ", "))]"] : [])
    }

    /// A TOML basic string; JSON's escapes are a subset of TOML's.
    private static func quote(_ text: String) -> String { JSON.string(text).compactText }

    private func content() throws -> String? {
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        guard let data = try? Data(contentsOf: file) else {
            throw FileError.unreadable(path: file.path, reason: "not a file, or no permission")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw FileError.malformed(path: file.path, place: "", problem: "is not UTF-8")
        }
        return text
    }

    /// Keeps the file's permissions, its owner and, where the name is a symbolic link, the link.
    private func write(_ text: String) throws {
        let target = file.resolvingSymlinksInPath()
        var facts = stat()
        let existed = stat(target.path, &facts) == 0
        let mode = existed ? facts.st_mode & 0o7777 : 0o600
        try AtomicFile.write(text, to: target, mode: mode)
        chmod(target.path, mode)
        if existed, facts.st_uid != geteuid() || facts.st_gid != getegid() {
            _ = chown(target.path, facts.st_uid, facts.st_gid)
        }
    }
}

extension String {
    fileprivate var endsInLine: Bool { isEmpty || utf8.last == UInt8(ascii: "\n") }
}
