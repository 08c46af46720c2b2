import Foundation
public import OneShotCore

/// What a person changes of a prepared task for its trials, without changing the task: the content of an
/// `overrides.json`, read and checked. Described in `docs/formats/overrides.md`.
public struct TaskOverrides: Sendable, Equatable {
    /// SHA-256 over `overrides.json` and the files that it names.
    public let digest: String
    /// Files of the repository that neither agent nor verifier sees.
    public let removedPaths: [PathPattern]
    /// Below the repository's top, where the agent starts.
    public let subdirectory: String?
    /// Takes the place of the instructions; ``instructionsMark`` in it stands for them.
    let prompt: String?
    let files: [File]
    let variables: [Variable]
    let droppedTests: [String]
    /// What the model's provider may do on its own machines for the agent's calls.
    public let allowedServerTools: Set<ServerTool>
    /// What an agent may install itself from, before it begins.
    public let allowedInstallHosts: [String]
    /// Where it was read, for messages.
    let path: String

    /// In a prompt, stands for the instructions as they were.
    static let instructionsMark = "{{instructions}}"

    /// A file that is added or replaced.
    struct File: Sendable, Equatable {
        var place: Place
        /// Below its place.
        var path: String
        var content: Data
        var mode: mode_t
    }

    enum Place: Sendable, Equatable {
        /// `/task`, which the agent may read.
        case task
        /// The start of the task.
        case repository
        /// The agent's `HOME`.
        case home
        /// Never visible to the agent.
        case evaluation
    }

    struct Variable: Sendable, Equatable {
        var name: String
        var value: String
        var readers: [VariableReader]
    }

    /// Who finds a variable in its environment.
    public enum VariableReader: Sendable, Equatable {
        case agent, verifier
    }

    public func environment(for reader: VariableReader) -> [String: String] {
        Dictionary(uniqueKeysWithValues: variables.filter { $0.readers.contains(reader) }.map { ($0.name, $0.value) })
    }

    /// Whether trials start from another tree than the one in `repo.bundle`.
    public var changesRepository: Bool { !removedPaths.isEmpty || files.contains { $0.place == .repository } }

    /// The path of the file, as messages name it.
    public var name: String { path }
}
