import Foundation
import OneShotCore
import OneShotProcess

/// The command-line client of a container engine.
struct ContainerClient: Sendable {
    var dialect: ContainerDialect
    /// Changes to our environment that the client runs with.
    var environment: [String: String] = [:]

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

    /// - Throws: ``SandboxError/engineUnavailable(name:reason:remedy:)`` when the program is missing or no engine
    ///   answers.
    func version() async throws -> String {
        let result: CommandResult
        do {
            result = try await run(dialect.versionArguments, timeout: .seconds(5))
        } catch is ProcessError {
            throw SandboxError.engineUnavailable(
                name: dialect.rawValue,
                reason: "'\(dialect.program)' is not installed",
                remedy: "run: apt-get install \(dialect == .docker ? "docker.io" : "podman")"
            )
        }
        guard result.succeeded else {
            throw SandboxError.engineUnavailable(
                name: dialect.rawValue,
                reason: result.exit == .timedOut ? "no answer within 5 s" : result.lastErrorLine,
                remedy: dialect == .docker ? "start the docker daemon" : "see what 'podman info' says"
            )
        }
        return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// What a template makes of an image's description; nil when there is no such image.
    func inspect(_ reference: String, _ template: String) async throws -> String? {
        let result = try await run(["image", "inspect", "--format", template, reference])
        return result.succeeded ? result.text.trimmingCharacters(in: .whitespacesAndNewlines) : nil
    }

    func hasImage(_ reference: String) async throws -> Bool {
        try await run(["image", "inspect", "--format", "{{.Id}}", reference]).succeeded
    }

    /// The ids of the containers with a label, running or not.
    func containers(label: String) async throws -> [String] {
        let result = try await run(["ps", "--all", "--quiet", "--no-trunc", "--filter", "label=\(label)"])
        return result.text.split(separator: "\n").map(String.init)
    }

    /// Kills and removes containers until none with the label is left.
    func removeContainers(label: String) async throws {
        for _ in 0..<20 {
            let ids = try await containers(label: label)
            if ids.isEmpty { return }
            _ = try await run(dialect.removeArguments + ids)
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
