public import Foundation
import OneShotCore
import OneShotProcess

extension SnapshotStore {
    /// Makes a snapshot last: everything that it holds beyond `known`, which lasts already, goes into a pack of the
    /// task's, and a ref of the store names it. What else lies about in the store from attempts that failed, goes.
    ///
    /// - Parameters:
    ///   - known: a tree that is kept already (the base commit's, or that of an earlier snapshot of the task); nil when
    ///     there is none.
    ///   - name: the snapshot's name in the task, such as `start`.
    /// - Returns: the ref.
    @discardableResult
    public func keep(
        _ snapshot: TreeSnapshot,
        beyond known: String?,
        of taskID: String,
        as name: String
    ) async throws -> String {
        var objects = Data("\(snapshot.commit)\n\(snapshot.tree)\n".utf8)
        if known != snapshot.tree {
            let known = if let known { known } else { try await emptyTree }
            let listing = try await git.output([
                "diff-tree", "-r", "-t", "-z", "--raw", "--no-renames", "--no-abbrev", known, snapshot.tree,
            ])
            // `:<mode> <mode> <object> <object> <letter>`, then the path.
            for word in listing.split(separator: 0) where word.first == UInt8(ascii: ":") {
                let fields = word.split(separator: UInt8(ascii: " "))
                guard fields.count == 5, fields[4] != Data("D".utf8), fields[1] != Data("160000".utf8) else { continue }
                objects += fields[3] + [UInt8(ascii: "\n")]
            }
        }
        let packs = directory.appendingPathComponent("objects/pack")
        try await git.output(
            [
                "-c", "pack.window=0", "-c", "pack.compression=1", "pack-objects", "-q",
                packs.appendingPathComponent("pack-\(taskID)").path,
            ],
            input: objects
        )
        let reference = "refs/oneshot/\(taskID)/\(name)"
        // Status compares the index with HEAD: with another tree it would tell of every file.
        let updates = ["HEAD", reference].map { "update \($0) \(snapshot.commit)\n" }.joined()
        try await git.output(["update-ref", "--no-deref", "--stdin"], input: Data(updates.utf8))
        removeLooseObjects()
        return reference
    }

    /// Takes the snapshots of a task away, with their objects, from the store in `directory`.
    public static func drop(_ taskID: String, from directory: URL) async throws {
        let git = git(on: directory)
        let references = try await git.line(["for-each-ref", "--format=delete %(refname)", "refs/oneshot/\(taskID)/"])
        if !references.isEmpty {
            try await git.output(["update-ref", "--no-deref", "--stdin"], input: Data((references + "\n").utf8))
        }
        // It may know files by objects that go now.
        try PrivateIndex.forgetAll(in: directory)
        let packs = directory.appendingPathComponent("objects/pack")
        for name in (try? FileManager.default.contentsOfDirectory(atPath: packs.path)) ?? []
        where isPack(name, of: taskID) {
            try? FileManager.default.removeItem(at: packs.appendingPathComponent(name))
        }
    }

    /// `pack-<task id>-<hash>.<kind>`
    private static func isPack(_ name: String, of taskID: String) -> Bool {
        guard name.hasPrefix("pack-\(taskID)-") else { return false }
        let rest = name.dropFirst("pack-\(taskID)-".count).prefix { $0 != "." }
        return [40, 64].contains(rest.count) && rest.allSatisfy(\.isHexDigit)
    }

    private func removeLooseObjects() {
        let objects = directory.appendingPathComponent("objects")
        for name in (try? FileManager.default.contentsOfDirectory(atPath: objects.path)) ?? []
        where name.count == 2 && name.allSatisfy(\.isHexDigit) {
            try? FileManager.default.removeItem(at: objects.appendingPathComponent(name))
        }
    }

    /// The id of the tree without files.
    var emptyTree: String {
        get async throws { try await git.line(["hash-object", "-t", "tree", "-w", "--stdin"]) }
    }
}
