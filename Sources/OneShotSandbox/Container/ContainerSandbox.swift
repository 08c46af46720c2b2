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
            controls: client.controls,
            name: name,
            lease: lease,
            specification: specification,
            scratch: scratch,
            environment: environment,
            command: command
        )
        // Podman's monitor leaves a file `oom` where it was started when the memory limit is hit.
        let start = client.command(arguments.words, directory: scratch.directory)
        return try await specification.diskWatch(scratch).during {
            try await running.run { try await attached(start, name: name, timeout: timeout, onOutput: onOutput) }
        } stop: {
            try? await killAll()
        }
    }

    func killAll() async throws {
        try await uncancelled {
            await running.endAll()
            try await ContainerTeardown(client: client, directory: scratch.leased).run()
        }
    }

    /// Runs the client, and kills the container when the time is up or the task is cancelled: to end the client would end
    /// nothing else, and before the container has started would leave half of it. The time runs from the start of
    /// the command, not of the container.
    private func attached(
        _ start: Command,
        name: String,
        timeout: Duration?,
        onOutput: @escaping @Sendable (Data, OutputChannel) async -> Void
    ) async throws -> CommandResult {
        let marked = MarkedOutput()
        let clock = Deadline()
        await clock.set(Self.startLimit)
        // Awaited below; not cancelled with us.
        let attempt = Task {
            try await start.run { data, channel in
                let wasMarked = await marked.isMarked
                let rest = await marked.take(data, from: channel)
                if !wasMarked, await marked.isMarked { await clock.set(timeout) }
                if !rest.isEmpty { await onOutput(rest, channel) }
            }
        }
        await clock.onReach { elapsed in
            await killAtOnce()
            try? await uncancelled { try await remove(name) }
            // An engine that does not come to an end.
            if elapsed > Self.patience { attempt.cancel() }
        }
        let result = await withTaskCancellationHandler {
            await attempt.result
        } onCancel: {
            Task { await clock.reachNow() }
        }
        let isOver = await clock.stop()
        try Task.checkCancellation()
        let ended = try result.get()
        guard await marked.isMarked else {
            let reason = isOver ? "no answer within \(Self.startLimit)" : Self.explained(await marked.lastWords)
            throw SandboxError.startFailed(engine: client.dialect.rawValue, reason: reason)
        }
        return isOver ? CommandResult(exit: .timedOut) : ended
    }

    /// Kills what is inside without the engine, which may take a second to be asked: the agent must not have it. Where
    /// the processes are not to be found on this machine, the engine does it.
    private func killAtOnce() async {
        guard await running.isOne else { return }
        for process in LeasedProcesses.find(of: scratch.leased, clients: false) { kill(process, SIGKILL) }
    }

    private static let startLimit = Duration.seconds(120)
    /// How long a client may take to end when its container is removed.
    private static let patience = Duration.seconds(20)

    private static func explained(_ reason: String) -> String {
        reason.contains("\"python3\"") && reason.contains("not found")
            ? "its image has no python3, which every sandbox needs; install it in the task's Dockerfile" : reason
    }

    private func remove(_ name: String) async throws {
        _ = try await client.run(client.dialect.removeArguments + [name])
    }
}
