public import OneShotCore

/// One answer of the practice model: reasoning, then text, then at most one tool call.
public struct PracticeStep: Sendable, Equatable {
    /// The tool that the answer calls. How the call looks on the wire depends on the tools that the agent offers.
    public enum Action: Sendable, Equatable {
        /// A shell command.
        case shell(String)
        /// A patch in the `*** Begin Patch` form.
        case patch(String)
        case mcp(MCPCall)
        /// The answer's text is this value: for requests with a JSON schema, such as a judge's.
        case json(JSON)
        /// Output items of the Responses API, sent as they are.
        case output([JSON])

        var isJSON: Bool {
            if case .json = self { true } else { false }
        }
    }

    /// A call to a tool of an MCP server that the agent is connected to.
    public struct MCPCall: Sendable, Equatable {
        /// As the agent's configuration names the server.
        public var server: String
        /// As the server names the tool: `repo.start_task.v1`.
        public var tool: String
        /// A JSON object.
        public var arguments: JSON

        public init(server: String = "oneshot", tool: String, arguments: JSON = .object([])) {
            self.server = server
            self.tool = tool
            self.arguments = arguments
        }
    }

    /// A reasoning summary, sent before everything else.
    public var reasoning: String?
    public var say: String?
    public var action: Action?
    /// What the answer claims to have cost; worked out from the lengths of the texts when nil.
    public var usage: Usage?
    /// Milliseconds to wait before the first byte of the answer.
    public var delayMs: Int
    /// Whether this step, the last one, is given again and again for ever.
    public var repeats: Bool

    public init(
        reasoning: String? = nil,
        say: String? = nil,
        action: Action? = nil,
        usage: Usage? = nil,
        delayMs: Int = 0,
        repeats: Bool = false
    ) {
        self.reasoning = reasoning
        self.say = say
        self.action = action
        self.usage = usage
        self.delayMs = delayMs
        self.repeats = repeats
    }

    public static func say(_ text: String) -> PracticeStep { PracticeStep(say: text) }
    public static func shell(_ command: String) -> PracticeStep { PracticeStep(action: .shell(command)) }
    public static func patch(_ text: String) -> PracticeStep { PracticeStep(action: .patch(text)) }
    public static func json(_ value: JSON) -> PracticeStep { PracticeStep(action: .json(value)) }
    public static func mcp(_ tool: String, _ arguments: JSON = .object([])) -> PracticeStep {
        PracticeStep(action: .mcp(MCPCall(tool: tool, arguments: arguments)))
    }
}
