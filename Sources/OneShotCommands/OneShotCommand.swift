public import ArgumentParser

/// The root of the command line. Each noun has a folder, each verb a file.
public struct OneShotCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "oneshot",
        abstract: "Turn pair-programming sessions with coding agents into evaluation tasks, and run agents on them.",
        version: OneShotVersion.text,
        subcommands: [
            RecorderUp.self, RecorderDown.self, RecorderStatusCommand.self, RecorderLogs.self, DoctorCommand.self,
            Trace.self, Authority.self, Install.self, Uninstall.self,
            Sessions.self, Monitor.self, Model.self, PricesCommand.self,
            TaskCommand.self, MCPCommand.self,
            Run.self, Score.self, Validate.self, Runs.self, JudgeCommand.self, Clean.self,
            Prepare.self, Push.self,
        ]
    )

    public init() {}
}
