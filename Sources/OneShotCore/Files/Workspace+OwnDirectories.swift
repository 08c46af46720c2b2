public import Foundation

extension Workspace {
    /// The directories below `data/` that hold what OneShot writes. A snapshot of a repository never takes them in.
    public var ownDirectories: [URL] {
        [
            state, data.appendingPathComponent("traces/v3"), createdTasks, preparedTasks, runs,
            data.appendingPathComponent("rollouts"),
        ]
    }

    /// Creates one of our directories where it is missing. Inside a git repository it gets a `.gitignore` of its own
    /// that covers everything in it, so that `git status` says the same as before.
    public func makeOwnDirectory(_ url: URL, mode: Int = 0o755) throws {
        guard !FileManager.default.fileExists(atPath: url.path) else { return }
        try AtomicFile.makeDirectory(url.deletingLastPathComponent())
        try AtomicFile.makeDirectory(url, mode: mode)
        let parents = sequence(first: url) { $0.path == "/" ? nil : $0.deletingLastPathComponent() }
        let isInRepository = parents.contains {
            FileManager.default.fileExists(atPath: $0.appendingPathComponent(".git").path)
        }
        if isInRepository { try AtomicFile.write("*\n", to: url.appendingPathComponent(".gitignore")) }
    }
}
