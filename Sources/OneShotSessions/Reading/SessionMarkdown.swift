public import OneShotCore

/// A session as a text to read: the conversation that happened, turn after turn.
public enum SessionMarkdown {
    /// Longer results, arguments and prompts are cut to this many characters, and say so.
    static let longestText = 4000
    /// The same for what the agent's authors tell the model: it is long, and seldom what one reads a session for.
    static let longestInstruction = 400

    /// - Parameter cutting: whether long texts are cut.
    public static func render(_ session: Session, cutting: Bool = true) -> String {
        let subagents = session.threads.filter { $0.kind == .subagent }
        let names = Dictionary(subagents.map { ($0.threadID, $0.name ?? $0.threadID) }, uniquingKeysWith: { $1 })
        let turns = session.turns.flatMap { render($0, subagents: names, cutting: cutting) }
        return (head(of: session, subagents: subagents) + turns).joined(separator: "\n") + "\n"
    }

    private static func head(of session: Session, subagents: [SessionThread]) -> [String] {
        var lines = ["# Session \(session.sessionID)", ""]
        if let agent = session.agent {
            lines.append("- agent: \([agent.name, agent.version].compactMap { $0 }.joined(separator: " "))")
        }
        if !session.models.isEmpty { lines.append("- model: \(session.models.joined(separator: ", "))") }
        if let repository = session.repository {
            let place = [repository.directory, repository.remoteURL, repository.branch, repository.commit]
            lines.append("- repository: \(place.compactMap { $0 }.joined(separator: " · "))")
        }
        lines.append("- began: \(session.createdAt), last change: \(session.updatedAt)")
        let idle = session.turns.compactMap(\.idleMs).reduce(0, +)
        if idle > 0 { lines.append("- waited for a person: \(time(idle))") }
        lines.append(
            "- turns: \(session.turns.count), tool calls: \(session.turns.reduce(0) { $0 + $1.toolCalls.count })"
        )
        lines.append("- tokens: \(text(of: session.usage))")
        if let cost = session.costUSD {
            let unpriced = session.unpricedTurns.map { ", and \($0) turns without a known price" } ?? ""
            lines.append("- cost: \(dollars(cost))\(unpriced)")
        }
        for thread in subagents {
            let facts = ["\(thread.turns) turns", text(of: thread.usage), thread.costUSD.map(dollars)]
            lines.append(
                "- subagent \(thread.name ?? thread.threadID): \(facts.compactMap { $0 }.joined(separator: ", "))"
            )
        }
        if let events = session.unknownEvents {
            let counts = events.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            lines.append("- events that are not known: \(counts.joined(separator: ", "))")
        }
        return lines
    }

    private static func render(_ turn: Turn, subagents: [String: String], cutting: Bool) -> [String] {
        let limit = cutting ? longestText : .max
        var lines = ["", heading(of: turn, subagents: subagents), "", facts(of: turn)]
        // Results stand with the calls that they answer.
        for item in turn.input where item.kind != "tool_result" {
            let longest = cutting && isInstruction(item) ? longestInstruction : limit
            lines += ["", "**\(item.role ?? item.kind)**", "", quote(cut(item.text, to: longest))]
        }
        if let tools = turn.tools {
            let names = tools.map { ($0["function"] ?? $0)["name"]?.string ?? $0["type"]?.string ?? "?" }
            lines += ["", "*tools offered:* \(names.joined(separator: ", "))"]
        }
        for text in turn.reasoning { lines += ["", "*thinks:* \(cut(text, to: limit))"] }
        if !turn.output.isEmpty { lines += ["", "**assistant**", "", turn.output] }
        for call in turn.toolCalls {
            lines += ["", "**calls `\(call.name)`**", "", fence(cut(call.arguments, to: limit))]
            if let result = call.result {
                lines += ["", call.isError == true ? "error:" : "result:", "", fence(cut(result, to: limit))]
            }
        }
        for problem in turn.usageProblems ?? [] { lines += ["", "**usage does not add up:** \(problem)"] }
        if let error = turn.error { lines += ["", "**error:** \(error)"] }
        return lines
    }

    private static func heading(of turn: Turn, subagents: [String: String]) -> String {
        var remarks: [String] = []
        if turn.kind == .compaction { remarks.append("compaction") }
        if let id = turn.threadID, let name = subagents[id] { remarks.append("subagent \(name)") }
        if let failed = turn.retryOf { remarks.append("repeats turn \(failed)") }
        if turn.state != .complete { remarks.append(turn.state.words) }
        return "## Turn \(turn.index)" + (remarks.isEmpty ? "" : " (\(remarks.joined(separator: ", ")))")
    }

    private static func facts(of turn: Turn) -> String {
        var facts = [turn.startedAt]
        if let model = turn.model { facts.append(model) }
        if let milliseconds = turn.idleMs { facts.append("a person took \(time(milliseconds))") }
        if let milliseconds = turn.firstByteMs { facts.append("first byte after \(milliseconds) ms") }
        if let milliseconds = turn.durationMs { facts.append("took \(milliseconds) ms") }
        if let usage = turn.usage { facts.append(text(of: usage)) }
        if let cost = turn.costUSD { facts.append(dollars(cost)) }
        if let reason = turn.stopReason, turn.state == .incomplete { facts.append("stopped by \(reason)") }
        return facts.joined(separator: " · ")
    }

    /// `35 s`, `12 min`
    private static func time(_ milliseconds: Int) -> String {
        milliseconds < 120_000 ? "\(milliseconds / 1000) s" : "\(milliseconds / 60_000) min"
    }

    private static func dollars(_ cost: Double) -> String {
        let parts = Int((min(max(0, cost), 1e12) * 10_000).rounded())
        let rest = String(parts % 10_000)
        return "$\(parts / 10_000)." + String(repeating: "0", count: 4 - rest.count) + rest
    }

    private static func text(of usage: Usage) -> String {
        var parts = ["\(usage.inputTokens) in"]
        if usage.cachedInputTokens > 0 { parts[0] += " (\(usage.cachedInputTokens) cached)" }
        parts.append("\(usage.outputTokens) out")
        if usage.reasoningTokens > 0 { parts[1] += " (\(usage.reasoningTokens) reasoning)" }
        return parts.joined(separator: ", ")
    }

    private static func isInstruction(_ item: InputItem) -> Bool { ["system", "developer"].contains(item.role) }

    private static func cut(_ text: String, to length: Int) -> String {
        guard text.count > length else { return text }
        return text.prefix(length) + "\n[… \(text.count - length) more characters]"
    }

    private static func quote(_ text: String) -> String {
        text.textLines.map { $0.isEmpty ? ">" : "> \($0)" }
            .joined(separator: "\n")
    }

    /// A code block whose fence is longer than any in the text.
    private static func fence(_ text: String) -> String {
        var mark = "```"
        while text.contains(mark) { mark += "`" }
        return "\(mark)\n\(text.hasSuffix("\n") ? String(text.dropLast()) : text)\n\(mark)"
    }
}

extension Turn.State {
    var words: String {
        switch self {
        case .inFlight: "going on"
        case .truncated: "cut off"
        default: rawValue
        }
    }
}
