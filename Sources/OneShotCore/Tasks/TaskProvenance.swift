/// The content of `provenance.json` of a created task: where it came from, and what a person really said about it.
/// It is for people and for drafting; no agent sees it. Described in `docs/formats/created-task.md`.
public struct TaskProvenance: Codable, Sendable, Equatable {
    /// The way in which a task came in.
    public enum Source: String, Codable, Sendable {
        /// Started before the work and ended after it.
        case capture
        /// Work that was done already: everything since a commit.
        case changes
        /// A recorded or imported session that nobody had made a task of.
        case session
        /// A range of commits.
        case commits
        /// A patch on a commit.
        case patch
        /// An issue or a pull request.
        case github
    }

    /// Something that the person said after the first words.
    public struct Correction: Codable, Sendable, Equatable {
        /// The turn of the session, from 1.
        public var turn: Int
        /// Verbatim, but for secrets.
        public var words: String
        /// The sentences of it that state what is wanted.
        public var requirements: [String]

        public init(turn: Int, words: String, requirements: [String]) {
            self.turn = turn
            self.words = words
            self.requirements = requirements
        }
    }

    public var schemaVersion: Int
    public var source: Source
    /// The first that was said about the work, verbatim, but for secrets; empty when nothing is known.
    public var firstWords: String
    public var corrections: [Correction]
    /// The recorded session's id and the agent's own ids.
    public var sessions: [String]
    /// The commits that the work consists of, the oldest first.
    public var commits: [String]
    /// Of the issue or pull request; empty for none.
    public var url: String

    public init(
        source: Source,
        firstWords: String = "",
        corrections: [Correction] = [],
        sessions: [String] = [],
        commits: [String] = [],
        url: String = ""
    ) {
        self.schemaVersion = 1
        self.source = source
        self.firstWords = firstWords
        self.corrections = corrections
        self.sessions = sessions
        self.commits = commits
        self.url = url
    }

    enum CodingKeys: String, CodingKey {
        case source, corrections, sessions, commits, url
        case schemaVersion = "schema_version"
        case firstWords = "first_words"
    }
}
