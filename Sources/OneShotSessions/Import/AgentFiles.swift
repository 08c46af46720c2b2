public import Foundation
import OneShotCore

/// Where agents keep what they write down.
public enum AgentFiles: String, Sendable, CaseIterable {
    case codex
    case claude

    /// `sessions` in `CODEX_HOME` or `~/.codex`; `projects` in `CLAUDE_CONFIG_DIR` or `~/.claude`.
    public func directory(environment: [String: String] = ProcessInfo.processInfo.environment) -> URL {
        let home = HomeDirectory.url(in: environment)
        func place(_ variable: String, _ name: String) -> URL {
            environment[variable].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0, isDirectory: true) }
                ?? home.appendingPathComponent(name)
        }
        return switch self {
        case .codex: place("CODEX_HOME", ".codex").appendingPathComponent("sessions")
        case .claude: place("CLAUDE_CONFIG_DIR", ".claude").appendingPathComponent("projects")
        }
    }

    /// The agents' files below a directory, in the order of their paths.
    ///
    /// - Throws: ``TranscriptError/unreadable(path:reason:)``.
    static func files(below directory: URL) throws -> [URL] {
        var failure: (any Error)?
        let walk = FileManager.default.enumerator(
            at: directory,
            includingPropertiesForKeys: [.isRegularFileKey],
            options: [],
            errorHandler: { _, error in
                failure = error
                return false
            }
        )
        let files = (walk?.compactMap { $0 as? URL } ?? []).filter(isTranscript)
        if let failure {
            throw TranscriptError.unreadable(path: directory.path, reason: (failure as NSError).localizedDescription)
        }
        return files.sorted { $0.path < $1.path }
    }

    /// By its name: agents keep other files of JSON lines beside them.
    private static func isTranscript(_ url: URL) -> Bool {
        guard url.pathExtension == "jsonl" else { return false }
        let name = url.deletingPathExtension().lastPathComponent
        return name.hasPrefix("rollout-") || name.hasPrefix("agent-") || UUID(uuidString: name) != nil
    }

    /// The other files of the same session, of its subagents: Claude Code keeps them in a directory named after the
    /// session, Codex beside it.
    static func related(to file: URL) -> [URL] {
        let subagents = file.deletingPathExtension().appendingPathComponent("subagents")
        if let files = try? files(below: subagents), !files.isEmpty { return files }
        guard file.lastPathComponent.hasPrefix("rollout-"), let id = sessionID(ofRollout: file) else { return [] }
        let siblings = (try? files(below: file.deletingLastPathComponent())) ?? []
        return siblings.filter { $0 != file && sessionID(ofRollout: $0) == id }
    }

    /// From the first line, which has all of the agent's instructions.
    private static func sessionID(ofRollout file: URL) -> String? {
        guard let handle = try? FileHandle(forReadingFrom: file) else { return nil }
        defer { try? handle.close() }
        guard let start = try? handle.read(upToCount: 1 << 20) else { return nil }
        let line = start.prefix { $0 != UInt8(ascii: "\n") }
        let meta = (try? JSON(parsing: line))?["payload"]
        return meta?["session_id"]?.string ?? meta?["id"]?.string
    }

    /// Which of them was changed last.
    static func newest(_ files: [URL]) -> URL? {
        func changed(_ url: URL) -> Date {
            (try? url.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate) ?? .distantPast
        }
        return files.max { changed($0) < changed($1) }
    }
}
