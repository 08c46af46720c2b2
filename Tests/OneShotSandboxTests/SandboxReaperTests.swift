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
        #expect(orphan.leased.isOrphaned())
        await SandboxReaper.reapDirectories()
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

    @Test(
        "a container whose client was killed while it started it, of which podman does not know, goes with its sandbox",
        .enabled(if: Tool.isAvailable("podman"), "no podman")
    )
    func halfStarted() async throws {
        let engine = try #require(try await EngineSelection.choose(named: "podman") as? ContainerEngine)
        let scratch = try Scratch.make(for: engine.client)
        #expect(scratch.leased.client?.dialect == .podman)
        let name = "oneshot-\(scratch.id)-test"
        let words =
            ["run", "--name", name, "--label", "\(ContainerArguments.Label.sandbox)=\(scratch.id)", "--network=none"]
            + ["--volume", "\(scratch.home.path):/home/agent", BaseImage.reference, "sleep", "60"]
        let client = Task { try await engine.client.command(words).run() }
        // The runtime has a state as soon as the container is made.
        for _ in 0..<2000 {
            if !RuntimeLeftovers.find(of: scratch.leased).isEmpty { break }
            try await Task.sleep(for: .milliseconds(2))
        }
        for process in LeasedProcesses.clients(of: scratch.leased) { kill(process, SIGKILL) }
        _ = await client.result
        #expect(!RuntimeLeftovers.find(of: scratch.leased).isEmpty)
        try setLease(try await ended(), of: scratch)
        await SandboxReaper.reapExpired()
        #expect(RuntimeLeftovers.find(of: scratch.leased).isEmpty)
        #expect(LeasedProcesses.find(of: scratch.leased).isEmpty)
        let left = try await engine.client.run(["ps", "--all", "--format", "{{.Names}}"]).text
        #expect(!left.contains(name))
        #expect(!scratch.leased.exists)
    }

    @Test(
        "a command that is stopped while its container starts leaves nothing of the container",
        .enabled(if: Tool.isAvailable("podman"), "no podman")
    )
    func stopped() async throws {
        let engine = try await EngineSelection.choose(named: "podman")
        try await withTemporaryDirectory { directory in
            // The container is made after about 0.1 s, and runs after about 0.2 s.
            try await stop(engine, after: .milliseconds(100), directory)
            try await stop(engine, after: .milliseconds(160), directory)
            try await stop(engine, after: .milliseconds(220), directory)
            let states = (try? FileManager.default.contentsOfDirectory(atPath: "/run/runc")) ?? []
            let left = states.filter { id in
                let text = try? String(contentsOfFile: "/run/runc/\(id)/state.json", encoding: .utf8)
                return text?.contains(directory.path) ?? false
            }
            #expect(left == [])
        }
    }

    private func stop(_ engine: any Engine, after delay: Duration, _ directory: URL) async throws {
        let specification = SandboxSpecification(
            image: SandboxImage(reference: BaseImage.reference, digest: ""),
            label: "stopped",
            mounts: [.init(host: directory, inside: "/workspace")],
            workingDirectory: "/"
        )
        let work = Task { try await engine.withSandbox(specification) { try await $0.run(["sleep", "60"]) } }
        try await Task.sleep(for: delay)
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
    }

    @Test("what a directory's lease was never written into goes when its maker has ended")
    func halfMade() async throws {
        let owner = try #require(try await ended().owner)
        let mine = HalfMadeDirectory(id: "test\(UInt32.random(in: .min ... .max))", for: .socket)
        let name = mine.name.replacingOccurrences(of: "-\(getpid())-", with: "-\(owner.pid)-")
        let orphan = mine.parent.appendingPathComponent(name)
        for url in [mine.url, orphan] {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        }
        defer { mine.remove() }
        await SandboxReaper.reapExpired()
        #expect(FileManager.default.fileExists(atPath: mine.url.path))
        #expect(!FileManager.default.fileExists(atPath: orphan.path))
    }

    @Test("what was started for a directory without an owner ends with it")
    func processes() async throws {
        let orphan = try LeasedDirectory.make(.socket)
        // A process that has something of the directory mounted, in a namespace of its own.
        let script = "mount --bind \(orphan.url.path) \(orphan.url.path) && echo up && exec sleep 600"
        try #require(geteuid() == 0, "only root can mount without a sandbox; CI is root")
        let (stream, continuation) = AsyncStream.makeStream(of: Data.self)
        async let ended = Command("unshare", ["--mount", "--propagation", "private", "sh", "-c", script]).run {
            data,
            _ in
            continuation.yield(data)
        }
        var output = stream.makeAsyncIterator()
        _ = await output.next()
        #expect(LeasedProcesses.find(of: orphan).count == 1)
        try Data(try await self.ended().text.utf8).write(to: orphan.url.appendingPathComponent("lease"))
        await SandboxReaper.reapDirectories()
        #expect(try await ended.exit == .signal(SIGKILL))
        #expect(!orphan.exists)
    }

    @Test("a builder's container is known by the directory that was mounted into it")
    func builder() {
        let text = #"{"Volumes":["/tmp/oneshot-build-1abc9z/settings:/run/oneshot:ro"]}"#
        #expect(BuildLeftovers.directory(in: text) == LeasedDirectory(kind: .build, id: "1abc9z"))
        #expect(BuildLeftovers.directory(in: #"{"Volumes":["/tmp/mine:/x"]}"#) == nil)
    }

    @Test(
        "a build whose owner was killed leaves no process, container or directory",
        .enabled(if: Tool.isAvailable("podman"), "no podman")
    )
    func build() async throws {
        let engine = try #require(try await EngineSelection.choose(named: "podman") as? ContainerEngine)
        let client = engine.client
        let directory = try LeasedDirectory.make(.build)
        let mark = "86\(Int.random(in: 100_000...999_999))"
        try Data("FROM \(BaseImage.reference)\nRUN sleep \(mark)\n".utf8)
            .write(to: directory.url.appendingPathComponent("Dockerfile"))
        try directory.remember(client)
        var builder = client
        builder.environment["TMPDIR"] = try directory.makeCompanion().path
        let volume = ["--volume", "\(directory.url.path):/run/oneshot:ro"]
        let command = builder.command(["build", "--network=host"] + volume + [directory.url.path])
        async let building = command.run()
        for _ in 0..<300 {
            if try await Command("pgrep", ["-f", "^sleep \(mark)"]).run().succeeded { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(await BuildLeftovers.all(client).values.contains(directory))
        try Data(try await ended().text.utf8).write(to: directory.url.appendingPathComponent("lease"))
        await SandboxReaper.reapDirectories()
        #expect(try await !building.succeeded)
        #expect(try await Command("pgrep", ["-f", "sleep \(mark)"]).run().text == "")
        #expect(!directory.exists)
        #expect(RuntimeLeftovers.find(of: directory).isEmpty)
        // Another oneshot may have been faster.
        try await SandboxReaper.reapBuilds(client)
        #expect(await !BuildLeftovers.all(client).values.contains(directory))
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
