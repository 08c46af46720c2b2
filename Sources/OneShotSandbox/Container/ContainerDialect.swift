import Foundation

/// Where the command lines of docker, podman and Apple's `container` differ.
enum ContainerDialect: String, Sendable, CaseIterable {
    case docker, podman
    /// Version 1.0 or later, on macOS: each container is a virtual machine. Its words are those of its
    /// docs/command-reference.md.
    case appleContainer = "apple-container"

    /// Those that this system can have.
    static var here: [ContainerDialect] {
        #if os(macOS)
            allCases
        #else
            [.docker, .podman]
        #endif
    }

    var program: String { self == .appleContainer ? "container" : rawValue }

    /// The words that print the engine's version, and for docker and podman fail where no engine answers.
    var versionArguments: [String] {
        switch self {
        case .docker: ["version", "--format", "{{.Server.Version}}"]
        case .podman: ["version", "--format", "{{.Client.Version}}"]
        case .appleContainer: ["--version"]
        }
    }

    /// The words that fail where no engine answers, if the version's do not.
    var statusArguments: [String]? { self == .appleContainer ? ["system", "status"] : nil }

    /// Kills and removes containers, at once.
    var removeArguments: [String] {
        switch self {
        case .docker: ["rm", "--force"]
        case .podman: ["rm", "--force", "--time", "0"]
        case .appleContainer: ["delete", "--force"]
        }
    }

    var removeImageArguments: [String] { self == .appleContainer ? ["image", "delete"] : ["rmi"] }

    var pullArguments: [String] {
        self == .appleContainer ? ["image", "pull", "--progress", "none"] : ["pull", "--quiet"]
    }

    /// An image that is here already is never asked for at a registry.
    var buildArguments: [String] {
        switch self {
        // The Dockerfile is the person's own, and may need its packages; the agent's containers have no network.
        // Its old builder leaves the container of a step that fails.
        case .docker: ["--network=host", "--force-rm"]
        case .podman: ["--network=host", "--pull=missing", "--format=docker", "--http-proxy=false"]
        case .appleContainer: ["--progress", "plain"]
        }
    }

    /// The words that show a build what it has to know of this machine. Docker's and Apple's builders mount nothing.
    func settingsArguments(_ directory: URL) -> [String] {
        self == .podman ? ["--volume", "\(directory.path):\(BuildSettings.directory):ro"] : []
    }

    /// What shuts a container in, apart from the words that all dialects share.
    var isolationArguments: [String] {
        let common = [
            "--pull=never", "--sig-proxy=false", "--log-driver=none", "--hostname", "sandbox", "--network=none",
            "--cap-drop=all", "--security-opt=no-new-privileges",
        ]
        return switch self {
        case .docker: common
        // Else podman hands the host's proxy variables on.
        case .podman: common + ["--http-proxy=false"]
        // The first process takes new privileges from itself.
        case .appleContainer: ["--network", "none", "--no-dns", "--cap-drop", "ALL", "--progress", "none"]
        }
    }

    /// - Parameter controls: what can be limited for the container as a whole; of the rest, memory is limited for each
    ///   process by itself, processes for the sandbox's user, and CPU is not.
    func limitArguments(_ limits: SandboxSpecification.Limits, _ controls: Set<ContainerControl>) -> [String] {
        switch self {
        case .docker, .podman:
            let memory = "\(limits.memoryBytes)b"
            return
                (controls.contains(.memory)
                ? ["--memory", memory, "--memory-swap", memory]
                : ["--ulimit", "data=\(limits.memoryBytes):\(limits.memoryBytes)"])
                + (controls.contains(.pids)
                    ? ["--pids-limit", "\(limits.processes)"]
                    : ["--ulimit", "nproc=\(limits.processes):\(limits.processes)"])
                + (controls.contains(.cpu) ? ["--cpus", "\(limits.cpus)"] : [])
        case .appleContainer:
            return [
                "--memory", "\(limits.memoryBytes >> 20)M", "--cpus", "\(Int(limits.cpus.rounded(.up)))",
                "--ulimit", "nproc=\(limits.processes):\(limits.processes)",
            ]
        }
    }

    func temporaryArguments(_ path: String) -> [String] {
        ["--tmpfs", self == .appleContainer ? path : "\(path):rw,nosuid,nodev,mode=1777,size=256m"]
    }

    /// Who commands run as. As root: the user 1000. Otherwise whoever we are, so that the mounts are theirs on both
    /// sides.
    func userArguments(uid: uid_t, gid: gid_t) -> [String] {
        switch (self, uid) {
        case (_, 0): ["--user", "1000:1000"]
        case (.podman, _): ["--userns=keep-id:uid=1000,gid=1000", "--user", "1000:1000"]
        case (.docker, _), (.appleContainer, _): ["--user", "\(uid):\(gid)"]
        }
    }

    /// Whether a socket of the host can be lent to a container, which is the only way to a model.
    var lendsSockets: Bool { self != .appleContainer }

    /// Whether one file can be mounted, and not only a directory.
    var mountsFiles: Bool { self != .appleContainer }
}

extension ContainerDialect {
    /// How to get the engine, for a person who has none.
    var installation: String {
        switch self {
        case .docker: "run: apt-get install docker.io, or see docs.docker.com/get-docker"
        case .podman: "run: apt-get install podman"
        case .appleContainer: "install it from github.com/apple/container/releases"
        }
    }

    /// How to start the engine, for a person whose engine does not answer.
    func start(after reason: String) -> String {
        if reason.lowercased().contains("permission denied") {
            return "this user may not use it: run as one of its group, or use --engine podman"
        }
        #if os(macOS)
            return switch self {
            case .docker: "open Docker Desktop, or run: colima start"
            case .podman: "run: podman machine start"
            case .appleContainer: "run: container system start"
            }
        #else
            return switch self {
            case .docker: "start it: systemctl start docker, or dockerd"
            case .podman: "see what 'podman info' says"
            case .appleContainer: "use --engine podman, docker or local"
            }
        #endif
    }
}
