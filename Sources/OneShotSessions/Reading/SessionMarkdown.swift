public import OneShotCore

/// A session as a text to read: the conversation that happened, turn after turn.
public enum SessionMarkdown {
    /// Longer results, arguments and prompts are cut to this many characters, and say so.
    static let longestText = 4000
    /// The same for what the agent's authors tell the model: it is long, and seldom what one reads a session for.
    static let longestInstruction = 400

    public static func render(_ session: Session) -> String {
        var lines = ["# Session \(session.sessionID)", ""]
        if let agent = session.agent {
            lines.append("- agent: \([agent.name, agent.version].compactMap { $0 }.joined(separator: " "))")
        }
        if !session.models.isEmpty { lines.append("- model: \(session.models.joined(separator: ", "))") }
        lines.append("- began: \(session.createdAt), last change: \(session.updatedAt)")
        lines.append(
            "- turns: \(session.turns.count), tool calls: \(session.turns.reduce(0) { $0 + $1.toolCalls.count })"
        )
        lines.append("- tokens: \(text(of: session.usage))")
        let threads = Set(session.turns.compactMap(\.threadID)).count
        return (lines + session.turns.flatMap { render($0, naming: threads > 1) }).joined(separator: "\n") + "\n"
    }

    private static func render(_ turn: Turn, naming thread: Bool) -> [String] {
        var facts = [turn.startedAt]
        if let model = turn.model { facts.append(model) }
        if thread, let id = turn.threadID { facts.append("thread \(id)") }
        if let milliseconds = turn.firstByteMs { facts.append("first byte after \(milliseconds) ms") }
        if let milliseconds = turn.durationMs { facts.append("took \(milliseconds) ms") }
        if let usage = turn.usage { facts.append(text(of: usage)) }
        var lines = ["", "## Turn \(turn.index)" + (turn.state == .complete ? "" : " (\(turn.state.words))"), ""]
        lines.append(facts.joined(separator: " · "))
        // Results stand with the calls that they answer.
        for item in turn.input where item.kind != "tool_result" {
            lines += [
                "", "**\(item.role ?? item.kind)**", "",
                quote(cut(item.text, to: isInstruction(item) ? longestInstruction : longestText)),
            ]
        }
        for text in turn.reasoning { lines += ["", "*thinks:* \(cut(text))"] }
        if !turn.output.isEmpty { lines += ["", "**assistant**", "", turn.output] }
        for call in turn.toolCalls {
            lines += ["", "**calls `\(call.name)`**", "", fence(cut(call.arguments))]
            if let result = call.result { lines += ["", "result:", "", fence(cut(result))] }
        }
        for problem in turn.usageProblems ?? [] { lines += ["", "**usage does not add up:** \(problem)"] }
        if let error = turn.error { lines += ["", "**error:** \(error)"] }
        return lines
    }

    private static func text(of usage: Usage) -> String {
        var parts = ["\(usage.inputTokens) in"]
        if usage.cachedInputTokens > 0 { parts[0] += " (\(usage.cachedInputTokens) cached)" }
        parts.append("\(usage.outputTokens) out")
        if usage.reasoningTokens > 0 { parts[1] += " (\(usage.reasoningTokens) reasoning)" }
        return parts.joined(separator: ", ")
    }

    private static func isInstruction(_ item: InputItem) -> Bool { ["system", "developer"].contains(item.role) }

    private static func cut(_ text: String, to length: Int = longestText) -> String {
        guard text.count > length else { return text }
        return text.prefix(length) + "\n[… \(text.count - length) more characters]"
    }

    private static func quote(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? ">" : "> \($0)" }
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
