public import Foundation

/// The directory whose `data/` holds everything that OneShot writes for a person's work.
///
/// Found as the product contract says: the nearest parent that holds `data/` or `oneshot.toml`, else the git root,
/// else the starting directory.
public struct Workspace: Sendable, Equatable {
    /// Absolute, without symbolic links resolved.
    public let root: URL

    public init(root: URL) {
        self.root = root.standardizedFileURL
    }

    /// The workspace that a command started in `directory` works on.
    public static func containing(_ directory: URL) -> Workspace {
        let parents = sequence(first: directory.standardizedFileURL) { url in
            url.path == "/" ? nil : url.deletingLastPathComponent()
        }
        let marked = parents.first { holds("data", in: $0, directory: true) || holds("oneshot.toml", in: $0) }
        return Workspace(root: marked ?? parents.first { holds(".git", in: $0) } ?? directory)
    }

    private static func holds(_ name: String, in directory: URL, directory wanted: Bool = false) -> Bool {
        var isDirectory: ObjCBool = false
        let path = directory.appendingPathComponent(name).path
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && (!wanted || isDirectory.boolValue)
    }

    public var data: URL { root.appendingPathComponent("data") }
    /// The recorder's database: one row for each exchange.
    public var rawDatabase: URL { data.appendingPathComponent("traces/v3/raw_synth_ai.db/traces.sqlite3") }
    /// The cleaner's database: one row for each session.
    public var cleanDatabase: URL { data.appendingPathComponent("traces/v3/clean_synth_ai.db/traces.sqlite3") }
    public var createdTasks: URL { data.appendingPathComponent("tasks/created") }
    public var preparedTasks: URL { data.appendingPathComponent("tasks/prepared") }
    public var runs: URL { data.appendingPathComponent("runs") }
    /// What belongs to processes and not to people: logs, locks, the state of open tasks.
    public var state: URL { data.appendingPathComponent(".oneshot") }
    public var logs: URL { state.appendingPathComponent("logs") }
}
