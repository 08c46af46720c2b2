public import OneShotCore

/// Tells a session as a conversation that goes on: what is new in it since the last time, as lines of plain text.
///
/// What an answer has said so far is told line by line, what it calls when it has ended.
public struct SessionTail: Sendable {
    /// How many lines of a call or a result are told; nil for all of them.
    private let lineLimit: Int?
    /// Up to this turn everything has been told.
    public private(set) var settled: Int
    /// What has been told of the turns behind that.
    private var progress: [Int: Progress] = [:]
    /// The tools' names, by the ids of their calls.
    private var tools: [String: String] = [:]
    /// The turn of the last line.
    private var current = 0

    private struct Progress {
        var input = 0
        /// Lines of each.
        var reasoning = 0
        var output = 0
        var isEnded = false
    }

    /// - Parameter settled: turns up to this one are not told.
    public init(after settled: Int = 0, lineLimit: Int? = 12) {
        self.settled = settled
        self.lineLimit = lineLimit
    }

    /// - Parameters:
    ///   - turns: those behind ``settled``, in their order.
    ///   - threads: of the session.
    public mutating func news(in turns: [Turn], threads: [SessionThread] = []) -> [String] {
        var lines: [String] = []
        for turn in turns where turn.index > settled {
            let new = news(of: turn)
            guard !new.isEmpty else { continue }
            if current != turn.index { lines.append(heading(turn, threads)) }
            current = turn.index
            lines += new
        }
        for turn in turns where turn.index == settled + 1 && progress[turn.index]?.isEnded == true {
            settled = turn.index
            progress[turn.index] = nil
        }
        return lines
    }

    private mutating func news(of turn: Turn) -> [String] {
        var told = progress[turn.index] ?? Progress()
        guard !told.isEnded else { return [] }
        var lines: [String] = []
        for item in turn.input.dropFirst(told.input) { lines += self.lines(item) }
        told.input = max(told.input, turn.input.count)
        let hasEnded = turn.state != .inFlight
        let thought = text(
            turn.reasoning.joined(separator: "\n\n"),
            after: told.reasoning,
            isWhole: hasEnded || !turn.output.isEmpty
        )
        lines += labelled("thinking", thought, isFirst: told.reasoning == 0)
        told.reasoning += thought.count
        let said = text(turn.output, after: told.output, isWhole: hasEnded)
        lines += labelled("agent", said, isFirst: told.output == 0)
        told.output += said.count
        if hasEnded {
            for call in turn.toolCalls {
                tools[call.callID] = call.name
                lines += labelled("call \(call.name)", cut(call.arguments))
            }
            if let error = turn.error { lines += labelled("error", cut(error)) }
            lines.append(Self.sums(of: turn))
            told.isEnded = true
        }
        progress[turn.index] = told
        return lines
    }

    /// The lines of a text that are new. The last one may go on until the text is whole.
    private func text(_ text: String, after count: Int, isWhole: Bool) -> [String] {
        guard !text.isEmpty else { return [] }
        let lines = text.forTerminal.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return Array((isWhole ? lines : lines.dropLast()).dropFirst(count))
    }

    private func lines(_ item: InputItem) -> [String] {
        switch (item.kind, item.role) {
        case ("message", "system"), ("message", "developer"):
            // The agent's own instructions: long, and the same in each session.
            ["[\(item.role ?? ""): \(item.text.count) characters]"]
        case ("message", "user") where !item.isPersons:
            // What agents add to what a person said: the environment, reminders.
            ["[user: \(item.text.prefix { $0 != "\n" }.prefix(40)), \(item.text.count) characters]"]
        case ("message", let role): labelled(role ?? "user", cut(item.text, limit: nil))
        case ("tool_result", _):
            labelled(
                "\(item.isError == true ? "failed" : "result") \(tools[item.callID ?? ""] ?? "")",
                cut(item.text)
            )
        case (let kind, _): labelled(kind, cut(item.text))
        }
    }

    private func cut(_ text: String) -> [String] { cut(text, limit: lineLimit) }

    private func cut(_ text: String, limit: Int?) -> [String] {
        let lines = text.forTerminal.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let limit, lines.count > limit + 1 else { return lines }
        return lines.prefix(limit) + ["… \(lines.count - limit) more lines"]
    }

    /// The label before the first line, blanks before the others.
    private func labelled(_ label: String, _ lines: [String], isFirst: Bool = true) -> [String] {
        lines.enumerated().map { index, line in
            index == 0 && isFirst ? "\(label.trimmedBlanks): \(line)" : "  \(line)"
        }
    }

    private func heading(_ turn: Turn, _ threads: [SessionThread]) -> String {
        var words = ["turn \(turn.index)"]
        if let thread = threads.first(where: { $0.threadID == turn.threadID }), thread.kind == .subagent {
            words.append("[\(thread.name ?? "subagent \(thread.threadID.suffix(6))")]")
        }
        if turn.kind == .compaction { words.append("compaction") }
        if let retried = turn.retryOf { words.append("repeats turn \(retried)") }
        return "── " + words.joined(separator: " ")
    }

    private static func sums(of turn: Turn) -> String {
        var facts: [String] = []
        if turn.state != .complete { facts.append(turn.state.words) }
        if let model = turn.model { facts.append(model) }
        if let usage = turn.usage {
            let cached = usage.cachedInputTokens > 0 ? " (\(usage.cachedInputTokens) cached)" : ""
            facts.append("\(usage.inputTokens) in\(cached)")
            facts.append("\(usage.outputTokens) out")
        }
        if let dollars = turn.costUSD { facts.append(MonitorView.dollars(dollars)) }
        if let milliseconds = turn.firstByteMs { facts.append("first byte \(milliseconds) ms") }
        if let milliseconds = turn.durationMs { facts.append("\(milliseconds) ms") }
        return "   (\(facts.joined(separator: ", ")))"
    }
}

extension String {
    fileprivate var trimmedBlanks: String {
        String(trimmingPrefix { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
