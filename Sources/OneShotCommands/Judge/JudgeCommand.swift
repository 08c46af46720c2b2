import ArgumentParser

/// `oneshot judge`
struct JudgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "How far the judge of trials can be believed.",
        subcommands: [JudgeCalibrate.self]
    )
}
