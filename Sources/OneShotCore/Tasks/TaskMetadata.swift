/// The content of `tb_meta.json`, in a created and in a prepared task. Described in `docs/formats/tb_meta.md`.
public struct TaskMetadata: Codable, Sendable, Equatable {
    public var schemaVersion: Int
    /// The name of the created task's directory; a prepared task keeps it.
    public var taskID: String
    public var metadata: Description
    public var repo: Repository
    public var lm: Instructions
    public var evaluation: Evaluation
    public var sensitivity: Sensitivity

    public struct Description: Codable, Sendable, Equatable {
        public var title: String
        public var tags: [String]

        public init(title: String, tags: [String]) {
            self.title = title
            self.tags = tags
        }
    }

    public struct Repository: Codable, Sendable, Equatable {
        /// The remote that the branch follows, without credentials; empty for a local-only repository.
        public var gitURL: String
        /// Empty for a detached HEAD.
        public var branch: String
        /// The commit that HEAD was at; empty for an unborn branch.
        public var startCommitSHA: String
        public var endCommitSHA: String
        /// Where in the repository the work took place, `.` for its top.
        public var subdir: String
        public var sparseCheckout: [String]

        public init(
            gitURL: String,
            branch: String,
            startCommitSHA: String,
            endCommitSHA: String,
            subdir: String = ".",
            sparseCheckout: [String] = []
        ) {
            self.gitURL = gitURL
            self.branch = branch
            self.startCommitSHA = startCommitSHA
            self.endCommitSHA = endCommitSHA
            self.subdir = subdir
            self.sparseCheckout = sparseCheckout
        }

        enum CodingKeys: String, CodingKey {
            case gitURL = "git_url"
            case branch, subdir
            case startCommitSHA = "start_commit_sha"
            case endCommitSHA = "end_commit_sha"
            case sparseCheckout = "sparse_checkout"
        }
    }

    public struct Instructions: Codable, Sendable, Equatable {
        /// What the agent is told: the text of `LM_INSTRUCTIONS.md`.
        public var instructions: String

        public init(instructions: String) { self.instructions = instructions }
    }

    public struct Evaluation: Codable, Sendable, Equatable {
        public var rubrics: [Rubric]
        /// Paths of the test scripts below `evaluation/`.
        public var testScripts: [String]

        public init(rubrics: [Rubric] = [], testScripts: [String] = []) {
            self.rubrics = rubrics
            self.testScripts = testScripts
        }

        enum CodingKeys: String, CodingKey {
            case rubrics
            case testScripts = "test_scripts"
        }
    }

    /// A criterion as it stood when the task was prepared; `evaluation/rubric_template.md` decides.
    public struct Rubric: Codable, Sendable, Equatable {
        public var id: String
        public var weight: Double
        public var criterion: String

        public init(id: String, weight: Double, criterion: String) {
            self.id = id
            self.weight = weight
            self.criterion = criterion
        }
    }

    public struct Sensitivity: Codable, Sendable, Equatable {
        /// `unknown`, `public` or `private`.
        public var level: String

        public init(level: String) { self.level = level }
    }

    public init(
        taskID: String,
        metadata: Description,
        repo: Repository,
        lm: Instructions,
        evaluation: Evaluation = Evaluation(),
        sensitivity: Sensitivity = Sensitivity(level: "unknown")
    ) {
        self.schemaVersion = 1
        self.taskID = taskID
        self.metadata = metadata
        self.repo = repo
        self.lm = lm
        self.evaluation = evaluation
        self.sensitivity = sensitivity
    }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case taskID = "task_id"
        case metadata, repo, lm, evaluation, sensitivity
    }
}
