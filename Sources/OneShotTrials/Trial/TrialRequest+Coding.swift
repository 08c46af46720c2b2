import Foundation
import OneShotRecorder

/// As `trial.json` has it: absolute paths, whole seconds.
extension TrialRequest: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case task, agent, options, budget, upstreams, judges, overrides, attempts, judging
        case timeLimit = "time_limit_seconds"
        case verifierLimit = "verifier_limit_seconds"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            task: URL(fileURLWithPath: try container.decode(String.self, forKey: .task)),
            agent: try container.decode(AgentChoice.self, forKey: .agent),
            options: try container.decode(AgentOptions.self, forKey: .options),
            timeLimit: .seconds(try container.decode(Int.self, forKey: .timeLimit)),
            budget: try container.decodeIfPresent(Budget.self, forKey: .budget),
            verifierLimit: .seconds(try container.decode(Int.self, forKey: .verifierLimit)),
            upstreams: try container.decode([String: URL].self, forKey: .upstreams),
            judges: try container.decode(Bool.self, forKey: .judges),
            overrides: try container.decodeIfPresent(String.self, forKey: .overrides).map(URL.init(fileURLWithPath:)),
            attempts: try container.decode(Int.self, forKey: .attempts),
            judging: try container.decode(JudgeOptions.self, forKey: .judging)
        )
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(task.standardizedFileURL.path, forKey: .task)
        try container.encode(agent, forKey: .agent)
        try container.encode(options, forKey: .options)
        try container.encode(timeLimit.components.seconds, forKey: .timeLimit)
        try container.encodeIfPresent(budget, forKey: .budget)
        try container.encode(verifierLimit.components.seconds, forKey: .verifierLimit)
        try container.encode(upstreams, forKey: .upstreams)
        try container.encode(judges, forKey: .judges)
        try container.encodeIfPresent(overrides?.standardizedFileURL.path, forKey: .overrides)
        try container.encode(attempts, forKey: .attempts)
        try container.encode(judging, forKey: .judging)
    }
}
