import Foundation
import OneShotProcess
import Testing

@testable import OneShotSandbox

@Suite("Control groups")
struct ControlGroupTests {
    @Test("version 1 groups are made below the group that we are in")
    func version1() {
        let hierarchies = ControlHierarchy.version1(
            cgroup: "5:memory:/box/1\n4:cpu,cpuacct:/\n3:pids:/box\n0::/\n",
            mounts: """
                30 20 0:26 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
                31 20 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
                32 20 0:28 /box /sys/fs/cgroup/pids rw,relatime shared:9 - cgroup cgroup rw,pids
                33 20 0:29 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
                """
        )
        #expect(
            hierarchies.map(\.directory.path) == [
                "/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/memory/box/1", "/sys/fs/cgroup/pids",
            ]
        )
        #expect(hierarchies.map(\.controllers) == [[.cpu], [.memory], [.pids]])
    }

    @Test("without all three limits there is no version 1 group")
    func incomplete() {
        let mounts = "30 20 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory"
        #expect(ControlHierarchy.version1(cgroup: "5:memory:/\n", mounts: mounts).isEmpty)
    }

    @Test("version 2 groups are made at the root of the one tree")
    func version2() {
        let hierarchies = ControlHierarchy.version2(
            mounts: "24 23 0:21 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate"
        )
        #expect(hierarchies.map(\.directory.path) == ["/sys/fs/cgroup"])
        #expect(hierarchies.first?.controllers == [.memory, .pids, .cpu])
        #expect(ControlHierarchy.version2(mounts: "").isEmpty)
    }
}

@Suite("Leases")
struct LeaseTests {
    @Test("a lease of this process holds for a day")
    func ours() throws {
        let now = Date()
        let lease = try #require(Lease(Lease(now: now).text))
        #expect(!lease.isOver(now: now))
        #expect(!lease.isOver(now: now.addingTimeInterval(Lease.longest - 2)))
        #expect(lease.isOver(now: now.addingTimeInterval(Lease.longest + 2)))
    }

    @Test("a text that is no lease is none", arguments: ["", "{}", "1@2"])
    func malformed(text: String) {
        #expect(Lease(text) == nil)
    }

    @Test("the mark is taken off the output, however it is cut")
    func mark() async {
        for cut in 0...InitProgram.mark.count {
            let marked = MarkedOutput()
            let output = InitProgram.mark + Data("out".utf8)
            let first = await marked.take(Data(output.prefix(cut)), from: .standardOutput)
            let second = await marked.take(Data(output.dropFirst(cut)), from: .standardOutput)
            #expect(first + second == Data("out".utf8))
            #expect(await marked.isMarked)
        }
    }

    @Test("what an engine complains of before the mark is kept as the reason")
    func complaint() async {
        let marked = MarkedOutput()
        let complaint = Data("warning\nError: no such image\n".utf8)
        #expect(await marked.take(complaint, from: .standardError) == complaint)
        #expect(await !marked.isMarked)
        #expect(await marked.lastWords == "no such image")
    }
}

@Suite("Choosing an engine")
struct EngineSelectionTests {
    @Test("a name that is none of ours is refused, with ours")
    func unknown() async {
        await #expect(throws: SandboxError.unknownEngine(name: "chroot")) {
            try await EngineSelection.choose(named: "chroot")
        }
        #expect("\(SandboxError.unknownEngine(name: "chroot"))".contains("docker, podman, apple-container, local"))
    }
}
