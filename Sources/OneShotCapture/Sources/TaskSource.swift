import OneShotCore
import OneShotGit

/// What a created task is made from, whichever way it came in: two snapshots, the words about the work, and where all
/// of that comes from. ``TaskCapture/write(_:in:)`` makes the task's directory of it.
struct TaskSource: Sendable {
    /// The task's id, its words, and the snapshot at its start.
    var task: OpenTask
    /// The working tree, or the tree of a commit, when the work was done.
    var end: TreeSnapshot
    /// The commit that the work ended at; empty for an unborn branch and for work without commits.
    var endCommit: String
    /// What was done, for people.
    var summary = ""
    var kind: TaskProvenance.Source
    var session: Session?
    /// The first words as they were found, where something else than a session has them.
    var firstWords: String?
    /// Paragraphs that belong to the instruction unless they quote the solution; people read those in `notes.md`.
    var paragraphs: [String] = []
    var commits: [String] = []
    /// What the working tree went through between start and end.
    var states: [OpenState] = []
    /// What is ignored and so is no part of the snapshots.
    var ignored: [String] = []
    var url = ""
    /// What a person should know about this source, one line each.
    var findings: [String] = []
}
