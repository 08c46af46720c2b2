import OneShotTrials

/// A trial's progress: one live line on a terminal, a line for each phase elsewhere.
actor ProgressLine {
    private let console: Console
    private let verbose: Bool
    private var phase: TrialPhase?
    /// Where nobody can see the live line: when the next line about the agent is due, in seconds.
    private var nextLine = 30.0

    init(console: Console, verbose: Bool) {
        self.console = console
        self.verbose = verbose
    }

    func show(_ progress: TrialProgress) {
        if let announcement = progress.announcement { return console.note(announcement) }
        if let note = progress.note {
            if verbose { console.note(note) }
            return
        }
        let isNew = phase != progress.phase
        phase = progress.phase
        if Console.isTerminal {
            console.status(Self.fitting(line(progress)))
        } else if isNew {
            console.note(progress.phase.sentence)
        } else if progress.phase == .agent, progress.seconds >= nextLine {
            nextLine += 30
            console.note(line(progress))
        }
    }

    /// Cut to the terminal's width: a line that wraps cannot be replaced.
    private static func fitting(_ line: String) -> String {
        let width = Console.width
        return line.count < width ? line : line.prefix(max(1, width - 2)) + "…"
    }

    /// Leaves the terminal's line empty.
    func end() { console.status("") }

    private func line(_ progress: TrialProgress) -> String {
        guard progress.phase == .agent else { return progress.phase.sentence }
        var parts = ["\(Int(progress.seconds)) of \(Int(progress.timeLimit)) s"]
        if progress.turns > 0 { parts.append("\(progress.turns) turn\(progress.turns == 1 ? "" : "s")") }
        if let limit = progress.tokenLimit {
            parts.append("\(progress.tokens) of \(limit) tokens")
        } else if progress.turns > 0 {
            parts.append("\(progress.tokens) tokens")
        }
        if let tool = progress.lastTool { parts.append(tool) }
        return "\(progress.phase.sentence): \(parts.joined(separator: ", "))"
    }
}

extension TrialPhase {
    fileprivate var sentence: String {
        switch self {
        case .image: "making the environment ready"
        case .workspace: "laying out the repository"
        case .agent: "the agent works"
        case .diff: "taking the diff"
        case .verify: "running the tests"
        case .judge: "asking the judge"
        case .report: "writing the report"
        }
    }
}
