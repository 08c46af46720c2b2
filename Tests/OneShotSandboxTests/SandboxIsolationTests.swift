import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotSandbox

@Suite("Integration: what a sandbox keeps out", .serialized, .timeLimit(.minutes(4)))
struct SandboxIsolationTests {
    @Test("commands run without root, capabilities, or a way to get them", arguments: TestEngine.available)
    func rights(engine: TestEngine) async throws {
        try await engine.withSandbox { sandbox, _ in
            let status = try await sandbox.run(["sh", "-c", "id -u; id -g; cat /proc/self/status"]).text
            #expect(status.hasPrefix("1000\n1000\n"))
            for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
                #expect(status.contains("\(set):\t0000000000000000\n"), "\(set)")
            }
            #expect(status.contains("NoNewPrivs:\t1\n"))
            for attempt in [
                "unshare -m true", "unshare -U true", "mount -t tmpfs x /tmp", "chroot / true",
                "setpriv --reuid=0 true",
            ] {
                #expect(try await !sandbox.run(["sh", "-c", attempt]).succeeded, "\(attempt)")
            }
        }
    }

    @Test("on the host, the processes are not root's", arguments: TestEngine.available)
    func hostUser(engine: TestEngine) async throws {
        try await engine.withSandbox { sandbox, workspace in
            async let running = sandbox.run(["sh", "-c", "touch up; sleep 60"])
            try await waitFor(workspace.appendingPathComponent("up"))
            let owner = try FileManager.default.attributesOfItem(atPath: workspace.path + "/up")[.ownerAccountID]
            let user = try #require((owner as? NSNumber)?.uint32Value)
            #expect(user != 0)
            try await sandbox.killAll()
            _ = try await running
        }
    }

    @Test("no file of the host is there but what was given", arguments: TestEngine.available)
    func hostFiles(engine: TestEngine) async throws {
        try await withTemporaryDirectory { directory in
            let secret = directory.appendingPathComponent("secret")
            try Data("secret".utf8).write(to: secret)
            try await engine.withSandbox { sandbox, _ in
                let script = """
                    cat \(secret.path) /etc/shadow /root/.bashrc /proc/1/root\(secret.path) /proc/1/environ
                    ls /root /work \(NSHomeDirectory()) \(directory.path) /var/lib/containers
                    find / -xdev -name secret 2>/dev/null
                    """
                let result = try await sandbox.run(["sh", "-c", script])
                #expect(!result.text.contains("secret"))
                let seen = try await sandbox.run(["sh", "-c", "ls -A /root /work /var/lib"])
                for name in ["hub.git", ".bashrc", "containers", "libpod"] {
                    #expect(!seen.text.split(separator: "\n").contains(Substring(name)), "\(name)")
                }
                let home = try await sandbox.run(["sh", "-c", "cd && pwd && ls -A"])
                #expect(home.text == "/home/agent\n")
            }
        }
    }

    @Test("the host's names, addresses and resolvers are not told", arguments: TestEngine.available)
    func hostNames(engine: TestEngine) async throws {
        try await engine.withSandbox { sandbox, _ in
            let seen = try await sandbox.run(["cat", "/etc/hosts", "/etc/resolv.conf"])
            #expect(seen.text == HostSystem.ownFiles["hosts"], "\(seen.text)\(seen.errorText)")
            let name = try await sandbox.run([
                "sh", "-c", "cat /proc/sys/kernel/hostname; getent hosts sandbox localhost",
            ])
            #expect(name.text.hasPrefix("sandbox\n127.0.0.1"))
        }
    }

    @Test("only the sandbox's own processes can be seen", arguments: TestEngine.available)
    func hostProcesses(engine: TestEngine) async throws {
        try await engine.withSandbox { sandbox, _ in
            let count = try await sandbox.run(["sh", "-c", "ls -d /proc/[0-9]* | wc -l"]).text
            let number = try #require(Int(count.trimmingCharacters(in: .whitespacesAndNewlines)))
            #expect(number < 8)
            // The first process cannot be killed from inside.
            #expect(try await sandbox.run(["sh", "-c", "kill -9 1; echo still"]).text == "still\n")
        }
    }

    @Test("the system is read-only, and the kernel's settings are", arguments: TestEngine.available)
    func readOnlySystem(engine: TestEngine) async throws {
        try await engine.withSandbox { sandbox, _ in
            for path in ["/x", "/usr/x", "/etc/x", "/opt/x", "/home/x", "/usr/bin/git", "/etc/passwd"] {
                let result = try await sandbox.run(["sh", "-c", "echo x >> \(path)"])
                #expect(!result.succeeded, "\(path)")
            }
            for path in ["/proc/sys/kernel/core_pattern", "/proc/sys/vm/drop_caches", "/proc/sysrq-trigger"] {
                let result = try await sandbox.run(["sh", "-c", "echo 1 > \(path)"])
                #expect(!result.succeeded, "\(path)")
            }
        }
    }

    @Test(
        "a read-only mount stays as it is, a writable one is written and belongs to us again",
        arguments: TestEngine.available
    )
    func mounts(engine: TestEngine) async throws {
        try await withTemporaryDirectory { directory in
            let given = directory.appendingPathComponent("given, with \"odd\" name")
            try FileManager.default.createDirectory(at: given, withIntermediateDirectories: true)
            try Data("as it was".utf8).write(to: given.appendingPathComponent("file"))
            let mount = SandboxSpecification.Mount(host: given, inside: "/opt/given")
            let program = SandboxSpecification.Mount(
                host: given.appendingPathComponent("file"),
                inside: "/opt/one-file"
            )
            try await engine.withSandbox(mounts: [mount, program]) { sandbox, workspace in
                let script = """
                    cd /opt/given; cat file /opt/one-file
                    echo x > file; echo x > new; rm -f file; chmod 777 file; mv file other; ln -s /x file2; echo x > /opt/one-file
                    mkdir -p /workspace/a/b; echo done > /workspace/a/b/c; chmod 600 /workspace/a/b/c
                    """
                let result = try await sandbox.run(["sh", "-c", script])
                #expect(result.text == "as it wasas it was")
                #expect(try String(contentsOfFile: workspace.path + "/a/b/c", encoding: .utf8) == "done\n")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: given.path) == ["file"])
            #expect(try String(contentsOfFile: given.path + "/file", encoding: .utf8) == "as it was")
        }
    }

    @Test("what was written belongs to the owner of the directory afterwards", arguments: TestEngine.available)
    func ownership(engine: TestEngine) async throws {
        try await withTemporaryDirectory { directory in
            let writable = directory.appendingPathComponent("writable")
            try FileManager.default.createDirectory(at: writable, withIntermediateDirectories: true)
            let mount = SandboxSpecification.Mount(host: writable, inside: "/opt/out", writable: true)
            try await engine.withSandbox(mounts: [mount]) { sandbox, _ in
                // A link that points out of the directory must not carry the change of owner with it.
                let script = "cd /opt/out; echo x > file; ln -s /etc/passwd link; cp /bin/sh suid; chmod 4755 suid"
                let result = try await sandbox.run(["sh", "-c", script])
                #expect(result.succeeded)
            }
            for name in ["", "/file", "/link", "/suid"] {
                var status = stat()
                #expect(lstat(writable.path + name, &status) == 0)
                #expect(status.st_uid == geteuid(), "\(name)")
                // Of an agent's program that would run as root the kernel has taken that away with the change of owner.
                #expect(geteuid() != 0 || status.st_mode & S_ISUID == 0, "\(name)")
            }
        }
    }

    @Test("two sandboxes at once know nothing of each other", arguments: TestEngine.available)
    func two(engine: TestEngine) async throws {
        try await engine.withSandbox { first, firstWorkspace in
            async let running = first.run(["sh", "-c", "echo one > /tmp/mine; touch up; sleep 60"])
            try await waitFor(firstWorkspace.appendingPathComponent("up"))
            try await engine.withSandbox { second, _ in
                let seen = try await second.run(["sh", "-c", "ls -A /tmp /workspace; \(listProcesses)"]).text
                #expect(!seen.contains("mine") && !seen.contains("up\n") && !seen.contains("sleep"))
                try await second.killAll()
            }
            #expect(try await first.run(["cat", "/tmp/mine"]).text == "one\n")
            try await first.killAll()
            #expect(try await running.exit == .signal(SIGKILL))
        }
    }

    @Test("nothing is left when the scope has ended", arguments: TestEngine.available)
    func nothingLeft(engine: TestEngine) async throws {
        let marker = "oneshot-left-\(UInt32.random(in: .min ... .max))"
        let id = try await engine.withSandbox { sandbox, workspace in
            let running = Task {
                try await sandbox.run(["sh", "-c", "setsid sh -c 'sleep 600; : \(marker)' & touch up; sleep 600"])
            }
            try await waitFor(workspace.appendingPathComponent("up"))
            running.cancel()
            return try #require((sandbox as? LocalSandbox)?.scratch ?? (sandbox as? ContainerSandbox)?.scratch).id
        }
        #expect(try await Command("pgrep", ["-f", marker]).run().text == "")
        #expect(!FileManager.default.fileExists(atPath: "/tmp/\(LeasedDirectory.prefix(.sandbox))\(id)"))
        let mounts = try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
        #expect(!mounts.contains(id))
        let groups = try await Command("find", ["/sys/fs/cgroup", "-name", "*\(id)*"]).run().text
        #expect(groups == "")
        if engine != .local {
            #expect(try await Command(engine.rawValue, ["ps", "-aq", "--filter", "name=\(id)"]).run().text == "")
        }
    }
}

/// Waits for a file that a sandbox makes; the suite's time limit ends it.
func waitFor(_ file: URL) async throws {
    while !FileManager.default.fileExists(atPath: file.path) { try await Task.sleep(for: .milliseconds(20)) }
}
