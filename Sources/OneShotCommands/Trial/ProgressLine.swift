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
        if let note = progress.note {
            if verbose { console.note(note) }
            return
        }
        let isNew = phase != progress.phase
        phase = progress.phase
        if Console.isTerminal {
            console.status(line(progress))
        } else if isNew {
            console.note(progress.phase.sentence)
        } else if progress.phase == .agent, progress.seconds >= nextLine {
            nextLine += 30
            console.note(line(progress))
        }
    }

    /// Leaves the terminal's line empty.
    func end() { console.status("") }

    private func line(_ progress: TrialProgress) -> String {
        guard progress.phase == .agent else { return progress.phase.sentence }
        let time = "\(Int(progress.seconds)) of \(Int(progress.timeLimit)) s"
        let tokens = progress.tokenLimit.map { "\(progress.tokens) of \($0) tokens" } ?? "\(progress.tokens) tokens"
        return "\(progress.phase.sentence): \(time), \(tokens)"
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
