import ArgumentParser

/// `oneshot sessions`: what was recorded.
struct Sessions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at recorded sessions.",
        subcommands: [
            SessionsList.self, SessionsShow.self, SessionsTail.self, SessionsSearch.self, SessionsImport.self,
            SessionsExport.self, SessionsHAR.self, SessionsScan.self, SessionsRedact.self, SessionsReview.self,
            SessionsPrune.self, SessionsVacuum.self,
        ],
        defaultSubcommand: SessionsList.self
    )
}
