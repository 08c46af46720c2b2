public import OneShotCore

/// A task that has been started and not yet ended: the content of its file in `data/.oneshot/open/`.
public struct OpenTask: Codable, Sendable, Equatable {
    public var schemaVersion: Int
    /// `<slug>_<YYYYMMDD_HHMMSS>`: the name of the directory that the task will get.
    public var taskID: String
    public var title: String
    public var notes: String
    public var labels: [String]
    /// What the agent was told, where the task began with that.
    public var instruction: String?
    /// Absolute path of the working tree.
    public var repository: String
    /// Where in it the work takes place, `.` for its top.
    public var subdir: String
    public var gitURL: String
    /// Empty for a detached HEAD.
    public var branch: String
    /// Empty for an unborn branch.
    public var startCommitSHA: String
    /// Whether there were uncommitted or untracked files.
    public var dirtyAtStart: Bool
    public var snapshot: RepositoryFacts.Snapshot
    public var sessionID: String?
    /// RFC 3339.
    public var startedAt: String

    enum CodingKeys: String, CodingKey {
        case title, notes, labels, instruction, repository, subdir, branch, snapshot
        case schemaVersion = "schema_version"
        case taskID = "task_id"
        case gitURL = "git_url"
        case startCommitSHA = "start_commit_sha"
        case dirtyAtStart = "dirty_at_start"
        case sessionID = "session_id"
        case startedAt = "started_at"
    }

    /// The refs that keep this task's snapshots alive.
    static func reference(_ taskID: String, _ moment: String) -> String { "refs/oneshot/\(taskID)/\(moment)" }
}
