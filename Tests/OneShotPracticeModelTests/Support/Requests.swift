import OneShotCore

/// Requests as the agents send them.
enum Requests {
    static func user(_ text: String) -> JSON {
        ["type": "message", "role": "user", "content": [["type": "input_text", "text": .string(text)]]]
    }

    /// Codex's three dialects, and two of other agents.
    enum Dialect: String, CaseIterable, Sendable {
        case functions
        case customPatch
        case codeMode
        case deferred
        case localShell

        var tools: [JSON] {
            let exec: JSON = ["type": "function", "name": "exec_command", "parameters": [:]]
            let stdin: JSON = ["type": "function", "name": "write_stdin", "parameters": [:]]
            let patch: JSON = ["type": "custom", "name": "apply_patch", "format": [:]]
            let mcp: JSON = [
                "type": "namespace", "name": "mcp__oneshot",
                "tools": [["type": "function", "name": "repo_start_task_v1"]],
            ]
            return switch self {
            case .functions: [exec, stdin, mcp]
            case .customPatch: [exec, stdin, patch, mcp]
            case .deferred: [exec, stdin, patch, ["type": "tool_search", "execution": "client"]]
            case .localShell: [["type": "local_shell"]]
            case .codeMode: []
            }
        }

        /// Code mode carries its tools in the input.
        var leadingInput: [JSON] {
            guard self == .codeMode else { return [] }
            let exec: JSON = ["type": "custom", "name": "exec"]
            let functions: JSON = ["type": "namespace", "name": "functions", "tools": [exec]]
            return [["type": "additional_tools", "role": "developer", "tools": [functions]]]
        }
    }

    static func body(
        _ input: [JSON],
        dialect: Dialect = .functions,
        thread: String? = "thread-1",
        turn: String? = nil,
        previous: String? = nil,
        extra: [JSON.Member] = []
    ) -> JSON {
        var members: [JSON.Member] = [.init("model", "gpt-5.5"), .init("input", .array(input))]
        if !dialect.tools.isEmpty { members.append(.init("tools", .array(dialect.tools))) }
        var metadata: [JSON.Member] = []
        if let thread { metadata.append(.init("thread_id", .string(thread))) }
        if let turn { metadata.append(.init("turn_id", .string(turn))) }
        if !metadata.isEmpty { members.append(.init("client_metadata", .object(metadata))) }
        if let previous { members.append(.init("previous_response_id", .string(previous))) }
        return .object(members + extra)
    }
}
