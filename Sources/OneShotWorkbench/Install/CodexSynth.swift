public import Foundation
import OneShotCore
import OneShotProcess

/// The command `codex-synth`: a script of a few lines that runs Codex under `oneshot trace`.
public struct CodexSynth: Sendable {
    public static let name = "codex-synth"

    public var directory: URL

    public init(directory: URL) { self.directory = directory }

    public var script: URL { directory.appendingPathComponent(Self.name) }

    public enum Outcome: Sendable, Equatable {
        case written
        /// It was there already, as it should be.
        case unchanged
    }

    private static let mark = "# Written by 'oneshot install codex-synth'"

    static func text(executable: URL) -> String {
        """
        #!/bin/sh
        \(mark); 'oneshot uninstall codex-synth' removes it.
        exec \(Command.quote(executable.path)) trace --agent codex -- codex "$@"

        """
    }

    /// Writes the script, over an earlier one of ours if need be.
    ///
    /// - Parameter executable: the `oneshot` program that the script is to run.
    /// - Throws: ``WorkbenchError/foreignFile(path:)``, `FileError`.
    public func install(executable: URL) throws -> Outcome {
        let text = Self.text(executable: executable)
        if let present = try existing() {
            guard present.contains(Self.mark) else { throw WorkbenchError.foreignFile(path: script.path) }
            if present == text, FileManager.default.isExecutableFile(atPath: script.path) { return .unchanged }
        }
        try AtomicFile.makeDirectory(directory)
        try AtomicFile.write(text, to: script, mode: 0o755)
        // The mode of a new file is cut by the umask.
        chmod(script.path, 0o755)
        return .written
    }

    /// Removes the script.
    ///
    /// - Returns: whether there was one.
    /// - Throws: ``WorkbenchError/foreignFile(path:)``, `FileError`.
    public func uninstall() throws -> Bool {
        guard let present = try existing() else { return false }
        guard present.contains(Self.mark) else { throw WorkbenchError.foreignFile(path: script.path) }
        guard unlink(script.path) == 0 else {
            throw FileError.unwritable(path: script.path, reason: String(cString: strerror(errno)))
        }
        return true
    }

    /// Whether a script of ours is in place.
    public var isInstalled: Bool { ((try? existing()) ?? nil)?.contains(Self.mark) ?? false }

    private func existing() throws -> String? {
        guard FileManager.default.fileExists(atPath: script.path) else { return nil }
        do {
            return String(decoding: try Data(contentsOf: script), as: UTF8.self)
        } catch {
            throw FileError.unreadable(path: script.path, reason: "no permission")
        }
    }
}

extension CodexSynth {
    /// Where the script goes when nobody says: `~/.local/bin` if that is on the `PATH`, else the first directory on
    /// it that we may write to and that is the user's or the administrator's own, else `~/.local/bin` all the same.
    public static func defaultDirectory(environment: [String: String]) -> URL {
        let home = HomeDirectory.url(in: environment).path
        let preferred = home + "/.local/bin"
        let path = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        if path.contains(preferred) { return URL(fileURLWithPath: preferred) }
        let usable = path.first { directory in
            (directory.hasPrefix(home + "/") || directory.hasPrefix("/usr/local/"))
                && access(directory, W_OK | X_OK) == 0
        }
        return URL(fileURLWithPath: usable ?? preferred)
    }

    /// The script that a shell with this `PATH` would run, ours or not.
    public static func onPath(environment: [String: String]) -> URL? {
        ProgramSearch(environment: environment).find(name)
    }
}
