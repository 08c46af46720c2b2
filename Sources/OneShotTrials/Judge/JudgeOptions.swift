/// Which models judge, and how often each is asked; without keys, so that it can be written down.
public struct JudgeOptions: Codable, Sendable, Equatable {
    /// As `ModelConfiguration` names them; empty for the one that the environment names.
    public var models: [String]
    /// Of each model, on each criterion.
    public var votes: Int

    public init(models: [String] = [], votes: Int = 3) {
        self.models = models
        self.votes = votes
    }
}
