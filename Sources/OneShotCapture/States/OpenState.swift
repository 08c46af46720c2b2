import OneShotGit

/// A state of an open task: the working tree as it was at one moment of the work.
public struct OpenState: Codable, Sendable, Equatable {
    /// From 1.
    public var index: Int
    /// RFC 3339.
    public var at: String
    public var commit: String
    public var tree: String
}

extension OpenState {
    /// Nothing is written about a state but its snapshot, whose message says when it was.
    static func message(at time: String) -> String { "State at \(time)" }

    static func name(_ index: Int) -> String { "states/\(index)" }

    init?(_ snapshot: KeptSnapshot) {
        guard snapshot.name.hasPrefix("states/"), let index = Int(snapshot.name.dropFirst("states/".count)),
            snapshot.subject.hasPrefix("State at ")
        else { return nil }
        self.init(
            index: index,
            at: String(snapshot.subject.dropFirst("State at ".count)),
            commit: snapshot.commit,
            tree: snapshot.tree
        )
    }
}
