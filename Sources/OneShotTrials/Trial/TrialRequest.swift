public import Foundation
public import OneShotRecorder

/// What to run, and within which limits.
public struct TrialRequest: Sendable, Equatable {
    /// The directory of a prepared task.
    public var task: URL
    public var agent: AgentChoice
    /// Checked before the trial begins: an agent that has no use for one is told so.
    public var options: AgentOptions
    /// For the agent.
    public var timeLimit: Duration
    /// What the agent's session may use of the model; unlimited when nil.
    public var budget: Budget?
    /// For all tests together.
    public var verifierLimit: Duration
    /// Host → origin that takes its place, such as a practice model's.
    public var upstreams: [String: URL]
    /// Whether criteria that need a judge are put to one.
    public var judges: Bool
    /// An `overrides.json` in place of the task's own.
    public var overrides: URL?
    /// How often an attempt that fails for reasons that are not the agent's is followed by another, counted with it.
    public var attempts: Int
    public var judging: JudgeOptions

    public init(
        task: URL,
        agent: AgentChoice,
        options: AgentOptions = AgentOptions(),
        timeLimit: Duration = .seconds(900),
        budget: Budget? = nil,
        verifierLimit: Duration = .seconds(600),
        upstreams: [String: URL] = [:],
        judges: Bool = true,
        overrides: URL? = nil,
        attempts: Int = 1,
        judging: JudgeOptions = JudgeOptions()
    ) {
        self.task = task
        self.agent = agent
        self.options = options
        self.timeLimit = timeLimit
        self.budget = budget
        self.verifierLimit = verifierLimit
        self.upstreams = upstreams
        self.judges = judges
        self.overrides = overrides
        self.attempts = attempts
        self.judging = judging
    }
}

/// How far a trial is, for a person who watches.
public struct TrialProgress: Sendable, Equatable {
    public var phase: TrialPhase
    /// Seconds in this phase.
    public var seconds: Double
    /// For the agent phase.
    public var timeLimit: Double
    /// Fresh ones.
    public var tokens: Int
    public var tokenLimit: Int?
    /// Calls of the model so far.
    public var turns: Int
    /// What the model asked its agent to do last.
    public var lastTool: String?
    /// A line about what was found, such as the last one that an image build printed.
    public var note: String?
    /// A line that the person should see, whatever they watch with.
    public var announcement: String?
}

extension TrialProgress {
    /// Before the first phase.
    init(announcement: String) {
        self.init(phase: .image, seconds: 0, timeLimit: 0, tokens: 0, turns: 0, announcement: announcement)
    }
}
