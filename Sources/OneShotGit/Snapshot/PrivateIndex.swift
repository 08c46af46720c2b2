import Foundation
import OneShotCore

/// The store's index of the working tree: the person's own at first, so that what git knows there about each file's
/// size and times saves reading the files again, and ours as long as theirs stays as it is.
struct PrivateIndex: Sendable {
    let store: SnapshotStore
    /// Git at the top of the working tree, with the store in place of the person's `.git`.
    let git: Git
    private let settings: WorkingTreeSettings

    init(of store: SnapshotStore, settings: WorkingTreeSettings) {
        var git = Git(store.repository.top, environment: SnapshotStore.environment)
        git.environment["GIT_DIR"] = store.directory.path
        git.environment["GIT_WORK_TREE"] = store.repository.top.path
        git.environment["GIT_OPTIONAL_LOCKS"] = "1"
        git.settings = settings.values.merging([
            "core.safecrlf": "false", "core.looseCompression": "1", "index.sparse": "false",
            // What a snapshot writes is what has changed, and not an index of the whole tree.
            "core.splitIndex": "true", "splitIndex.sharedIndexExpire": "now",
            // Git looks for new files only in directories that have changed, and keeps in the index what it knows.
            "core.untrackedCache": "true", "status.showUntrackedFiles": "all", "status.renames": "false",
        ]) { _, ours in ours }
        self.store = store
        self.git = git
        self.settings = settings
    }

    private var file: URL { store.directory.appendingPathComponent("index") }
    private var stampFile: URL { store.directory.appendingPathComponent("index.stamp") }
    private var treeFile: URL { store.directory.appendingPathComponent("index.tree") }

    /// Makes the index follow the person's, where that has changed since the last time.
    ///
    /// - Parameter excluded: paths that are not part of a snapshot, even where they are tracked.
    func follow(excluding excluded: [String]) async throws {
        let theirs = store.repository.gitDirectory.appendingPathComponent("index")
        let stamp = Data((Self.stamp(of: theirs) + "\n\(excluded)\n\(settings.values.sorted { $0.key < $1.key })").utf8)
        if FileManager.default.fileExists(atPath: file.path), (try? Data(contentsOf: stampFile)) == stamp { return }
        try forget()
        let mayAssume = try copy(theirs)
        try await remove(excluded)
        if mayAssume { try await forgetAssumptions() }
        try AtomicFile.write(stamp, to: stampFile, mode: 0o600)
    }

    /// Drops the index: the next snapshot begins with the person's again.
    func forget() throws { try Self.forget(in: store.directory) }

