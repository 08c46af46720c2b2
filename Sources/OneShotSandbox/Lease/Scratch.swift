import Foundation
import OneShotCore

/// The directory on the host that belongs to one sandbox: its home, its `/tmp`, and the files that we put inside. It
/// carries the sandbox's lease.
struct Scratch: Sendable {
    /// Below `/tmp` and not `TMPDIR`: the sandbox's user must be able to reach it, and a person's may be closed.
    static let parent = URL(fileURLWithPath: "/tmp")
    static let prefix = "oneshot-sandbox-"

    let id: String
    let directory: URL

    var home: URL { directory.appendingPathComponent("home") }
    var temporary: URL { directory.appendingPathComponent("tmp") }
    var initProgram: URL { directory.appendingPathComponent("init.py") }
    /// Copies of the few system files that a sandbox needs.
    var system: URL { directory.appendingPathComponent("etc") }
    /// Where a sandbox's mounts are gathered, in a mount namespace of their own.
    var stage: URL { directory.appendingPathComponent("stage") }
    private var lease: URL { directory.appendingPathComponent("lease") }
    private var groups: URL { directory.appendingPathComponent("groups") }

    private init(id: String, directory: URL) {
        self.id = id
        self.directory = directory
    }

    /// - Throws: ``FileError/unwritable(path:reason:)``.
    static func make() throws -> Scratch {
        let id = String(UInt64.random(in: .min ... .max), radix: 36)
        let scratch = Scratch(id: id, directory: parent.appendingPathComponent(prefix + id))
        // Exclusively, so that nobody's prepared directory is taken for ours.
        guard mkdir(scratch.directory.path, 0o711) == 0, chmod(scratch.directory.path, 0o711) == 0 else {
            throw FileError.unwritable(path: scratch.directory.path, reason: String(cString: strerror(errno)))
        }
        try AtomicFile.write(Lease().text, to: scratch.lease, mode: 0o600)
        for directory in [scratch.home, scratch.temporary] {
            try AtomicFile.makeDirectory(directory, mode: 0o700)
        }
        for directory in [scratch.system, scratch.stage] { try AtomicFile.makeDirectory(directory) }
        try AtomicFile.write(InitProgram.source, to: scratch.initProgram, mode: 0o644)
        return scratch
    }

    /// The ones that are there, made by this user.
    static func all() -> [Scratch] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
        return names.filter { $0.hasPrefix(prefix) }
            .map { Scratch(id: String($0.dropFirst(prefix.count)), directory: parent.appendingPathComponent($0)) }
            .filter { $0.isOurs }
    }

    private var isOurs: Bool {
        var status = stat()
        return lstat(directory.path, &status) == 0 && status.st_uid == geteuid() && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether the process that made it has ended, or its time is over.
    func isOrphaned() -> Bool {
        guard let text = try? String(contentsOf: lease, encoding: .utf8), let lease = Lease(text) else {
            // Without a lease it was cut off while being made; a minute is plenty for that.
            let made = (try? FileManager.default.attributesOfItem(atPath: directory.path))?[.modificationDate] as? Date
            return made.map { $0.timeIntervalSinceNow < -60 } ?? false
        }
        return lease.isOver()
    }

    /// Notes the control groups that go when the sandbox goes.
    func remember(_ group: ControlGroup) throws {
        try AtomicFile.write(group.directories.map(\.path).joined(separator: "\n"), to: groups, mode: 0o600)
    }

    /// The control groups that were noted.
    var rememberedGroup: ControlGroup? {
        (try? String(contentsOf: groups, encoding: .utf8))
            .map { ControlGroup(directories: $0.split(separator: "\n").map { URL(fileURLWithPath: String($0)) }) }
    }

    func remove() { try? FileManager.default.removeItem(at: directory) }
}
