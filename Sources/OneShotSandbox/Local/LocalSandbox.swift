import Foundation
import OneShotCore
import OneShotProcess

/// A sandbox made of namespaces: each command runs under a bwrap of its own, whose process-id namespace ends with it.
struct LocalSandbox: Sandbox {
    let specification: SandboxSpecification
    let scratch: Scratch
    let group: ControlGroup?
    let bubblewrap: String
    let running = RunningCommands()

    func run(
        _ command: [String],
        environment: [String: String],
        timeout: Duration?,
        onOutput: @escaping @Sendable (Data, OutputChannel) async -> Void
    ) async throws -> CommandResult {
        let start = self.command(running: command, environment: environment, timeout: timeout)
        let marked = MarkedOutput()
        let result = try await specification.diskWatch(scratch).during {
            try await running.run {
                try await start.run { data, channel in
                    let rest = await marked.take(data, from: channel)
                    if !rest.isEmpty { await onOutput(rest, channel) }
                }
            }
        } stop: {
            try? await killAll()
        }
        await lastProcess()
        if case .code = result.exit, await !marked.isMarked {
            throw SandboxError.startFailed(engine: LocalEngine.name, reason: await marked.lastWords)
        }
        return result
    }

    func killAll() async throws {
        await running.endAll()
        try await uncancelled {
            if let group { await group.empty() } else { await LeasedProcesses.end(of: scratch.leased) }
        }
    }

    /// Waits for the last process of a command that has ended: the kernel takes its namespace down while the end is
    /// reported. The group has the processes of all commands, so another that begins now ends the wait.
    private func lastProcess() async {
        guard let group else {
            if await running.isIdle { await LeasedProcesses.wait(of: scratch.leased) }
            return
        }
        for _ in 0..<1000 {
            guard await running.isIdle, !group.processes.isEmpty else { return }
            try? await Task.sleep(for: .milliseconds(2))
        }
    }

    private func command(running command: [String], environment: [String: String], timeout: Duration?) -> Command {
        var arguments = BubblewrapArguments(
            scratch: scratch,
            mounts: specification.mounts,
            network: specification.network,
            limits: specification.limits,
            workingDirectory: specification.workingDirectory,
            environment: environment,
            command: command,
            hasControlGroup: group != nil
        )
        var words = [bubblewrap] + arguments.words
        if geteuid() == 0 {
            let start = StagedStart(stage: scratch.stage, sources: sources, group: group)
            arguments.source = start.path(of:)
            words = start.command(bubblewrap, arguments.words)
        }
        return Command(
            words[0],
            Array(words.dropFirst()),
            environment: .exactly(["PATH": BubblewrapArguments.path]),
            directory: URL(fileURLWithPath: "/"),
            timeout: timeout
        )
    }

    private var sources: [URL] {
        var sources = specification.mounts.map(\.host) + [scratch.temporary, scratch.home]
        if case .forwarded(_, let path) = specification.network { sources.append(URL(fileURLWithPath: path)) }
        return sources
    }
}