    static func forget(in store: URL) throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: store.path)) ?? []
        let ours = names.filter { $0.hasPrefix("sharedindex.") || ["index", "index.lock"].contains($0) }
        // The stamp first: an index without one is never used.
        for name in ["index.stamp", "index.tree"] + ours { unlink(store.appendingPathComponent(name).path) }
    }

    /// As ``forget(in:)``, with the commit that status compares the index with: it may be gone, too. So go the reports
    /// that git-fast-import(1) leaves when it fails.
    static func forgetAll(in store: URL) throws {
        try forget(in: store)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: store.path)) ?? []
        where name.hasPrefix("fast_import_crash_") {
            unlink(store.appendingPathComponent(name).path)
        }
        try AtomicFile.write("ref: refs/heads/main\n", to: store.appendingPathComponent("HEAD"))
    }

    private static func stamp(of url: URL) -> String {
        var facts = stat()
        guard stat(url.path, &facts) == 0 else { return "none" }
        #if canImport(Darwin)
            let (changed, modified) = (facts.st_ctimespec, facts.st_mtimespec)
        #else
            let (changed, modified) = (facts.st_ctim, facts.st_mtim)
        #endif
        return "\(facts.st_dev) \(facts.st_ino) \(facts.st_size) \(modified.tv_sec).\(modified.tv_nsec) "
            + "\(changed.tv_sec).\(changed.tv_nsec)"
    }

    /// The copy keeps the modification time: git reads a file again that was changed in the same tick as its index
    /// was written, and it must go on doing so.
    ///
    /// - Returns: whether an entry may be marked "assume unchanged".
    private func copy(_ source: URL) throws -> Bool {
        let input = open(source.path, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else {
            if errno == ENOENT { return false }
            throw FileError.unreadable(path: source.path, reason: String(cString: strerror(errno)))
        }
        let handle = FileHandle(fileDescriptor: input, closeOnDealloc: true)
        var facts = stat()
        guard fstat(input, &facts) == 0, let data = try? handle.readToEnd() ?? Data() else {
            throw FileError.unreadable(path: source.path, reason: String(cString: strerror(errno)))
        }
        // A split index: the half that several indexes share lies beside it.
        let beside = source.deletingLastPathComponent()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: beside.path)) ?? []
        for name in names where name.hasPrefix("sharedindex.") {
            try Self.write(
                try Data(contentsOf: beside.appendingPathComponent(name)),
                to: store.directory.appendingPathComponent(name)
            )
        }
        try Self.write(data, to: file)
        #if canImport(Darwin)
            let times = [facts.st_atimespec, facts.st_mtimespec]
        #else
            let times = [facts.st_atim, facts.st_mtim]
        #endif
        guard utimensat(AT_FDCWD, file.path, times, 0) == 0 else {
            throw FileError.unwritable(path: file.path, reason: String(cString: strerror(errno)))
        }
        return IndexFlags.mayAssumeUnchanged(data, objectFormat: store.repository.objectFormat)
    }

    /// Without the care of ``AtomicFile``: an index without its stamp is never used, and this one is large.
    private static func write(_ data: Data, to url: URL) throws {
        do {
            try data.write(to: url)
        } catch {
            throw FileError.unwritable(path: url.path, reason: "the disk may be full")
        }
    }

    /// Takes these paths out, with everything below them, whether they are there or not.
    private func remove(_ paths: [String]) async throws {
        guard !paths.isEmpty else { return }
        let tracked = try await git.output(["ls-files", "-z", "--"] + paths.map { ":(top,literal)\($0)" })
        try await update(["--force-remove"], tracked.split(separator: 0))
    }

    /// Files that the person told git to assume unchanged are looked at like all others.
    private func forgetAssumptions() async throws {
        let listing = try await git.output(["ls-files", "-v", "-z"])
        let assumed = listing.split(separator: 0).filter { entry in
            entry.first.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } ?? false
        }
        try await update(["--no-assume-unchanged"], assumed.map { $0.dropFirst(2) })
    }

    /// The tree that the index holds, when that is known without reading it.
    var knownTree: String? { try? String(contentsOf: treeFile, encoding: .utf8) }

    /// Takes the changes in.
    ///
    /// - Returns: the tree that the index holds then.
    func tree(with changes: WorkingTreeChanges) async throws -> String {
        unlink(treeFile.path)
        // Gone first: a file may stand where a directory was, and a link where files were.
        try await update(["--force-remove"], changes.gone.map(\.path))
        try await update(
            ["--add", "--remove", "--replace"],
            changes.present.map { $0.isRepository ? $0.path.dropLast() : $0.path }
        )
        let tree = try await git.line(["write-tree", "--missing-ok"])
        try AtomicFile.write(tree, to: treeFile)
        return tree
    }

    /// Stores these files with the bytes that the index would have of them, and without it.
    func objects(of paths: [String]) async throws -> [String] {
        guard !paths.isEmpty else { return [] }
        return try await git.line(["hash-object", "-w", "--"] + paths).split(separator: "\n").map(String.init)
    }

    private func update(_ arguments: [String], _ paths: [Data]) async throws {
        guard !paths.isEmpty else { return }
        let input = Data(paths.map { $0 + [0] }.joined())
        try await git.output(["update-index", "-z"] + arguments + ["--stdin"], input: input)
    }
}
