public import Foundation
public import OneShotCore

/// A task that has been ended and written.
public struct CapturedTask: Sendable, Equatable {
    public var taskID: String
    public var directory: URL
    public var changedFiles: [RepositoryFacts.ChangedFile]
    /// Whether the recorded session is part of the task.
    public var hasSession: Bool
    /// What the person should know before sharing the task, one line each.
    public var findings: [String]
}
