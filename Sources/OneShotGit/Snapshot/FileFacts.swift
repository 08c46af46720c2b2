import Foundation

/// What the file system says of a path that git has named, which is bytes; a symbolic link is not followed.
struct FileFacts {
    /// One of `S_IFREG`, `S_IFDIR`, `S_IFLNK`…
    let kind: mode_t
    let isExecutable: Bool
    /// In bytes.
    let size: Int

    /// - Returns: nil where there is no such file.
    init?(_ path: Data, below top: URL) {
        var facts = stat()
        let found = Self.whole(path, below: top).withUnsafeBytes { bytes in
            bytes.baseAddress.map { lstat($0.assumingMemoryBound(to: CChar.self), &facts) == 0 } ?? false
        }
        guard found else { return nil }
        kind = facts.st_mode & S_IFMT
        isExecutable = facts.st_mode & S_IXUSR != 0
        size = Int(facts.st_size)
    }

    /// With a zero behind it.
    private static func whole(_ path: Data, below top: URL) -> Data {
        Data((top.path == "/" ? "/" : top.path + "/").utf8) + path + [0]
    }
}
