import OneShotCore

/// Two runs side by side: what differs, and by how much. The second may be the session that the task was captured from.
public struct RunComparison: Codable, Sendable, Equatable {
    public var schemaVersion = 1
    public var left: Side
    public var right: Side
    /// Criteria of either run, in the order of the left one's rubric.
    public var criteria: [Row<Double>]
    /// Tests and cases whose status differs.
    public var flipped: [Row<String>]
    /// Parts of the task that differ: scores of different tests or rubrics are not about the same thing.
    public var differingHashes: [String]

    /// What a run came to.
    public struct Side: Codable, Sendable, Equatable {
        /// The run's id, or `reference`.
        public var name: String
        public var agent: String
        @Nullable public var outcome: TrialOutcome?
        @Nullable public var score: Double?
        @Nullable public var coverage: Double?
        public var seconds: Double
        /// Calls of the model.
        public var calls: Int
        /// How often a person stepped in; 0 for an agent alone.
        public var interventions: Int
        public var tokens: Int
        @Nullable public var costUSD: Double?
        @Nullable public var diff: DiffSummary?

        enum CodingKeys: String, CodingKey {
            case name, agent, outcome, score, coverage, seconds, calls, interventions, tokens, diff
            case costUSD = "cost_usd"
        }
    }

    public struct Row<Value: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
        public var name: String
        @Nullable public var left: Value?
        @Nullable public var right: Value?

        init(_ name: String, _ left: Value?, _ right: Value?) {
            self.name = name
            _left = Nullable(wrappedValue: left)
            _right = Nullable(wrappedValue: right)
        }
    }

    enum CodingKeys: String, CodingKey {
        case left, right, criteria, flipped
        case schemaVersion = "schema_version"
        case differingHashes = "differing_hashes"
    }
}

extension RunComparison {
    public init(_ left: TrialResults, _ right: TrialResults) {
        self.left = Side(left)
        self.right = Side(right)
        let ids =
            left.criteria.map(\.id) + right.criteria.map(\.id).filter { id in !left.criteria.contains { $0.id == id } }
        criteria = ids.map { id in
            Row(
                id,
                left.criteria.first { $0.id == id }?.value,
                right.criteria.first { $0.id == id }?.value
            )
        }
        let before = Self.statuses(left)
        let after = Self.statuses(right)
        let names = before.map(\.name) + after.map(\.name).filter { name in !before.contains { $0.name == name } }
        let first = Dictionary(before.map { ($0.name, $0.status) }) { first, _ in first }
        let second = Dictionary(after.map { ($0.name, $0.status) }) { first, _ in first }
        flipped = names.filter { first[$0] != second[$0] }.map { Row($0, first[$0], second[$0]) }
        let parts = ["bundle", "overlay_repo_files", "overrides", "instructions", "tests", "rubric", "base_image"]
        differingHashes = parts.filter { left.hashes[$0] != right.hashes[$0] }
    }

    /// A run beside the session that its task was captured from.
    ///
    /// - Returns: nil when no session came with the task.
    public init?(withReferenceOf results: TrialResults) {
        guard let reference = results.reference else { return nil }
        left = Side(results)
        right = Side(reference)
        criteria = []
        flipped = []
        differingHashes = []
    }

    /// Tests, and the cases of suites below their suite's name.
    private static func statuses(_ results: TrialResults) -> [(name: String, status: String)] {
        results.tests.flatMap { test in
            [(test.name, test.status.rawValue)]
                + test.cases.map { ("\(test.name) › \($0.name)", $0.status.rawValue) }
        }
    }
}

extension RunComparison.Side {
    init(_ results: TrialResults) {
        let agent = [results.agent.name, results.agent.version, results.agent.model].compactMap { $0 }
        self.init(
            name: results.runID,
            agent: agent.joined(separator: " "),
            outcome: results.outcome,
            score: results.score,
            coverage: results.coverage,
            seconds: results.phases.first { $0.name == .agent }?.seconds ?? 0,
            calls: results.calls,
            interventions: 0,
            tokens: results.usage.totalTokens,
            costUSD: results.costUSD,
            diff: results.diff
        )
    }

    init(_ reference: ReferenceTrial) {
        let agent = [reference.agent.name, reference.agent.version, reference.agent.model].compactMap { $0 }
        self.init(
            name: "reference",
            agent: (agent + ["and a person"]).joined(separator: " "),
            outcome: nil,
            score: reference.tests?.score,
            coverage: nil,
            seconds: reference.seconds,
            calls: reference.turns,
            interventions: reference.interventions,
            tokens: reference.spending.usage.totalTokens,
            costUSD: reference.spending.dollars,
            diff: nil
        )
    }
}
