import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotSandbox

@Suite("Integration: what a killed oneshot leaves behind", .serialized, .timeLimit(.minutes(4)))
struct SandboxReaperTests {
    @Test("a local sandbox without its owner is cleared away, one in use stays")
    func local() async throws {
        let orphan = try Scratch.make()
        let inUse = try Scratch.make()
        defer { inUse.remove() }
        let group = ControlGroup.make(name: "oneshot-\(orphan.id)", limits: .init())
        if let group { try orphan.remember(group) }
        try setLease(try await ended(), of: orphan)
        #expect(orphan.isOrphaned())
        await SandboxReaper.reapLocal()
        #expect(!FileManager.default.fileExists(atPath: orphan.directory.path))
        for directory in group?.directories ?? [] {
            #expect(!FileManager.default.fileExists(atPath: directory.path))
        }
        #expect(FileManager.default.fileExists(atPath: inUse.directory.path))
    }

    @Test(
        "a container without its owner is removed, one in use and one of another machine stay",
        .enabled(if: Tool.isAvailable("podman"), "no podman")
    )
    func container() async throws {
        let engine = try #require(try await EngineSelection.choose(named: "podman") as? ContainerEngine)
        let client = engine.client
        var elsewhere = try await ended()
        elsewhere.place = "other/1"
        let leases = [try await ended(), Lease(), elsewhere]
        var names: [String] = []
        for lease in leases {
            let name = "oneshot-reaper-test-\(UInt32.random(in: .min ... .max))"
            names.append(name)
            let label = "\(ContainerArguments.Label.lease)=\(lease.text)"
            let arguments = ["--label", label, "--network=none", BaseImage.reference, "sleep", "60"]
            try await client.command(["run", "--detach", "--name", name] + arguments).runChecked()
        }
        try await SandboxReaper.reapContainers(client)
        let left = try await client.run(["ps", "--all", "--format", "{{.Names}}"]).text
        #expect(!left.contains(names[0]) && left.contains(names[1]) && left.contains(names[2]))
        _ = try await client.run(client.dialect.removeArguments + names.dropFirst())
    }

    /// A lease of a process that has ended.
    private func ended() async throws -> Lease {
        let (stream, continuation) = AsyncStream.makeStream(of: ProcessIdentity?.self)
        _ = try await Command("sh", ["-c", "echo $$; exec sleep 60"]).run { data, _ in
            let pid = Int32(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
            let identity = pid.flatMap { ProcessIdentity(pid: $0) }
            continuation.yield(identity)
            identity?.signal(SIGKILL)
        }
        var identities = stream.makeAsyncIterator()
        var lease = Lease()
        lease.owner = try #require(await identities.next() ?? nil)
        #expect(lease.isOver())
        return lease
    }

    private func setLease(_ lease: Lease, of scratch: Scratch) throws {
        try Data(lease.text.utf8).write(to: scratch.directory.appendingPathComponent("lease"))
    }
}
