import OneShotCore

/// What the runner program says of a suite: how its commands ended, what they printed, and their reports.
struct SuiteRun: Sendable, Equatable {
    var id: String
    var commands: [Ended]
    var output: SuiteOutput
    /// Why there is nothing to judge.
    var problem: String?

    struct Ended: Sendable, Equatable {
        /// For a command that runs once for each file.
        var file: String?
        var code: Int?
        var signal: Int?
        var isLate = false
        /// The program could not be started.
        var missing: String?
        var seconds = 0.0
    }

    var seconds: Double { commands.reduce(0) { $0 + $1.seconds } }

    /// - Returns: nil when the entry is not what the runner program writes.
    init?(_ entry: JSON) {
        guard let id = entry["id"]?.string, let runs = entry["runs"] else { return nil }
        self.id = id
        problem = entry["problem"]?.string
        commands = runs.elements.map { run in
            Ended(
                file: run["file"]?.string,
                code: run["code"]?.int,
                signal: run["signal"]?.int,
                isLate: run["late"]?.bool ?? false,
                missing: run["missing"]?.string,
                seconds: run["seconds"]?.double ?? 0
            )
        }
        output = SuiteOutput(
            text: runs.elements.compactMap { $0["output"]?.string }.joined(separator: "\n"),
            reports: (entry["reports"]?.elements ?? []).compactMap(\.string)
        )
        // A part of what was printed would be believed as if it were all.
        if output.reports.isEmpty, runs.elements.contains(where: { $0["truncated"]?.bool ?? false }) {
            problem = problem ?? "it printed too much to be kept"
        }
    }

    init(id: String, commands: [Ended], output: SuiteOutput, problem: String? = nil) {
        self.id = id
        self.commands = commands
        self.output = output
        self.problem = problem
    }
}
