import Foundation
import OneShotCore

/// The directory on the host that belongs to one sandbox: its home, its `/tmp`, and the files that we put inside. It
/// carries the sandbox's lease.
struct Scratch: Sendable {
    let leased: LeasedDirectory

    var id: String { leased.id }
    var directory: URL { leased.url }
    var home: URL { directory.appendingPathComponent("home") }
    var temporary: URL { directory.appendingPathComponent("tmp") }
    /// What the sandbox sees at `/run/oneshot`.
    var programs: URL { directory.appendingPathComponent("programs") }
    var initProgram: URL { programs.appendingPathComponent("init.py") }
    /// Copies of the few system files that a sandbox needs.
    var system: URL { directory.appendingPathComponent("etc") }
    /// Where a sandbox's mounts are gathered, in a mount namespace of their own.
    var stage: URL { directory.appendingPathComponent("stage") }
    private var groups: URL { directory.appendingPathComponent("groups") }

    init(_ leased: LeasedDirectory) { self.leased = leased }

    /// - Parameter client: of the engine whose containers the sandbox will have.
    /// - Throws: ``FileError/unwritable(path:reason:)``.
    static func make(for client: ContainerClient? = nil) throws -> Scratch {
        let scratch = Scratch(try LeasedDirectory.make(.sandbox, mode: 0o711))
        if let client { try scratch.leased.remember(client) }
        for directory in [scratch.home, scratch.temporary] {
            try AtomicFile.makeDirectory(directory, mode: 0o700)
        }
        for directory in [scratch.programs, scratch.system, scratch.stage] { try AtomicFile.makeDirectory(directory) }
        try AtomicFile.write(InitProgram.source, to: scratch.initProgram, mode: 0o644)
        return scratch
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

    func remove() { leased.remove() }
}
