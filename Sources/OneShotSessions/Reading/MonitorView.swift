import OneShotCore
import OneShotStore

/// What `oneshot monitor` shows: lines of plain text, made of sessions.
public struct MonitorView: Sendable {
    /// The last turn of each session that ``news(in:)`` has told of.
    private var told: [String: Int] = [:]

    public init() {}

    /// A screen: the newest sessions with their newest turns.
    ///
    /// - Parameters:
    ///   - sessions: the newest first.
    ///   - columns: longer lines are cut.
    public static func screen(_ sessions: [SessionOverview], rows: Int = 40, columns: Int = 100) -> [String] {
        guard !sessions.isEmpty else { return ["no session yet; start an agent with 'oneshot trace -- COMMAND'"] }
        var lines: [String] = []
        for overview in sessions {
            let room = rows - lines.count - 2
            guard room > 0 else { break }
            lines.append(summary(overview))
            let turns = overview.session.turns.suffix(sessions.count == 1 ? room : min(room, 8))
            lines += turns.flatMap { Self.lines($0, of: overview.session) }.suffix(room)
            lines.append("")
        }
        return lines.map { String($0.prefix(columns)) }
    }

    /// A line for each turn that has ended since the last time, and for each of its tool calls.
    public mutating func news(in sessions: [SessionOverview]) -> [String] {
        var lines: [String] = []
        for session in sessions.map(\.session) {
            let known = told[session.sessionID] ?? 0
            let ended = session.turns.prefix { $0.state != .inFlight }
            for turn in ended where turn.index > known {
                lines += Self.lines(turn, of: session).map {
                    "\(session.sessionID) \($0.trimmingPrefix { $0 == " " })"
                }
            }
            told[session.sessionID] = max(known, ended.last?.index ?? 0)
        }
        return lines
    }

    /// One line about a session.
    public static func summary(_ overview: SessionOverview) -> String {
        let session = overview.session
        let counts = overview.counts
        let agent = session.agent?.name ?? "agent"
        let mcp = counts.mcpCalls > 0 ? " (\(counts.mcpCalls) MCP)" : ""
        var facts = [
            count(counts.turns, "turn"), count(counts.toolCalls, "tool call") + mcp,
            "\(session.usage.inputTokens) in", "\(session.usage.outputTokens) out",
        ]
        if let dollars = session.costUSD { facts.append(MonitorView.dollars(dollars)) }
        if let unpriced = session.unpricedTurns { facts.append("\(unpriced) without a price") }
        if overview.subagents > 0 { facts.append(count(overview.subagents, "subagent")) }
        if counts.failedTurns > 0 { facts.append("\(counts.failedTurns) failed") }
        if let unknown = session.unknownEvents {
            facts.append(count(unknown.values.reduce(0, +), "unknown event"))
        }
        return "\(overview.outcome == .live ? "●" : "○") \(session.sessionID)  \(agent)  "
            + "\(session.models.joined(separator: ","))  \(facts.joined(separator: ", "))"
    }

    /// US dollars in as many digits as tell something: `$0.0042`, `$12.30`.
    public static func dollars(_ amount: Double) -> String {
        let digits = amount < 1 ? 4 : 2
        let scale = amount < 1 ? 10_000.0 : 100
        let units = Int(min(amount * scale, 1e15).rounded())
        let fraction = String(units % Int(scale))
        return "$\(units / Int(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private static func lines(_ turn: Turn, of session: Session) -> [String] {
        var facts = ["turn \(turn.index)" + (threadName(of: turn, in: session).map { " [\($0)]" } ?? "")]
        if turn.state != .complete { facts.append(turn.state.words) }
        if turn.kind == .compaction { facts.append("compaction") }
        if let retried = turn.retryOf { facts.append("repeats turn \(retried)") }
        if let milliseconds = turn.firstByteMs { facts.append("first byte \(milliseconds) ms") }
        if let milliseconds = turn.durationMs { facts.append("\(milliseconds) ms") }
        if let usage = turn.usage { facts.append("\(usage.inputTokens) in \(usage.outputTokens) out") }
        if let dollars = turn.costUSD { facts.append(MonitorView.dollars(dollars)) }
        var lines = ["  " + facts.joined(separator: ", ") + excerpt(turn.error ?? turn.output)]
        for call in turn.toolCalls {
            lines.append("    \(call.isMCP ? "MCP" : "tool") \(call.name)" + excerpt(script(of: call)))
        }
        return lines
    }

    /// What a subagent is called; nil for a turn of the main conversation.
    static func threadName(of turn: Turn, in session: Session) -> String? {
        guard let thread = session.threads.first(where: { $0.threadID == turn.threadID }), thread.kind == .subagent
        else { return nil }
        return thread.name ?? "subagent \(thread.threadID.suffix(6))"
    }

    /// The arguments, without the settings that lead a piece of JavaScript in code mode.
    private static func script(of call: ToolCall) -> String {
        guard call.arguments.hasPrefix("// @exec:") else { return call.arguments }
        return String(call.arguments.drop { !$0.isNewline })
    }

    private static func excerpt(_ text: String) -> String {
        let line = text.prefix(2000).split(whereSeparator: \.isNewline).joined(separator: " ").forTerminal
        return line.isEmpty ? "" : ": " + line.prefix(120) + (line.count > 120 ? "…" : "")
    }
}
