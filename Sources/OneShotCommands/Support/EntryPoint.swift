import ArgumentParser
import Foundation
import OneShotCore
import OneShotSandbox

/// Runs the command line and ends the process: one clear line for an error, and the exit code that the reference
/// page promises.
public enum EntryPoint {
    public static func run() async -> Never {
        do {
            var command = try OneShotCommand.parseAsRoot()
            await reapLeftovers(before: command)
            if var asyncCommand = command as? any AsyncParsableCommand {
                try await asyncCommand.run()
            } else {
                try command.run()
            }
            exit(OneShotCore.ExitCode.done.rawValue)
        } catch {
            finish(error)
        }
    }

    /// What a killed oneshot has left behind goes with the next command, whichever it is.
    private static func reapLeftovers(before command: any ParsableCommand) async {
        // It tells what it removes.
        if command is Clean { return }
        let reaping = Task { await SandboxReaper.reapExpired() }
        // A client that starts a server waits for its first answer only so long.
        if !(command is MCPServe) { await reaping.value }
    }

    private static func finish(_ error: any Error) -> Never {
        switch error {
        case let error as any OneShotError:
            complain("\(error)", error.exitCode)
        case is CancellationError:
            complain("stopped", .interrupted)
        case let code as ArgumentParser.ExitCode:
            exit(code.rawValue)
        default:
            let text = OneShotCommand.fullMessage(for: error)
            guard OneShotCommand.exitCode(for: error) != .success else {
                Console().result(text)
                exit(OneShotCore.ExitCode.done.rawValue)
            }
            Console().note(text)
            exit(OneShotCore.ExitCode.usage.rawValue)
        }
    }

    private static func complain(_ text: String, _ code: OneShotCore.ExitCode) -> Never {
        Console().note("oneshot: \(text)")
        exit(code.rawValue)
    }
}
