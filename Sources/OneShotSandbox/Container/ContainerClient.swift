import Foundation
import OneShotCore
import OneShotProcess

/// The command-line client of a container engine.
struct ContainerClient: Sendable {
    var dialect: ContainerDialect
    /// Changes to our environment that the client runs with.
    var environment: [String: String] = [:]
    /// What the engine can limit for a container as a whole. Podman without root has only what the system hands down
    /// to this person.
    var controls = Set(ContainerControl.allCases)

    /// The variables that tell a client which engine is meant.
    static let placeVariables = [
        "DOCKER_HOST", "DOCKER_CONTEXT", "CONTAINER_HOST", "CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF",
    ]

    /// On a machine with much to do, an engine that is well takes seconds to say its version.
    private static let patience = Duration.seconds(20)

    func command(_ arguments: [String], directory: URL? = nil, timeout: Duration? = nil) -> Command {
        Command(
            dialect.program,
            arguments,
            environment: .inherited(changing: environment.mapValues { $0 }),
            directory: directory,
            timeout: timeout
        )
    }

    /// - Throws: ``ProcessError``.
    func run(_ arguments: [String], timeout: Duration? = .seconds(60)) async throws -> CommandResult {
        try await command(arguments, timeout: timeout).run()
    }

    /// - Throws: ``SandboxError/engineUnavailable(name:reason:remedy:)`` when this is not the system for it, the
    ///   program is missing, or no engine answers.
    func version() async throws -> String {
        guard ContainerDialect.here.contains(dialect) else {
            throw unavailable("it runs on macOS only", "use --engine podman, docker or local")
        }
        let result: CommandResult
        do {
            result = try await run(dialect.versionArguments, timeout: Self.patience)
            if let status = dialect.statusArguments { try check(try await run(status, timeout: Self.patience)) }
        } catch is ProcessError {
            throw unavailable("'\(dialect.program)' is not installed", dialect.installation)
        }
        try check(result)
        return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func check(_ result: CommandResult) throws {
        guard !result.succeeded else { return }
        let reason =
            result.exit == .timedOut ? "no answer within \(Self.patience.components.seconds) s" : result.lastErrorLine
        throw unavailable(reason, dialect.start(after: reason))
    }

    private func unavailable(_ reason: String, _ remedy: String) -> SandboxError {
        .engineUnavailable(name: dialect.rawValue, reason: reason, remedy: remedy)
    }
}

// MARK: - Images

extension ContainerClient {
    /// - Returns: nil when there is no such image.
    func image(_ reference: String) async throws -> ImageFacts? { try await images([reference]).first }

    func hasImage(_ reference: String) async throws -> Bool {
        try await run(["image", "inspect", reference]).succeeded
    }

    func images(label: String) async throws -> [ImageFacts] {
        if dialect == .appleContainer {
            let listed = try await run(["image", "list", "--format", "json"])
            return ImageFacts.read(listed.standardOutput, dialect: dialect).filter { $0.labels[label] != nil }
        }
        let listed = try await run(["image", "ls", "--filter", "label=\(label)", "--quiet", "--no-trunc"])
        // One that has two names is listed twice.
        return try await images(Set(listed.text.split(separator: "\n").map(String.init)).sorted())
    }

    private func images(_ references: [String]) async throws -> [ImageFacts] {
        guard !references.isEmpty else { return [] }
        let result = try await run(["image", "inspect"] + references)
        return ImageFacts.read(result.standardOutput, dialect: dialect)
    }

    /// The client with what the engine can limit here. A limit that is asked for and is not among it would be ignored,
    /// or would keep the container from starting.
    func knowingItsControls() async throws -> ContainerClient {
        guard dialect == .podman, geteuid() != 0 else { return self }
        let result = try await run(["info", "--format", "{{.Host.CgroupsVersion}} {{.Host.CgroupControllers}}"])
        guard result.succeeded else { return self }
        var client = self
        client.controls = ContainerControl.read(result.text)
        return client
    }

    /// The directory in which the engine keeps its images, if it tells.
    func storage() async -> String? {
        let format =
            switch dialect {
            case .docker: "{{.DockerRootDir}}"
            case .podman: "{{.Store.GraphRoot}}"
            case .appleContainer: ""
            }
        guard !format.isEmpty, let result = try? await run(["info", "--format", format]),
            result.succeeded
        else { return nil }
        return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

// MARK: - Containers

extension ContainerClient {
    /// The containers with a label, running or not.
    func containers(label: String) async throws -> [ContainerFacts] {
        if dialect == .appleContainer { return try await appleContainers(label: label) }
        let ids = try await containerIDs(label: label)
        guard !ids.isEmpty else { return [] }
        let result = try await run(["container", "inspect"] + ids)
        return ContainerFacts.read(result.standardOutput, dialect: dialect)
    }

    /// Kills and removes containers until none with the label is left.
    ///
    /// - Parameter label: `NAME=VALUE`.
    func removeContainers(label: String) async throws {
        for _ in 0..<20 {
            let ids = try await containerIDs(label: label)
            if ids.isEmpty { return }
            // Nobody starts another meanwhile.
            if try await run(dialect.removeArguments + ids).succeeded { return }
        }
    }

    private func containerIDs(label: String) async throws -> [String] {
        if dialect == .appleContainer { return try await appleContainers(label: label).map(\.id) }
        let result = try await run(["ps", "--all", "--quiet", "--no-trunc", "--filter", "label=\(label)"])
        return result.text.split(separator: "\n").map(String.init)
    }

    /// Its list has no filter.
    private func appleContainers(label: String) async throws -> [ContainerFacts] {
        let parts = label.split(separator: "=", maxSplits: 1).map(String.init)
        let listed = try await run(["list", "--all", "--format", "json"])
        return ContainerFacts.read(listed.standardOutput, dialect: dialect).filter { container in
            guard let value = parts.first.flatMap({ container.labels[$0] }) else { return false }
            return parts.count == 1 || value == parts[1]
        }
    }
}

extension CommandResult {
    /// What a client said last, without its "Error:".
    var lastErrorLine: String {
        let line = errorText.split(separator: "\n").last.map(String.init) ?? "it ended with \(shellCode)"
        return line.hasPrefix("Error: ") ? String(line.dropFirst(7)) : line
    }
}
