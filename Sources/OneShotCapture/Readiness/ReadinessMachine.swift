import Foundation

/// What readiness asks of the machine, and where it draws its lines.
struct ReadinessMachine: Sendable {
    /// An untracked file of this size is rather a download or a build product than part of the work.
    var hugeFile = 50_000_000
    var manyFiles = 20_000
    var leastSpace: Int64 = 500_000_000
    /// For the search for secrets.
    var searchTime = Duration.seconds(5)
    /// Of the file system that holds a path, in bytes.
    var freeSpace: @Sendable (URL) -> Int64? = { url in
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: url.path)
        return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value
    }
    var canWrite: @Sendable (URL) -> Bool = { access($0.path, W_OK) == 0 }
    /// Whether the file of this path below a directory can be read; a symbolic link is read as such.
    var canRead: @Sendable (_ top: URL, _ path: String) -> Bool = { top, path in
        let file = top.path + "/" + path
        var facts = stat()
        guard lstat(file, &facts) == 0, facts.st_mode & S_IFMT != S_IFLNK else { return true }
        return access(file, R_OK) == 0
    }
}
