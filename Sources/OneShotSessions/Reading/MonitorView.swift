public import OneShotCore

/// What `oneshot monitor` shows: lines of plain text, made of sessions.
public struct MonitorView: Sendable {
    /// How many turns of each session ``news(in:)`` has told of.
    private var told: [String: Int] = [:]

    public init() {}

    /// A screen: the newest sessions with their newest turns.
    ///
    /// - Parameters:
    ///   - sessions: the newest first.
    ///   - columns: longer lines are cut.
    public static func screen(_ sessions: [Session], rows: Int = 40, columns: Int = 100) -> [String] {
        guard !sessions.isEmpty else { return ["no session yet; start an agent with 'oneshot trace -- COMMAND'"] }
        var lines: [String] = []
        for session in sessions {
            let room = rows - lines.count - 2
            guard room > 0 else { break }
            lines.append(summary(session))
            lines += session.turns.suffix(sessions.count == 1 ? room : min(room, 8)).flatMap(Self.lines).suffix(room)
            lines.append("")
        }
        return lines.map { String($0.prefix(columns)) }
    }

    /// A line for each turn that has ended since the last time, and for each of its tool calls.
    public mutating func news(in sessions: [Session]) -> [String] {
        var lines: [String] = []
        for session in sessions {
            let ended = session.turns.prefix { $0.state != .inFlight }
            for turn in ended.dropFirst(told[session.sessionID] ?? 0) {
                lines += Self.lines(turn).map { "\(session.sessionID) \($0.trimmingPrefix { $0 == " " })" }
            }
            told[session.sessionID] = max(told[session.sessionID] ?? 0, ended.count)
        }
        return lines
    }

    /// One line about a session.
    public static func summary(_ session: Session) -> String {
        let calls = session.turns.reduce(0) { $0 + $1.toolCalls.count }
        let isLive = session.turns.contains { $0.state == .inFlight }
        let agent = session.agent?.name ?? "agent"
        let facts = [
            count(session.turns.count, "turn"), count(calls, "tool call"),
            "\(session.usage.inputTokens) in", "\(session.usage.outputTokens) out",
        ]
        return "\(isLive ? "●" : "○") \(session.sessionID)  \(agent)  \(session.models.joined(separator: ","))  "
            + facts.joined(separator: ", ")
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private static func lines(_ turn: Turn) -> [String] {
        var facts = ["turn \(turn.index)"]
        if turn.state != .complete { facts.append(turn.state.words) }
        if let milliseconds = turn.firstByteMs { facts.append("first byte \(milliseconds) ms") }
        if let milliseconds = turn.durationMs { facts.append("\(milliseconds) ms") }
        if let usage = turn.usage { facts.append("\(usage.inputTokens) in \(usage.outputTokens) out") }
        var lines = ["  " + facts.joined(separator: ", ") + excerpt(turn.error ?? turn.output)]
        for call in turn.toolCalls {
            lines.append("    \(isMCP(call) ? "MCP" : "tool") \(call.name)" + excerpt(script(of: call)))
        }
        return lines
    }

    /// Whether a call reaches our MCP server: directly, or out of the JavaScript of code mode.
    private static func isMCP(_ call: ToolCall) -> Bool {
        call.name.hasPrefix("mcp__") || call.name.hasPrefix("repo.") || call.arguments.contains("tools.mcp__")
    }

    /// The arguments, without the settings that lead a piece of JavaScript in code mode.
    private static func script(of call: ToolCall) -> String {
        guard call.arguments.hasPrefix("// @exec:") else { return call.arguments }
        return String(call.arguments.drop { !$0.isNewline })
    }

    private static func excerpt(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.isEmpty ? "" : ": " + line.prefix(120) + (line.count > 120 ? "…" : "")
    }
}
