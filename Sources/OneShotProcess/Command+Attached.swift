import Foundation
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

extension Command {
    /// What the program finds at its standard input when it runs attached.
    public enum AttachedInput: Sendable, Equatable {
        /// Our own: the terminal, or the pipe that we were given.
        case ours
        /// Nothing.
        case empty
    }

    /// Runs the program in our place: on our terminal, in our process group, with our standard streams, so that a
    /// full-screen program and Ctrl-C work as if we were not there.
    ///
    /// Signals that ask us to end are passed on to the program; we end when it has ended. ``input`` and ``timeout``
    /// do not apply.
    ///
    /// - Throws: ``ProcessError``, `CancellationError` after the program was asked to end.
    public func runAttached(input attachedInput: AttachedInput = .ours) async throws -> CommandResult {
        let status: TerminationStatus
        do {
            switch attachedInput {
            case .ours: status = try await runAttached(reading: .currentStandardInput)
            case .empty: status = try await runAttached(reading: .none)
            }
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw error.code == .executableNotFound
                ? ProcessError.notFound(program: executable)
                : ProcessError.notStarted(program: executable, reason: "\(error)")
        }
        try Task.checkCancellation()
        return CommandResult(exit: .init(status))
    }

    private func runAttached<Input: InputProtocol>(reading input: Input) async throws -> TerminationStatus {
        // Before the start, so that a signal that comes between the two is not lost.
        let signals = Signals.toEnd.stream()
        let started = AsyncStream<pid_t>.makeStream()
        let forwarder = Task {
            guard let program = await started.stream.first(where: { _ in true }) else { return }
            for await signal in signals where !Terminal.sent(signal) { kill(program, signal) }
        }
        defer { forwarder.cancel() }
        return try await Subprocess.run(
            attachedConfiguration,
            input: input,
            output: .currentStandardOutput,
            error: .currentStandardError
        ) { execution in
            started.continuation.yield(execution.processIdentifier.value)
        }.terminationStatus
    }

    private var attachedConfiguration: Configuration {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        return Configuration(
            executable: Executable.program(executable, in: environment),
            arguments: Arguments(arguments),
            environment: environment.forSubprocess,
            workingDirectory: directory.map { FilePath($0.path) },
            platformOptions: options
        )
    }
}

private enum Terminal {
    /// Whether the terminal sent this signal to all of its foreground group, the program included: what Ctrl-C does.
    static func sent(_ signal: Int32) -> Bool {
        guard signal == SIGINT || signal == SIGQUIT else { return false }
        let terminal = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else { return false }
        defer { close(terminal) }
        return tcgetpgrp(terminal) == getpgrp()
    }
}
