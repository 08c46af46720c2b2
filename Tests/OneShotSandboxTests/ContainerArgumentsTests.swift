import Foundation
import OneShotProcess
import Testing

@testable import OneShotSandbox

@Suite("The words for docker and podman")
struct ContainerArgumentsTests {
    private func words(
        _ dialect: ContainerDialect,
        uid: uid_t = 0,
        _ change: (inout SandboxSpecification) -> Void = { _ in }
    ) throws -> [String] {
        let scratch = try Scratch.make()
        defer { scratch.remove() }
        var specification = SandboxSpecification(
            image: .init(reference: "localhost/oneshot/abc", digest: "abc"),
            label: "trial-1",
            mounts: [.init(host: URL(fileURLWithPath: "/data/a, b"), inside: "/opt/agent")],
            limits: .init(memoryBytes: 1 << 20, processes: 7, cpus: 1.5, diskBytes: 9000)
        )
        change(&specification)
        return ContainerArguments(
            dialect: dialect,
            name: "oneshot-x",
            lease: Lease(),
            specification: specification,
            scratch: scratch,
            environment: ["A": "1", "HOME": "/elsewhere"],
            command: ["echo", "--rm"],
            uid: uid,
            gid: uid
        ).words
    }

    @Test("every container is shut in", arguments: [ContainerDialect.docker, .podman])
    func isolation(dialect: ContainerDialect) throws {
        let words = try words(dialect)
        let expected: Set = [
            "--network=none", "--cap-drop=all", "--security-opt=no-new-privileges", "--read-only", "--pull=never",
        ]
        #expect(expected.isSubset(of: words))
        for (option, value) in [
            ("--user", "1000:1000"), ("--memory", "1048576b"), ("--memory-swap", "1048576b"), ("--cpus", "1.5"),
            ("--pids-limit", "7"), ("--workdir", "/workspace"), ("--entrypoint", "python3"), ("--name", "oneshot-x"),
        ] {
            #expect(try words[#require(words.firstIndex(of: option)) + 1] == value)
        }
        #expect(words.contains("oneshot.label=trial-1"))
        #expect(words.contains { $0.hasPrefix("oneshot.lease={") })
    }

    @Test("Apple's containers are shut in, in Apple's words")
    func apple() throws {
        let words = try words(.appleContainer, uid: 501)
        for (option, value) in [
            ("--network", "none"), ("--cap-drop", "ALL"), ("--memory", "1M"), ("--cpus", "2"), ("--user", "501:501"),
            ("--workdir", "/workspace"), ("--entrypoint", "python3"), ("--name", "oneshot-x"), ("--progress", "none"),
        ] {
            #expect(try words[#require(words.firstIndex(of: option)) + 1] == value)
        }
        #expect(words.contains("--read-only") && words.contains("--no-dns") && words.contains("nproc=7:7"))
        #expect(
            !words.contains { $0.hasPrefix("--pids-limit") || $0.hasPrefix("--security-opt") || $0.contains("=none") }
        )
        // Its mounts are of directories.
        #expect(
            words.contains {
                $0.hasPrefix("type=bind,source=/tmp/oneshot-sandbox-") && $0.hasSuffix("/run/oneshot,readonly")
            }
        )
        #expect(try self.words(.appleContainer)[0...1] == ["run", "--name"])
    }

    @Test("docker's client loses exit codes with --rm, so it is never used", arguments: ContainerDialect.allCases)
    func noRemoval(dialect: ContainerDialect) throws {
        let words = try words(dialect)
        let image = try #require(words.firstIndex(of: "localhost/oneshot/abc"))
        #expect(!words[..<image].contains("--rm"))
        #expect(Array(words.suffix(5)) == ["-", "-", "9000", "echo", "--rm"])
    }

    @Test("a path with a comma is one field of a mount")
    func quoting() throws {
        #expect(try words(.podman).contains("type=bind,\"source=/data/a, b\",target=/opt/agent,readonly"))
    }

    @Test("given variables win over our own")
    func variables() throws {
        let words = try words(.podman)
        #expect(words.contains("A=1") && words.contains("HOME=/elsewhere") && !words.contains("HOME=/home/agent"))
    }

    @Test("a forwarded port brings the socket, and still no network")
    func forwarding() throws {
        let words = try words(.docker) { $0.network = .forwarded(port: 18080, path: "/s.sock") }
        #expect(words.contains("--network=none"))
        #expect(words.contains("type=bind,source=/s.sock,target=/run/oneshot/forward.sock,readonly"))
        #expect(Array(words.suffix(5)) == ["18080", "/run/oneshot/forward.sock", "9000", "echo", "--rm"])
    }

    @Test("without root, the files belong to the person on both sides")
    func rootless() throws {
        #expect(try words(.docker, uid: 1234).contains("1234:1234"))
        #expect(try words(.podman, uid: 1234).contains("--userns=keep-id:uid=1000,gid=1000"))
    }

    @Test("what cannot be limited for the whole is limited for each process, and nothing is asked for in vain")
    func controls() throws {
        let limits = SandboxSpecification.Limits(memoryBytes: 1 << 20, processes: 7, cpus: 1.5)
        let none = ContainerDialect.podman.limitArguments(limits, [])
        #expect(none == ["--ulimit", "data=1048576:1048576", "--ulimit", "nproc=7:7"])
        let some = ContainerDialect.podman.limitArguments(limits, [.memory, .pids])
        #expect(some == ["--memory", "1048576b", "--memory-swap", "1048576b", "--pids-limit", "7"])
    }

    @Test(
        "podman says what is handed down to a person",
        arguments: [
            ("v1 []\n", []), ("v1 [cpu memory]\n", []), ("v2 [cpuset cpu io memory pids]\n", [.memory, .pids, .cpu]),
            ("v2 [memory pids]\n", [.memory, .pids]), ("", []),
        ] as [(String, Set<ContainerControl>)]
    )
    func handedDown(text: String, controls: Set<ContainerControl>) { #expect(ContainerControl.read(text) == controls) }
}
