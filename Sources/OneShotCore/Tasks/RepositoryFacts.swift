/// The content of `overlay_files/repo_info.json` of a created task: where the work took place and which snapshots
/// of ours hold it. It stays on this machine; a prepared task does not carry it.
public struct RepositoryFacts: Codable, Sendable, Equatable {
    public var schemaVersion: Int
    /// Absolute path of the working tree.
    public var repository: String
    public var gitURL: String
    public var branch: String
    /// HEAD when the task began; empty for an unborn branch.
    public var startCommitSHA: String
    public var endCommitSHA: String
    /// Below the top of the working tree, `.` for the top itself.
    public var subdir: String
    /// `sha1` or `sha256`.
    public var objectFormat: String
    /// Whether there were uncommitted or untracked files when the task began.
    public var dirtyAtStart: Bool
    /// The bare repository of ours that holds the snapshots; nil for the repository itself (as before version 1.1).
    public var snapshotStore: String?
    public var startSnapshot: Snapshot
    public var endSnapshot: Snapshot
    public var changedFiles: [ChangedFile]
    /// What was ignored when the task ended, and so is no part of the snapshots.
    public var ignoredFiles: IgnoredFiles?

    /// A commit of ours that holds the whole working tree of a moment, kept alive by a ref of ours.
    public struct Snapshot: Codable, Sendable, Equatable {
        /// Such as `refs/oneshot/<task id>/start`.
        public var ref: String
        public var commit: String
        public var tree: String

        public init(ref: String, commit: String, tree: String) {
            self.ref = ref
            self.commit = commit
            self.tree = tree
        }
    }

    public struct ChangedFile: Codable, Sendable, Equatable {
        /// As git quotes it (`"latin\\351.txt"`), where it holds control characters, quotes, backslashes or bytes that
        /// are not UTF-8.
        public var path: String
        /// Git's letter: `A`, `M`, `D`, `R`, `T`.
        public var status: String

        public init(path: String, status: String) {
            self.path = path
            self.status = status
        }
    }

    public struct IgnoredFiles: Codable, Sendable, Equatable {
        /// Files, and directories that are ignored as a whole.
        public var count: Int
        /// The first of them; a directory has a slash behind it.
        public var names: [String]

        public init(count: Int, names: [String]) {
            self.count = count
            self.names = names
        }
    }

    public init(
        repository: String,
        gitURL: String,
        branch: String,
        startCommitSHA: String,
        endCommitSHA: String,
        subdir: String,
        objectFormat: String,
        dirtyAtStart: Bool,
        snapshotStore: String? = nil,
        startSnapshot: Snapshot,
        endSnapshot: Snapshot,
        changedFiles: [ChangedFile],
        ignoredFiles: IgnoredFiles? = nil
    ) {
        self.schemaVersion = 1
        self.repository = repository
        self.gitURL = gitURL
        self.branch = branch
        self.startCommitSHA = startCommitSHA
        self.endCommitSHA = endCommitSHA
        self.subdir = subdir
        self.objectFormat = objectFormat
        self.dirtyAtStart = dirtyAtStart
        self.snapshotStore = snapshotStore
        self.startSnapshot = startSnapshot
        self.endSnapshot = endSnapshot
        self.changedFiles = changedFiles
        self.ignoredFiles = ignoredFiles
    }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case repository, branch, subdir
        case gitURL = "git_url"
        case startCommitSHA = "start_commit_sha"
        case endCommitSHA = "end_commit_sha"
        case objectFormat = "object_format"
        case dirtyAtStart = "dirty_at_start"
        case snapshotStore = "snapshot_store"
        case startSnapshot = "start_snapshot"
        case endSnapshot = "end_snapshot"
        case changedFiles = "changed_files"
        case ignoredFiles = "ignored_files"
    }
}
