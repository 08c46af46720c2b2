import Foundation

/// The words of `docker run` or `podman run` for one command.
///
/// A container for each command, not `exec` in a standing one: it ends with its first process, and then the kernel
/// has killed whatever the command started, without asking the engine; and `exec` leaves processes behind at a
/// time-out. No `--rm`: docker's client loses the exit code with it on some servers.
struct ContainerArguments {
    var dialect: ContainerDialect
    var controls = Set(ContainerControl.allCases)
    var name: String
    var lease: Lease
    var specification: SandboxSpecification
    var scratch: Scratch
    var environment: [String: String]
    var command: [String]
    var uid = geteuid()
    var gid = getegid()

    enum Label {
        /// The id of the sandbox: all containers of one have the same.
        static let sandbox = "oneshot.sandbox"
        static let trial = "oneshot.label"
        static let lease = "oneshot.lease"
    }

    var words: [String] {
        ["run", "--name", name] + labels + isolation + dialect.limitArguments(specification.limits, controls) + mounts
            + variables
            + program
    }

    private var labels: [String] {
        [(Label.sandbox, scratch.id), (Label.trial, specification.label), (Label.lease, lease.text)]
            .flatMap { ["--label", "\($0)=\($1)"] }
    }

    private var isolation: [String] {
        dialect.isolationArguments + ["--read-only"] + dialect.userArguments(uid: uid, gid: gid)
    }

    private var mounts: [String] {
        var words = ["/run", "/var/tmp"].flatMap(dialect.temporaryArguments)
        words += bind(scratch.temporary.path, "/tmp", writable: true)
        words += bind(scratch.home.path, "/home/agent", writable: true)
        words +=
            dialect.mountsFiles
            ? bind(scratch.initProgram.path, InitProgram.path, writable: false)
            : bind(scratch.programs.path, InitProgram.directory, writable: false)
        if dialect.mountsFiles {
            // Else the engine writes the host's address, names and resolvers into them.
            for name in ["hosts", "resolv.conf"] {
                words += bind(scratch.system.appendingPathComponent(name).path, "/etc/\(name)", writable: false)
            }
        }
        if case .forwarded(_, let path) = specification.network {
            words += bind(path, InitProgram.socketPath, writable: false)
        }
        return words + specification.mounts.flatMap { bind($0.host.path, $0.inside, writable: $0.writable) }
    }

    /// One CSV record, quoted where a path has a comma or a quote.
    private func bind(_ source: String, _ target: String, writable: Bool) -> [String] {
        let fields = ["type=bind", "source=\(source)", "target=\(target)"] + (writable ? [] : ["readonly"])
        let record = fields.map { field in
            field.contains { $0 == "," || $0 == "\"" } ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
        }
        return ["--mount", record.joined(separator: ",")]
    }

    private var variables: [String] {
        let own = ["HOME": "/home/agent", "USER": "agent", "LOGNAME": "agent", "LANG": "C.UTF-8", "SHELL": "/bin/sh"]
        return own.merging(environment) { $1 }.sorted { $0.key < $1.key }
            .flatMap { ["--env", "\($0.key)=\($0.value)"] }
    }

    private var program: [String] {
        let words = InitProgram.arguments(
            python: "python3",
            network: specification.network,
            fileBytes: specification.limits.diskBytes,
            command: command
        )
        return ["--workdir", specification.workingDirectory, "--entrypoint", words[0], specification.image.reference]
            + words.dropFirst()
    }
}
