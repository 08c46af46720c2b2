import OneShotCore
import OneShotPreparation

/// What a person tells an agent besides the task.
public struct AgentOptions: Sendable, Equatable, Codable {
    /// The agent's own default when nil.
    public var model: String?
    /// As the agent spells it: `low`, `medium`, `high`, ….
    public var reasoningEffort: String?
    /// For the agent's command line, before what we add at its end.
    public var arguments: [String]
    /// For the agent and what it runs.
    public var environment: [String: String]

    public init(
        model: String? = nil,
        reasoningEffort: String? = nil,
        arguments: [String] = [],
        environment: [String: String] = [:]
    ) {
        self.model = model
        self.reasoningEffort = reasoningEffort
        self.arguments = arguments
        self.environment = environment
    }

    enum CodingKeys: String, CodingKey {
        case model, arguments, environment
        case reasoningEffort = "reasoning_effort"
    }

    /// The options by the flags that set them.
    enum Kind: String, Sendable, CaseIterable {
        case model = "--model"
        case reasoningEffort = "--reasoning-effort"
        case arguments = "--agent-arg"
        case environment = "--agent-env"
    }

    private var given: [Kind] {
        var given: [Kind] = []
        if model != nil { given.append(.model) }
        if reasoningEffort != nil { given.append(.reasoningEffort) }
        if !arguments.isEmpty { given.append(.arguments) }
        if !environment.isEmpty { given.append(.environment) }
        return given
    }

    /// Checks that an agent heeds all that is given.
    ///
    /// - Throws: ``TrialError/optionNotHeeded(option:agent:)``, ``TrialError/variableRefused(name:problem:)``.
    func check(for agent: String, heeding heeded: Set<Kind>) throws(TrialError) {
        if let option = given.first(where: { !heeded.contains($0) }) {
            throw .optionNotHeeded(option: option.rawValue, agent: agent)
        }
        for name in environment.keys.sorted() {
            if let problem = VariableName.problem(of: name) { throw .variableRefused(name: name, problem: problem) }
        }
    }

    /// Reads `--agent-env`: `NAME=VALUE`, or `NAME` for the host's own value.
    ///
    /// - Throws: ``TrialError/variableRefused(name:problem:)``.
    public static func variables(
        _ texts: [String],
        environment: [String: String]
    ) throws(TrialError) -> [String: String] {
        var variables: [String: String] = [:]
        for text in texts {
            let name = String(text.prefix { $0 != "=" })
            let value = name.count < text.count ? String(text.dropFirst(name.count + 1)) : environment[name]
            guard let value else {
                throw .variableRefused(name: name, problem: "is not set here; give its value as \(name)=VALUE")
            }
            if let other = variables[name], other != value {
                throw .variableRefused(name: name, problem: "is given twice, with two values")
            }
            variables[name] = value
        }
        return variables
    }
}
