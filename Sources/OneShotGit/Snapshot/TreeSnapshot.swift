/// The whole working tree of one moment, as a commit of ours without parents.
public struct TreeSnapshot: Sendable, Equatable {
    public var commit: String
    public var tree: String
    /// Repositories inside the working tree that have no commit yet, which git cannot refer to.
    public var leftOut: [String]

    public init(commit: String, tree: String, leftOut: [String] = []) {
        self.commit = commit
        self.tree = tree
        self.leftOut = leftOut
    }
}
