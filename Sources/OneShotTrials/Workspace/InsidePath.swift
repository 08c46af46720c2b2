/// Paths inside every sandbox.
enum InsidePath {
    static let workspace = "/workspace"
    static let agent = "/opt/agent"
    static let home = "/home/agent"
    static let task = "/task"
    static let evaluation = "/evaluation"
    static let solution = "/solution"
    /// Where an agent's own session files are handed out, when it has ended.
    static let session = "/session"
    /// From the verifier to its runner program.
    static let channel = "/channel"
    /// Where the recorder answers.
    static let proxyPort = 18080
}
