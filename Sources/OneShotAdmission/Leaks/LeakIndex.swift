public import Foundation
import OneShotCore

/// What must not be seen by an agent, in a form in which it is found quickly in anything.
public struct LeakIndex: Sendable {
    /// What kind of thing was found where it must not be.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// A whole file of the solution's end state.
        case solutionFile = "solution_file"
        /// A stretch of what the solution adds.
        case solutionText = "solution_text"
        case test
        case rubric
        case hostPath = "host_path"
        case secret
        /// A commit, an object or a ref that the start does not need.
        case history
    }

    private(set) var sizes: Set<Int> = []
    private var digests: [String: Label] = [:]
    private(set) var windows = TextWindows()
    private var labels: [Label] = []
    private(set) var hostPaths: [Data] = []

    struct Label: Sendable, Equatable {
        var kind: Kind
        /// Such as the path of the file that it belongs to.
        var name: String
    }

    /// Files that are shorter are everywhere.
    static let shortestFile = 32

    public init() {}

    /// A file whose bytes must not be there as a whole.
    public mutating func add(file: Data, kind: Kind, name: String) {
        guard file.count >= Self.shortestFile else { return }
        sizes.insert(file.count)
        digests[Digest.sha256(file)] = Label(kind: kind, name: name)
    }

    /// A text of which no long stretch must be there.
    public mutating func add(text: Data, kind: Kind, name: String) {
        labels.append(Label(kind: kind, name: name))
        windows.add(text, label: labels.count - 1)
    }

    /// What the agent is given anyhow.
    public mutating func allow(_ data: Data) {
        if sizes.contains(data.count) { digests.removeValue(forKey: Digest.sha256(data)) }
        guard !windows.isEmpty else { return }
        windows.remove(data)
    }

    /// A place on this machine. Such as every system has (`/root`, `/tmp`) are left out.
    public mutating func add(hostPath: String) {
        let common = ["/", "/root", "/tmp", "/home", "/home/agent", "/workspace", "/var/tmp", "/usr", "/opt", "/data"]
        guard hostPath.hasPrefix("/"), hostPath.utf8.count >= 8, !common.contains(hostPath) else { return }
        hostPaths.append(Data(hostPath.utf8))
    }

    func label(ofWindow value: UInt64) -> Label? { windows.label(value).map { labels[$0] } }

    func label(ofDigest digest: String) -> Label? { digests[digest] }
}
