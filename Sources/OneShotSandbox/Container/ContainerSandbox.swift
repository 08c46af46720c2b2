import Foundation
import OneShotProcess

/// A sandbox made of containers, one for each command.
struct ContainerSandbox: Sandbox {
    let client: ContainerClient
    let specification: SandboxSpecification
    let scratch: Scratch
    let lease = Lease()
    let running = RunningCommands()

    func run(
        _ command: [String],
        environment: [String: String],
        timeout: Duration?,
        onOutput: @escaping @Sendable (Data, OutputChannel) async -> Void
    ) async throws -> CommandResult {
        let name = "oneshot-\(scratch.id)-\(String(UInt32.random(in: .min ... .max), radix: 36))"
        let arguments = ContainerArguments(
            dialect: client.dialect,
            name: name,
            lease: lease,
            specification: specification,
            scratch: scratch,
            environment: environment,
            command: command
        )
        let start = client.command(arguments.words)
        do {
            return try await running.run { try await attached(start, name: name, timeout: timeout, onOutput: onOutput) }
        } catch is CancellationError {
            // The client has ended, the container has not.
            try await uncancelled { try await remove(name) }
            throw CancellationError()
        }
    }

    func killAll() async throws {
        try await uncancelled {
            await running.endAll()
            try await client.removeContainers(label: "\(ContainerArguments.Label.sandbox)=\(scratch.id)")
        }
    }

    /// Runs the client, and kills the container when the time is up: to end the client would end nothing else.
    private func attached(
        _ start: Command,
        name: String,
        timeout: Duration?,
        onOutput: @escaping @Sendable (Data, OutputChannel) async -> Void
    ) async throws -> CommandResult {
        let errors = LastWords()
        let timer = Task {
            guard let timeout else { return false }
            try await Task.sleep(for: timeout)
            // Again, as it may not be there yet.
            while !Task.isCancelled {
                try await uncancelled { try await remove(name) }
                try? await Task.sleep(for: .milliseconds(100))
            }
            return true
        }
        let ended = try await withTaskCancellationHandler {
            try await start.run { data, channel in
                if channel == .standardError { await errors.append(data) }
                await onOutput(data, channel)
            }
        } onCancel: {
            timer.cancel()
        }
        timer.cancel()
        if (try? await timer.value) == true, timeout != nil { return CommandResult(exit: .timedOut) }
        guard case .code(125...127) = ended.exit, try await hasNeverStarted(name) else { return ended }
        throw SandboxError.startFailed(engine: client.dialect.rawValue, reason: await errors.line)
    }

    /// Whether an exit code is the client's own, and not the command's.
    private func hasNeverStarted(_ name: String) async throws -> Bool {
        let result = try await client.run(["container", "inspect", "--format", "{{.State.StartedAt}}", name])
        return !result.succeeded || result.text.hasPrefix("0001-")
    }

    private func remove(_ name: String) async throws {
        _ = try await client.run(client.dialect.removeArguments + [name])
    }
}

/// The end of an error output, for the reason of a failure.
private actor LastWords {
    private var data = Data()

    func append(_ chunk: Data) {
        data.append(chunk)
        if data.count > 4096 { data = Data(data.suffix(2048)) }
    }

    var line: String { CommandResult(exit: .code(125), standardError: data).lastErrorLine }
}
