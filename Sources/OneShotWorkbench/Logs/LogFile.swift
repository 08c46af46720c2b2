public import Foundation
public import OneShotCore

/// The logs that a workspace keeps.
public enum LogFile: String, CaseIterable, Sendable {
    /// One line for each exchange, and what the recorder has to say.
    case proxy
    /// One line for each session that has changed.
    case cleaner
    /// What the MCP servers were asked.
    case mcp

    public func url(in workspace: Workspace) -> URL {
        workspace.logs.appendingPathComponent("\(rawValue).log")
    }

    /// Moves a log that has grown large aside, over the one that was moved before.
    static func rotate(_ url: URL, above limit: Int = 8 << 20) {
        guard let size = try? url.resourceValues(forKeys: [.fileSizeKey]).fileSize, size > limit else { return }
        rename(url.path, url.path + ".1")
    }
}
