import Foundation

/// The words after `bwrap`: a root file system of the host's `/usr` and little else, in namespaces of its own.
struct BubblewrapArguments {
    var scratch: Scratch
    var mounts: [SandboxSpecification.Mount]
    var network: SandboxSpecification.Network
    var limits: SandboxSpecification.Limits
    var workingDirectory: String
    var environment: [String: String]
    var command: [String]
    /// Whether a control group holds the memory limit; else each process has it for itself.
    var hasControlGroup: Bool
    /// Where the source of a mount is to be found when bwrap runs.
    var source: (URL) -> String = { $0.path }
    var host = HostSystem()

    /// Of each file system that is in memory.
    private static let temporaryBytes = 256 << 20
    static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    var words: [String] {
        namespaces + system + writable + given + forwarder + variables
            + ["--remount-ro", "/", "--chdir", workingDirectory, "--"] + limited + program
    }

    private var namespaces: [String] {
        [
            "--unshare-all", "--unshare-user", "--disable-userns", "--uid", "1000", "--gid", "1000",
            "--hostname", "sandbox", "--cap-drop", "ALL", "--die-with-parent", "--new-session", "--as-pid-1",
            "--clearenv",
        ]
    }

    private var system: [String] {
        var words = ["--ro-bind", "/usr", "/usr"]
        for directory in host.topLevel {
            switch directory {
            case .link(let path, let target): words += ["--symlink", target, path]
            case .directory(let path): words += ["--ro-bind", path, path]
            }
        }
        words += ["--dev", "/dev", "--proc", "/proc"]
        for path in host.readableInEtc { words += ["--ro-bind", path, path] }
        for name in HostSystem.ownFiles.keys.sorted() {
            words += ["--ro-bind", scratch.system.appendingPathComponent(name).path, "/etc/\(name)"]
        }
        return words
    }

    private var writable: [String] {
        [("0755", "/run"), ("0755", "/var"), ("1777", "/var/tmp"), ("1777", "/dev/shm")].flatMap { mode, path in
            ["--perms", mode, "--size", "\(Self.temporaryBytes)", "--tmpfs", path]
        } + [
            "--remount-ro", "/dev", "--bind", source(scratch.temporary), "/tmp", "--bind", source(scratch.home),
            "/home/agent",
            "--ro-bind", scratch.initProgram.path, InitProgram.path,
        ]
    }

    private var given: [String] {
        mounts.flatMap { [$0.writable ? "--bind" : "--ro-bind", source($0.host), $0.inside] }
    }

    private var forwarder: [String] {
        guard case .forwarded(_, let path) = network else { return [] }
        return ["--ro-bind", source(URL(fileURLWithPath: path)), InitProgram.socketPath]
    }

    private var variables: [String] {
        let own = [
            "PATH": Self.path, "HOME": "/home/agent", "USER": "agent", "LOGNAME": "agent", "LANG": "C.UTF-8",
            "SHELL": "/bin/sh",
        ]
        return own.merging(environment) { $1 }.sorted { $0.key < $1.key }.flatMap { ["--setenv", $0.key, $0.value] }
    }

    /// The number of processes is limited inside, where the user has no others.
    private var limited: [String] {
        let memory = hasControlGroup ? [] : ["--data=\(limits.memoryBytes)"]
        return ["/usr/bin/prlimit", "--nproc=\(limits.processes)", "--core=0"] + memory
            + ["--"]
    }

    private var program: [String] {
        InitProgram.arguments(
            python: host.python,
            network: network,
            fileBytes: limits.diskBytes,
            command: command
        )
    }
}
