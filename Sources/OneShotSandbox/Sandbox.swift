public import Foundation
public import OneShotProcess

/// A running sandbox.
///
/// What lasts from one ``run(_:environment:timeout:onOutput:)`` to the next: the writable mounts, `/home/agent` (which
/// is `HOME`) and `/tmp`. What does not: processes. When a command has ended, whatever it left in the background has
/// ended too.
public protocol Sandbox: Sendable {
    /// Runs a command inside, as the sandbox's unprivileged user, with nothing to read on its standard input.
    ///
    /// The command sees `HOME`, `PATH`, `USER`, `LANG` and the variables given here, none of the host's. At the
    /// time-out every process that it started is killed and the result says `.timedOut`. A command that cannot be
    /// found ends with 127; one killed by a signal ends with 128 + the signal's number. A command that
    /// ``killAll()`` has ended says `.signal(SIGKILL)`, and `.signal(SIGXFSZ)` when the sandbox held more than
    /// ``SandboxSpecification/Limits/diskBytes`` and was stopped for it.
    ///
    /// - Parameter onOutput: called as output comes, one call at a time for each of the two streams.
    /// - Throws: ``SandboxError/startFailed(engine:reason:)`` when the engine, not the command, has failed;
    ///   ``SandboxError/noSpace(place:free:needed:)`` when the machine's disk was about to be full;
    ///   `CancellationError` when the task was cancelled.
    func run(
        _ command: [String],
        environment: [String: String],
        timeout: Duration?,
        onOutput: @escaping @Sendable (Data, OutputChannel) async -> Void
    ) async throws -> CommandResult
    /// Kills every process inside, and returns when none is left. Files stay as they are.
    func killAll() async throws
}

extension Sandbox {
    /// Runs a command inside and collects its output.
    public func run(
        _ command: [String],
        environment: [String: String] = [:],
        timeout: Duration? = nil
    ) async throws -> CommandResult {
        let output = CollectedOutput()
        var result = try await run(command, environment: environment, timeout: timeout) { data, channel in
            await output.append(data, from: channel)
        }
        result.standardOutput = await output.standardOutput
        result.standardError = await output.standardError
        return result
    }
}

private actor CollectedOutput {
    private(set) var standardOutput = Data()
    private(set) var standardError = Data()

    func append(_ data: Data, from channel: OutputChannel) {
        switch channel {
        case .standardOutput: standardOutput.append(data)
        case .standardError: standardError.append(data)
        }
    }
}
