import Foundation
import GRDB
public import OneShotCore

/// What the turns of a session add up to, besides what the session itself says.
public struct TurnCounts: Sendable, Equatable {
    public var turns = 0
    public var toolCalls = 0
    /// Those that reach an MCP server: directly, or out of the JavaScript of Codex's code mode.
    public var mcpCalls = 0
    /// Failed, cut or refused.
    public var failedTurns = 0

    public init(turns: Int = 0, toolCalls: Int = 0, mcpCalls: Int = 0, failedTurns: Int = 0) {
        self.turns = turns
        self.toolCalls = toolCalls
        self.mcpCalls = mcpCalls
        self.failedTurns = failedTurns
    }

    public init(_ turns: some Sequence<Turn>) {
        for turn in turns {
            self.turns += 1
            toolCalls += turn.toolCalls.count
            mcpCalls += turn.toolCalls.count { $0.isMCP }
            if [.failed, .truncated, .refused].contains(turn.state) { failedTurns += 1 }
        }
    }

    public static func + (left: TurnCounts, right: TurnCounts) -> TurnCounts {
        TurnCounts(
            turns: left.turns + right.turns,
            toolCalls: left.toolCalls + right.toolCalls,
            mcpCalls: left.mcpCalls + right.mcpCalls,
            failedTurns: left.failedTurns + right.failedTurns
        )
    }
}

extension ToolCall {
    /// Whether the call reaches an MCP server.
    public var isMCP: Bool {
        name.hasPrefix("mcp__") || name.hasPrefix("repo.") || arguments.contains("tools.mcp__")
    }
}

extension CleanStore {
    /// Counts the turns of a recorded session that lie in a range of indexes, without putting them together.
    public func counts(of sessionID: String, turns range: ClosedRange<Int>) async throws -> TurnCounts {
        try await read { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT COUNT(*), IFNULL(SUM(json_array_length(json, '$.tool_calls')), 0),
                        IFNULL(SUM((SELECT COUNT(*) FROM json_each(turns.json, '$.tool_calls') AS call
                            WHERE substr(call.value ->> '$.name', 1, 5) IN ('mcp__', 'repo.')
                            OR instr(call.value ->> '$.arguments', 'tools.mcp__') > 0)), 0),
                        IFNULL(SUM(json ->> '$.state' IN ('failed', 'truncated', 'refused')), 0)
                    FROM turns WHERE session = (SELECT id FROM sessions WHERE session_id = ?)
                    AND position BETWEEN ? AND ?
                    """,
                arguments: [sessionID, range.lowerBound, range.upperBound]
            )
            guard let row else { return TurnCounts() }
            return TurnCounts(turns: row[0], toolCalls: row[1], mcpCalls: row[2], failedTurns: row[3])
        }
    }
}
