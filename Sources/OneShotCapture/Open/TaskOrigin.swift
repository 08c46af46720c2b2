import OneShotGit

/// What a task begins with besides its files: the commit and the branch that the work is based on, and the address that
/// others know the repository by.
struct TaskOrigin: Sendable {
    var head: Head
    /// The tree of the head's commit; where there is none, the one without files.
    var tree: String?
    /// Empty where there is none that others could reach.
    var url: String

    /// - Parameter head: where the repository's own HEAD is, when nil.
    static func of(_ store: SnapshotStore, head: Head? = nil) async throws -> TaskOrigin {
        let head = if let head { head } else { try await store.repository.head() }
        async let url = store.repository.upstreamURL(of: head.branch)
        return TaskOrigin(head: head, tree: try await store.tree(of: head.commit), url: try await url)
    }
}
