import Foundation
import Testing

@testable import OneShotSandbox

@Suite("The words for bubblewrap")
struct LocalArgumentsTests {
    private func arguments(hasControlGroup: Bool = true) throws -> BubblewrapArguments {
        let scratch = try Scratch.make()
        defer { scratch.remove() }
        return BubblewrapArguments(
            scratch: scratch,
            mounts: [
                .init(host: URL(fileURLWithPath: "/data/work"), inside: "/workspace", writable: true),
                .init(host: URL(fileURLWithPath: "/data/tool"), inside: "/opt/tool"),
            ],
            network: .forwarded(port: 18080, path: "/s.sock"),
            limits: .init(memoryBytes: 5000, processes: 7, diskBytes: 9000),
            workingDirectory: "/workspace",
            environment: ["A": "b c"],
            command: ["echo", "x"],
            hasControlGroup: hasControlGroup
        )
    }

    @Test("every namespace is its own, and nothing is inherited")
    func isolation() throws {
        let words = try arguments().words
        let expected: Set = [
            "--unshare-all", "--disable-userns", "--cap-drop", "--die-with-parent", "--new-session", "--clearenv",
            "--as-pid-1", "--remount-ro",
        ]
        #expect(expected.isSubset(of: words))
        #expect(!words.contains("--share-net"))
        let etc = words.indices.filter { words[$0] == "--ro-bind" }.map { words[$0 + 2] }.filter {
            $0.hasPrefix("/etc")
        }
        #expect(etc.contains("/etc/passwd") && etc.contains("/etc/hosts"))
        #expect(!etc.contains("/etc") && !etc.contains { $0.contains("shadow") || $0.contains("ssh") })
    }

    @Test("writable mounts can be written, the others cannot")
    func mounts() throws {
        let words = try arguments().words.joined(separator: " ")
        #expect(words.contains("--bind /data/work /workspace"))
        #expect(words.contains("--ro-bind /data/tool /opt/tool"))
        #expect(words.contains("--ro-bind /s.sock /run/oneshot/forward.sock"))
    }

    @Test("memory is limited for each process only where no control group does it for all")
    func limits() throws {
        #expect(try !arguments().words.contains("--data=5000"))
        #expect(try arguments(hasControlGroup: false).words.contains("--data=5000"))
        #expect(try arguments().words.contains("--nproc=7"))
        #expect(try Array(arguments().words.suffix(3)) == ["9000", "echo", "x"])
        let words = try arguments().words
        for place in words.indices where words[place] == "--tmpfs" { #expect(words[place - 2] == "--size") }
    }

    @Test("root gathers the mounts where the sandbox's user can reach them")
    func staging() throws {
        let work = URL(fileURLWithPath: "/data/it's work")
        let start = StagedStart(stage: URL(fileURLWithPath: "/stage"), sources: [work], group: nil)
        #expect(start.path(of: work) == "/stage/0")
        #expect(start.path(of: URL(fileURLWithPath: "/usr")) == "/usr")
        let words = start.command("/usr/bin/bwrap", ["--x", "y"])
        #expect(Array(words.suffix(3)) == ["/usr/bin/bwrap", "--x", "y"])
        let script = words[words.count - 4]
        #expect(script.contains("mount --rbind '/data/it'\\''s work' /stage/0"))
        #expect(
            script.hasSuffix("exec setpriv --reuid=61100 --regid=61100 --clear-groups --no-new-privs -- \"$0\" \"$@\"")
        )
    }
}
