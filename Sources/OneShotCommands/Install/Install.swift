import ArgumentParser
import Foundation
import OneShotCore
import OneShotWorkbench

/// `oneshot install`
struct Install: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Install the commands that wrap agents.",
        subcommands: [InstallCodexSynth.self]
    )
}

/// `oneshot uninstall`
struct Uninstall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Remove the commands that wrap agents.",
        subcommands: [UninstallCodexSynth.self]
    )
}

struct CodexSynthPlace: ParsableArguments {
    @Option(
        name: .customLong("bin"),
        help: "The directory (default: ~/.local/bin, or one on the PATH).",
        completion: .directory,
        transform: { URL(fileURLWithPath: NSString(string: $0).expandingTildeInPath) }
    )
    var directory: URL?

    var command: CodexSynth {
        let environment = ProcessInfo.processInfo.environment
        return CodexSynth(directory: directory ?? CodexSynth.defaultDirectory(environment: environment))
    }
}

/// `oneshot install codex-synth`
struct InstallCodexSynth: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codex-synth",
        abstract: "Install codex-synth: Codex, with its sessions recorded.",
        discussion: """
            A script of a few lines that takes what codex takes.

              oneshot install codex-synth && codex-synth exec "Explain this repository"
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var place: CodexSynthPlace

    func run() async throws {
        let console = Console(quiet: global.quiet)
        let environment = ProcessInfo.processInfo.environment
        let command = place.command
        let outcome = try command.install(executable: OneShotProgram.current(environment: environment))
        console.result("\(command.script.path) \(outcome == .written ? "installed" : "is in place")")
        if CodexSynth.onPath(environment: environment)?.path != command.script.path {
            console.note("your shell does not find it yet: export PATH=\"\(command.directory.path):$PATH\"")
        }
    }
}

/// `oneshot uninstall codex-synth`
struct UninstallCodexSynth: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codex-synth",
        abstract: "Remove codex-synth.",
        discussion: """
              oneshot uninstall codex-synth
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var place: CodexSynthPlace

    func run() async throws {
        let command = place.command
        let text = try command.uninstall() ? "removed" : "is not installed"
        Console(quiet: global.quiet).result("\(command.script.path) \(text)")
    }
}
