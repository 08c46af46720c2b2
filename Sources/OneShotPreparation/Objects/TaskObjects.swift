import Foundation
import OneShotCore
import OneShotGit
import OneShotProcess

/// A bare repository of ours that sees the objects of the person's, and writes its own beside them. No setting, hook
/// or attribute of theirs has a say here.
struct TaskObjects: Sendable {
    /// The bare repository.
    let directory: URL
    let objectFormat: String
    let git: Git

    /// - Parameter sources: the repositories whose objects are seen: a `.git`, a bare repository.
    init(at directory: URL, objectFormat: String, seeing sources: [URL]) async throws {
        self.directory = directory
        self.objectFormat = objectFormat
        git = Git(directory, environment: Self.environment.merging(["GIT_DIR": directory.path]) { $1 })
        try AtomicFile.makeDirectory(directory, mode: 0o700)
        let plain = Git(directory, environment: Self.environment)
        try await plain.output(
            ["init", "-q", "--bare", "--template=", "--object-format=\(objectFormat)", "-b", "main", directory.path]
        )
        if !sources.isEmpty {
            let information = directory.appendingPathComponent("objects/info")
            try AtomicFile.makeDirectory(information)
            try AtomicFile.write(
                sources.map { SnapshotStore.quoted($0.appendingPathComponent("objects").path) + "\n" }.joined(),
                to: information.appendingPathComponent("alternates")
            )
        }
    }

    static let environment = [
        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_REPLACE_OBJECTS": "1", "GIT_AUTHOR_NAME": "OneShot", "GIT_AUTHOR_EMAIL": "oneshot@localhost",
        "GIT_AUTHOR_DATE": "2000-01-01T00:00:00Z", "GIT_COMMITTER_NAME": "OneShot",
        "GIT_COMMITTER_EMAIL": "oneshot@localhost", "GIT_COMMITTER_DATE": "2000-01-01T00:00:00Z",
    ]

    func exists(_ object: String, kind: String) async throws -> Bool {
        let result = try await git.run(["cat-file", "-t", object])
        return result.succeeded && result.text == kind + "\n"
    }

    func fileTree(_ tree: String) async throws -> FileTree {
        let listing = try await git.output(["ls-tree", "-r", "-z", "-l", "--full-tree", tree])
        let entries = listing.split(separator: 0).compactMap { line -> TreeEntry? in
            guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else { return nil }
            let words = String(decoding: line[..<tab], as: UTF8.self).split(separator: " ")
            guard words.count == 4 else { return nil }
            return TreeEntry(
                rawPath: Data(line[line.index(after: tab)...]),
                mode: String(words[0]),
                object: String(words[2]),
                size: Int(words[3]) ?? 0
            )
        }
        return FileTree(id: tree, entries: entries)
    }

    func blob(_ object: String) async throws -> Data { try await git.output(["cat-file", "blob", object]) }

    /// The contents of many blobs, a few megabytes at a time.
    func forEachBlob(_ entries: [TreeEntry], _ body: (TreeEntry, Data) throws -> Void) async throws {
        var batch: [TreeEntry] = []
        var bytes = 0
        for (index, entry) in entries.enumerated() {
            batch.append(entry)
            bytes += entry.size
            guard bytes > 16 << 20 || batch.count == 2000 || index == entries.count - 1 else { continue }
            let input = Data(batch.map { $0.object + "\n" }.joined().utf8)
            let output = try await git.output(["cat-file", "--batch"], input: input)
            var position = output.startIndex
            for entry in batch {
                // `<object> blob <size>\n<content>\n`
                guard let end = output[position...].firstIndex(of: UInt8(ascii: "\n")),
                    let size = Int(
                        String(decoding: output[position..<end], as: UTF8.self).split(separator: " ").last ?? ""
                    )
                else { throw GitError.failed(arguments: ["cat-file"], message: "object \(entry.object) is missing") }
                let start = output.index(after: end)
                try body(entry, Data(output[start..<start + size]))
                position = start + size + 1
            }
            batch = []
            bytes = 0
        }
    }

    /// The tree that a patch makes of another.
    ///
    /// - Throws: ``GitError`` with git's reason when it does not apply.
    func apply(_ patch: Data, to tree: String) async throws -> String {
        let index = privateIndex()
        try await index.output(["read-tree", tree])
        if !patch.isEmpty {
            try await index.output(["apply", "--cached", "--binary", "--whitespace=nowarn", "-"], input: patch)
        }
        return try await index.line(["write-tree"])
    }

    /// `base` with the changes of some files: each gets the entry that `end` has for it, or goes.
    func tree(_ base: String, with changes: [FileChange]) async throws -> String {
        let index = privateIndex()
        try await index.output(["read-tree", base])
        var input = Data()
        let none = String(repeating: "0", count: objectFormat == "sha256" ? 64 : 40)
        for change in changes {
            let entry = change.end.map { "\($0.mode) \($0.object)\t" } ?? "0 \(none)\t"
            input += Data(entry.utf8) + change.rawPath + [0]
        }
        try await index.output(["update-index", "-z", "--index-info"], input: input)
        return try await index.line(["write-tree"])
    }

    func patch(from: String, to: String) async throws -> Data {
        try await git.output([
            "diff-tree", "-r", "-p", "--binary", "--full-index", "--no-renames", "--no-color", "--no-ext-diff",
            "--no-textconv", "--submodule=short", "--src-prefix=a/", "--dst-prefix=b/", from, to,
        ])
    }

    private func privateIndex() -> Git {
        let index = directory.appendingPathComponent("index.\(UUID().uuidString)")
        return Git(directory, environment: git.environment.merging(["GIT_INDEX_FILE": index.path]) { $1 })
    }
}
