import OneShotRecorder

extension TrialResults {
    public struct Agent: Codable, Sendable, Equatable {
        public var name: String
        @Nullable public var version: String?
        @Nullable public var model: String?
    }

    public struct Engine: Codable, Sendable, Equatable {
        public var name: String
        public var version: String
        public var imageDigest: String

        enum CodingKeys: String, CodingKey {
            case name, version
            case imageDigest = "image_digest"
        }
    }

    public struct Limits: Codable, Sendable, Equatable {
        public var timeSeconds: Int
        @Nullable public var tokens: Int?
        // Those below are there only where they were asked for.
        public var inputTokens: Int?
        public var outputTokens: Int?
        public var totalTokens: Int?
        public var requests: Int?
        public var dollars: Double?

        enum CodingKeys: String, CodingKey {
            case timeSeconds = "time_seconds"
            case tokens
            case inputTokens = "input_tokens"
            case outputTokens = "output_tokens"
            case totalTokens = "total_tokens"
            case requests, dollars
        }

        init(time: Duration, budget: Budget?) {
            let seconds = Double(time.components.seconds)
            timeSeconds = Int(min(seconds, budget?.seconds ?? seconds))
            tokens = budget?.tokens
            inputTokens = budget?.inputTokens
            outputTokens = budget?.outputTokens
            totalTokens = budget?.totalTokens
            requests = budget?.requests
            dollars = budget?.dollars
        }
    }

    public struct Phase: Codable, Sendable, Equatable {
        public var name: TrialPhase
        /// RFC 3339.
        public var startedAt: String
        public var seconds: Double

        enum CodingKeys: String, CodingKey {
            case name, seconds
            case startedAt = "started_at"
        }
    }

    public struct Versions: Codable, Sendable, Equatable {
        public var oneshot: String
        public var schema: Int
    }
}

/// How large the agent's change is.
public struct DiffSummary: Codable, Sendable, Equatable {
    public var files: [String]
    public var insertions: Int
    public var deletions: Int
    public var bytes: Int

    public init(files: [String] = [], insertions: Int = 0, deletions: Int = 0, bytes: Int = 0) {
        self.files = files
        self.insertions = insertions
        self.deletions = deletions
        self.bytes = bytes
    }
}
