import OneShotCore

/// One turn on the page.
struct TurnSection {
    private let turn: Turn
    private let thread: SessionThread?

    init(_ turn: Turn, of session: Session) {
        self.turn = turn
        thread = turn.threadID.flatMap { id in session.threads.first { $0.threadID == id && $0.kind == .subagent } }
    }

    var html: HTML {
        .element(
            "section",
            [("class", thread == nil ? "turn" : "turn subagent"), ("id", "turn-\(turn.index)")],
            [
                heading, .tag("p", "facts", .text(facts)), .all(turn.input.map(said)), tools, .all(answer),
                .all(problems),
            ]
        )
    }

    private var heading: HTML {
        var badges: [HTML] = []
        func badge(_ text: String, _ style: String = "badge") {
            badges += [" ", .tag("span", style, .text(text))]
        }
        if let thread { badge("subagent \(thread.name ?? thread.threadID)") }
        if let kind = turn.kind, kind != .continuation { badge(kind.rawValue, "badge \(kind.rawValue)") }
        if turn.state != .complete { badge(turn.state.rawValue.replacing("_", with: " "), "badge bad") }
        if let failed = turn.retryOf { badge("repeats turn \(failed)") }
        return .tag(
            "h2",
            "",
            .element("a", [("href", "#turn-\(turn.index)")], [.text("Turn \(turn.index)")]),
            .all(badges)
        )
    }

    private var facts: String {
        let facts: [String?] = [
            turn.startedAt, turn.model,
            turn.idleMs.map { "after \(Self.seconds($0)) without work" },
            turn.firstByteMs.map { "first byte after \(Self.seconds($0))" },
            turn.durationMs.map { "took \(Self.seconds($0))" },
            turn.usage?.words, turn.costUSD?.dollars,
        ]
        return facts.compactMap { $0 }.joined(separator: " · ")
    }

    private static func seconds(_ milliseconds: Int) -> String {
        milliseconds < 10_000 ? "\(milliseconds) ms" : "\(milliseconds / 1000) s"
    }

    private func said(_ item: InputItem) -> HTML {
        // Results stand with the calls that they answer.
        guard item.kind != "tool_result" else { return .all([]) }
        let name = item.role ?? item.kind
        let text = HTML.tag("pre", "", .text(item.text))
        guard item.role == "user", item.kind == "message" else {
            return .folded("\(name), \(Self.size(item.text))", style: "system", text)
        }
        return .tag("div", "user", .tag("h3", "", .text(name)), text)
    }

    private static func size(_ text: String) -> String { "\(text.count) characters" }

    private var tools: HTML {
        let definitions = ToolDefinition.all(offeredIn: [turn])
        guard !definitions.isEmpty else { return .all([]) }
        return .folded(
            "\(definitions.count) tools offered",
            style: "tools",
            .all(definitions.map { .folded($0.name, .tag("pre", "", .text($0.raw.prettyText))) })
        )
    }

    private var answer: [HTML] {
        var parts = turn.reasoning.map { text -> HTML in
            .tag("div", "reasoning", .tag("h3", "", "reasoning"), .tag("pre", "", .text(text)))
        }
        if !turn.output.isEmpty {
            parts.append(.tag("div", "model", .tag("h3", "", "assistant"), .tag("pre", "", .text(turn.output))))
        }
        return parts + turn.toolCalls.map(call)
    }

    private func call(_ call: ToolCall) -> HTML {
        let arguments = (try? JSON(parsing: call.arguments))?.prettyText ?? call.arguments
        let result: HTML =
            call.result.map {
                .folded(
                    (call.isError == true ? "error" : "result") + ", \(Self.size($0))",
                    style: call.isError == true ? "bad" : "",
                    .tag("pre", "", .text($0))
                )
            } ?? .tag("p", "dim", "no result")
        return .tag(
            "div",
            "call",
            .tag("h3", "", "calls ", .tag("code", "", .text(call.name)), " ", .tag("span", "dim", .text(call.callID))),
            .tag("pre", "", .text(arguments)),
            result
        )
    }

    private var problems: [HTML] {
        (turn.usageProblems ?? []).map { .tag("p", "bad", .text("usage does not add up: \($0)")) }
            + (turn.problem.map { [.tag("p", "bad", .text($0))] } ?? [])
    }
}
