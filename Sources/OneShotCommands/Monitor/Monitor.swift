import ArgumentParser
import Foundation
import OneShotCore
import OneShotSessions

/// `oneshot monitor`
struct Monitor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch sessions while they happen: turns, tools, tokens, cost.",
        discussion: """
            The newest sessions with their newest turns: how long the first byte took, tokens, cost, calls of tools and
            of MCP servers, subagents, failures, and events of a stream that nobody knows yet. On a terminal the screen is
            redrawn with each change; into a pipe go plain lines, one for each turn that has ended and one for each of its
            tool calls. Ctrl-C ends it.

              oneshot monitor
              oneshot monitor --once
            """
    )

    @OptionGroup var global: GlobalOptions

    @Flag(help: "Print what there is now and end.")
    var once = false

    func run() async throws {
        let archive = SessionArchive(try global.resolvedWorkspace())
        let console = Console(quiet: global.quiet)
        if once {
            var overviews = SessionOverviews(archive)
            let sessions = try await overviews.newest(limit: MonitorLoop.breadth)
            for line in MonitorView.screen(sessions, columns: 200) { console.result(line) }
        } else if isatty(STDOUT_FILENO) == 1 {
            try await Interruption.cancelling { try await Self.redraw(archive, on: console) }
        } else {
            try await Interruption.cancelling { try await Self.report(archive, on: console) }
        }
    }

    private static func redraw(_ archive: SessionArchive, on console: Console) async throws {
        try await MonitorLoop(archive).run { sessions in
            let size = Console.terminalSize
            let lines = MonitorView.screen(sessions, rows: size.rows - 1, columns: size.columns)
            // Line by line over what is there: a cleared screen would flicker.
            console.result("\u{1B}[H" + lines.map { $0 + "\u{1B}[K" }.joined(separator: "\n") + "\u{1B}[J")
        }
    }

    private static func report(_ archive: SessionArchive, on console: Console) async throws {
        var view = MonitorView()
        try await MonitorLoop(archive).run { sessions in
            for line in view.news(in: sessions) { console.result(line) }
        }
    }
}

extension Console {
    /// Of standard output's terminal; 24 by 80 where there is none.
    fileprivate static var terminalSize: (rows: Int, columns: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else {
            return (24, 80)
        }
        return (Int(size.ws_row), Int(size.ws_col))
    }
}
