public import Foundation
import OneShotCore

/// A directory of ours below `/tmp` or `/var/tmp` with a lease in it, so that whoever comes next can clear it away, and
/// what belongs to it, when its owner was killed.
struct LeasedDirectory: Sendable, Equatable {
    /// What it is for; part of its name.
    enum Kind: String, Sendable, CaseIterable {
        case sandbox, build, socket, trial

        /// Below `/tmp` and not `TMPDIR`: the sandbox's user must be able to reach it, a person's may be closed, and a
        /// socket's path may have no more than about a hundred bytes. What a trial copies is as large as a repository,
        /// and `/tmp` may be in memory.
        var parent: URL { URL(fileURLWithPath: self == .trial ? "/var/tmp" : "/tmp") }
    }

    let kind: Kind
    let id: String

    /// Nothing else on the machine is called that.
    var name: String { Self.prefix(kind) + id }
    var url: URL { kind.parent.appendingPathComponent(name) }
    private var lease: URL { url.appendingPathComponent("lease") }

    static func prefix(_ kind: Kind) -> String { "oneshot-\(kind.rawValue)-" }

    /// - Parameter mode: 0711 where the sandbox's user has to get through.
    /// - Throws: ``FileError/unwritable(path:reason:)``.
    static func make(_ kind: Kind, mode: mode_t = 0o700) throws -> LeasedDirectory {
        let directory = LeasedDirectory(kind: kind, id: String(UInt64.random(in: .min ... .max), radix: 36))
        let making = HalfMadeDirectory(id: directory.id, for: kind)
        do {
            // Exclusively, so that nobody's prepared directory is taken for ours.
            guard mkdir(making.url.path, 0o700) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
            try AtomicFile.write(Lease().text, to: making.url.appendingPathComponent("lease"), mode: 0o600)
            guard chmod(making.url.path, mode) == 0, rename(making.url.path, directory.url.path) == 0 else {
                throw POSIXError(.init(rawValue: errno) ?? .EIO)
            }
        } catch let error as POSIXError {
            rmdir(making.url.path)
            throw FileError.unwritable(path: directory.url.path, reason: String(cString: strerror(error.code.rawValue)))
        }
        return directory
    }

    /// The ones that are there, made by this user.
    static func all() -> [LeasedDirectory] {
        Kind.allCases.flatMap { kind in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: kind.parent.path)) ?? []
            return names.filter { $0.hasPrefix(prefix(kind)) }
                .map { LeasedDirectory(kind: kind, id: String($0.dropFirst(prefix(kind).count))) }
        }
        .filter(\.isOurs)
    }

    var exists: Bool { FileManager.default.fileExists(atPath: url.path) }

    private var isOurs: Bool {
        var status = stat()
        return lstat(url.path, &status) == 0 && status.st_uid == geteuid() && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether the process that made it has ended, or its time is over.
    func isOrphaned() -> Bool {
        // None is made without a lease: one that has none was cut off while it was removed.
        guard let text = try? String(contentsOf: lease, encoding: .utf8), let lease = Lease(text) else { return true }
        return lease.isOver()
    }

    func remove() {
        removeCompanion()
        // By its lease another would go on with what is left, should this be cut off: that goes last.
        for name in (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? [] where name != "lease" {
            Self.removeTree(url.appendingPathComponent(name))
        }
        Self.removeTree(url)
    }

    static func removeTree(_ tree: URL) {
        guard (try? FileManager.default.removeItem(at: tree)) == nil else { return }
        // An agent may have closed directories in its home to their owner, who we are where we are not root.
        open(tree)
        try? FileManager.default.removeItem(at: tree)
    }

    private static func open(_ directory: URL) {
        var status = stat()
        guard lstat(directory.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return }
        chmod(directory.path, 0o700)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? [] {
            open(directory.appendingPathComponent(name))
        }
    }
}

/// Where a trial keeps what its sandboxes are given: a sandbox can see, in `/proc/self/mountinfo`, from which directory of
/// the host each of its mounts comes, and the path of this one says nothing about the person or the project.
public enum TrialDirectory {
    /// Makes one; after a SIGKILL it goes when the next `oneshot` looks.
    ///
    /// - Throws: ``FileError/unwritable(path:reason:)``.
    public static func make() throws -> URL { try LeasedDirectory.make(.trial, mode: 0o711).url }

    /// All but the lease, which has to go last: without it nobody would know soon that its owner has ended.
    public static func content(of url: URL) -> [URL] {
        ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).filter { $0 != "lease" }
            .map { url.appendingPathComponent($0) }
    }

    /// Whether it is one that ``make()`` has made.
    public static func isOne(_ url: URL) -> Bool {
        let kind = LeasedDirectory.Kind.trial
        return url.deletingLastPathComponent().path == kind.parent.path
            && url.lastPathComponent.hasPrefix(LeasedDirectory.prefix(kind))
    }
}

/// Runs `body` with a directory that only this user can enter, whose path is short enough for sockets in it. It goes
/// when `body` ends; after a SIGKILL, when the next `oneshot` looks.
public func withSocketDirectory<Result: Sendable>(
    _ body: (URL) async throws -> Result
) async throws -> Result {
    let directory = try LeasedDirectory.make(.socket)
    defer { directory.remove() }
    return try await body(directory.url)
}
