public import Foundation
import OneShotCore
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// Where a chunk of a program's output came from.
public enum OutputChannel: Sendable, Equatable {
    case standardOutput
    case standardError
}

extension Command {
    /// Runs the program to its end and collects its output.
    ///
    /// The program leads a process group of its own, which is killed when the program has ended, when its time is
    /// up, and when the task is cancelled.
    ///
    /// - Throws: ``ProcessError``, `CancellationError`.
    public func run() async throws -> CommandResult {
        let output = Collector()
        var result = try await run { chunk, stream in await output.append(chunk, from: stream) }
        result.standardOutput = await output.standardOutput
        result.standardError = await output.standardError
        return result
    }

    /// Runs the program and returns its result if it exited with 0.
    ///
    /// - Throws: ``ProcessError/failed(command:code:message:)`` otherwise.
    @discardableResult
    public func runChecked() async throws -> CommandResult {
        let result = try await run()
        guard result.succeeded else {
            let message = result.errorText.split(separator: "\n").last.map(String.init) ?? ""
            throw ProcessError.failed(command: line, code: result.shellCode, message: message)
        }
        return result
    }

    /// Runs the program to its end and hands on its output as it comes.
    ///
    /// - Parameter onOutput: called for each chunk, one call at a time for each of the two streams.
    public func run(
        onOutput: @escaping @Sendable (Data, OutputChannel) async -> Void
    ) async throws -> CommandResult {
        let outcome: ExecutionResult<Bool, SequenceOutput, SequenceOutput>
        do {
            outcome = try await Subprocess.run(
                Executable.program(executable, in: environment),
                arguments: Arguments(arguments),
                environment: environment.forSubprocess,
                workingDirectory: directory.map { FilePath($0.path) },
                platformOptions: options,
                input: .array(Array(input)),
                output: .sequence,
                error: .sequence
            ) { execution in
                let group = ProcessGroup(id: execution.processIdentifier.value)
                defer { group.kill() }
                return try await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask { try await Self.forward(execution.standardOutput, .standardOutput, onOutput) }
                    tasks.addTask { try await Self.forward(execution.standardError, .standardError, onOutput) }
                    return try await Self.wait(for: &tasks, timeout: timeout, killing: group)
                }
            }
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw error.code == .executableNotFound
                ? ProcessError.notFound(program: executable)
                : ProcessError.notStarted(program: executable, reason: "\(error)")
        }
        try Task.checkCancellation()
        return CommandResult(exit: outcome.closureResult ? .timedOut : .init(outcome.terminationStatus))
    }

    /// Waits until both streams are at their end, which they are when the last process that holds them has ended, and
    /// then for the program itself: one that closes its streams a moment before it ends must not be killed in between.
    ///
    /// - Returns: whether the time was up before.
    private static func wait(
        for tasks: inout ThrowingTaskGroup<Void, any Error>,
        timeout: Duration?,
        killing group: ProcessGroup
    ) async throws -> Bool {
        guard let timeout else {
            try await tasks.waitForAll()
            try await group.leaderEnds()
            return false
        }
        let timer = Task {
            try await Task.sleep(for: timeout)
            group.kill()
        }
        defer { timer.cancel() }
        try await tasks.waitForAll()
        try await group.leaderEnds()
        timer.cancel()
        return (try? await timer.value) != nil
    }

    private static func forward(
        _ sequence: SubprocessOutputSequence,
        _ stream: OutputChannel,
        _ onOutput: @Sendable (Data, OutputChannel) async -> Void
    ) async throws {
        for try await buffer in sequence {
            await onOutput(buffer.withUnsafeBytes { Data($0) }, stream)
        }
    }

    private var options: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(2))
        ]
        return options
    }
}

/// The processes that a command has started.
private struct ProcessGroup: Sendable {
    let id: pid_t

    func kill() { _ = Foundation.kill(-id, SIGKILL) }

    /// Returns when the first of them has ended; its status stays for whoever collects it.
    func leaderEnds() async throws {
        var pause = Duration.milliseconds(1)
        while true {
            var info = siginfo_t()
            let isRunning = waitid(P_PID, id_t(id), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == 0
            guard isRunning else { return }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(50))
        }
    }
}

private actor Collector {
    private(set) var standardOutput = Data()
    private(set) var standardError = Data()

    func append(_ chunk: Data, from stream: OutputChannel) {
        switch stream {
        case .standardOutput: standardOutput.append(chunk)
        case .standardError: standardError.append(chunk)
        }
    }
}

extension Command.Environment {
    var forSubprocess: Subprocess.Environment {
        switch self {
        case .inherited(let changes):
            .inherit.updating(
                changes.reduce(into: [:]) { all, change in
                    all[Subprocess.Environment.Key(stringLiteral: change.key)] = .some(change.value)
                }
            )
        case .exactly(let variables):
            .custom(
                variables.reduce(into: [:]) { all, variable in
                    all[Subprocess.Environment.Key(stringLiteral: variable.key)] = variable.value
                }
            )
        }
    }
}

extension CommandResult.Exit {
    init(_ status: TerminationStatus) {
        switch status {
        case .exited(let code): self = .code(code)
        case .signaled(let signal): self = .signal(signal)
        }
    }
}
