import Foundation
import OneShotCore

/// An index file of ours, so that the person's own stays as it is to the byte.
struct PrivateIndex: Sendable {
    /// Git at the top of the repository, working on our index.
    let git: Git

    /// An empty index in `directory`.
    ///
    /// Filters are off for every command on it, not for `add` alone: whichever command writes the index looks again at
    /// files that were changed in the second before, through their filter.
    init(of repository: Repository, in directory: URL) async throws {
        var git = repository.git
        git.environment["GIT_INDEX_FILE"] = directory.appendingPathComponent("index").path
        // A split index would leave its shared half in the person's `.git`.
        let ours = ["core.splitIndex": "false", "core.safecrlf": "false", "advice.addEmbeddedRepo": "false"]
        git.settings = try await repository.settingsWithoutFilters().merging(ours) { _, ours in ours }
        self.git = git
    }

    /// A copy of the repository's index in `directory`: what git knows there about each file's size and times saves
    /// reading the files again.
    static func copied(from repository: Repository, into directory: URL) async throws -> PrivateIndex {
        let path = try await repository.git.line(["rev-parse", "--path-format=absolute", "--git-path", "index"])
        try copy(path, to: directory.appendingPathComponent("index").path)
        return try await PrivateIndex(of: repository, in: directory)
    }

    /// The copy keeps the modification time: git reads a file again that was changed in the same tick as its index
    /// was written, and it must go on doing so.
    private static func copy(_ source: String, to target: String) throws {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else {
            if errno == ENOENT { return }
            throw FileError.unreadable(path: source, reason: String(cString: strerror(errno)))
        }
        let handle = FileHandle(fileDescriptor: input, closeOnDealloc: true)
        var facts = stat()
        guard fstat(input, &facts) == 0, let data = try? handle.readToEnd() ?? Data() else {
            throw FileError.unreadable(path: source, reason: String(cString: strerror(errno)))
        }
        try AtomicFile.write(data, to: URL(fileURLWithPath: target), mode: 0o600)
        #if canImport(Darwin)
            let times = [facts.st_atimespec, facts.st_mtimespec]
        #else
            let times = [facts.st_atim, facts.st_mtim]
        #endif
        guard utimensat(AT_FDCWD, target, times, 0) == 0 else {
            throw FileError.unwritable(path: target, reason: String(cString: strerror(errno)))
        }
    }

    /// Takes these paths out, whether they are there or not.
    func remove(_ paths: [String]) async throws {
        guard !paths.isEmpty else { return }
        let arguments = ["rm", "-r", "-f", "-q", "--cached", "--sparse", "--ignore-unmatch", "--"]
        try await git.output(arguments + paths.map { ":(top,literal)\($0)" })
    }

    /// Files that the person told git to assume unchanged are looked at like all others.
    func forgetAssumptions() async throws {
        let listing = try await git.output(["ls-files", "-v", "-z"])
        var assumed = Data()
        for entry in listing.split(separator: 0) {
            guard let tag = entry.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(tag) else { continue }
            assumed += entry.dropFirst(2) + [0]
        }
        guard !assumed.isEmpty else { return }
        try await git.output(["update-index", "-z", "--no-assume-unchanged", "--stdin"], input: assumed)
    }

    func writeTree() async throws -> String { try await git.line(["write-tree", "--missing-ok"]) }
}
