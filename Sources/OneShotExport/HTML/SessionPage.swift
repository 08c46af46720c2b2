import OneShotCore
import OneShotRedaction

/// A session as one HTML page that needs no other file and no network, and that can be read without JavaScript; with it
/// there is a search box, and the keys j, k and /.
struct SessionPage {
    private let session: Session
    private let manifest: RedactionManifest
    private let version: String

    init(_ redacted: RedactedSession, version: String) {
        session = redacted.session
        manifest = redacted.manifest
        self.version = version
    }

    var text: String {
        let title = "Session \(session.sessionID)"
        // Style and script are ours and stand as they are: their digests are in the policy.
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            \(HTML.element("meta", [("http-equiv", "Content-Security-Policy"), ("content", PageAssets.policy)], []).markup)
            <meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">
            <meta name="color-scheme" content="light dark">\(HTML.tag("title", "", .text(title)).markup)
            <style>\(PageAssets.style)</style></head>
            <body>
            \(header(title).markup)
            <div id="tools" hidden><input id="search" type="search" placeholder="search (/)" aria-label="search the turns">
            <output id="found" class="dim"></output> <span class="dim">j, k: next and previous turn</span></div>
            \(index.markup)
            <main>
            \(session.turns.map { TurnSection($0, of: session).html.markup }.joined(separator: "\n"))
            </main>
            \(footer.markup)
            <script>\(PageAssets.script)</script></body></html>

            """
    }

    // MARK: - Around the turns

    private func header(_ title: String) -> HTML {
        .tag("header", "", .tag("h1", "", .text(title)), .tag("table", "", .all(facts.map(Self.row))), threads)
    }

    private static func row(_ name: String, _ value: String) -> HTML {
        .tag("tr", "", .tag("th", "", .text(name)), .tag("td", "", .text(value)))
    }

    private var facts: [(String, String)] {
        let repository = session.repository
        let place = [repository?.directory, repository?.remoteURL, repository?.branch, repository?.commit]
        let calls = session.turns.reduce(0) { $0 + $1.toolCalls.count }
        let facts: [(String, String?)] = [
            ("agent", session.agent.map { [$0.name, $0.version].compactMap { $0 }.joined(separator: " ") }),
            ("models", session.models.isEmpty ? nil : session.models.joined(separator: ", ")),
            ("repository", place.contains { $0 != nil } ? place.compactMap { $0 }.joined(separator: " · ") : nil),
            ("began", session.createdAt), ("last change", session.updatedAt),
            ("turns", "\(session.turns.count), with \(calls) tool calls"),
            ("tokens", session.usage.words),
            ("cost", session.costUSD.map { Self.cost($0, unpriced: session.unpricedTurns) }),
            ("redacted", manifest.summary),
        ]
        return facts.compactMap { name, value in value.map { (name, $0) } }
    }

    private static func cost(_ dollars: Double, unpriced: Int?) -> String {
        dollars.dollars + (unpriced.map { ", and \($0) turns whose price is not known" } ?? "")
    }

    private var threads: HTML {
        guard session.threads.contains(where: { $0.kind == .subagent }) else { return .all([]) }
        return .all([
            .tag("h3", "", "Conversations"),
            .tag(
                "table",
                "",
                .all(
                    session.threads.map { thread in
                        let facts = ["\(thread.turns) turns", thread.usage.words, thread.costUSD?.dollars]
                        return Self.row(
                            thread.kind == .main ? "main" : thread.name ?? "subagent",
                            facts.compactMap { $0 }.joined(separator: " · ")
                        )
                    }
                )
            ),
        ])
    }

    private var index: HTML {
        .tag(
            "nav",
            "",
            .folded(
                "\(session.turns.count) turns",
                isOpen: true,
                .tag(
                    "ol",
                    "",
                    .all(
                        session.turns.map { turn in
                            .tag(
                                "li",
                                "",
                                .element(
                                    "a",
                                    [("href", "#turn-\(turn.index)")],
                                    [
                                        .text("\(turn.index) "),
                                        .tag(
                                            "span",
                                            "dim",
                                            .text(
                                                [turn.usage?.words, turn.costUSD?.dollars].compactMap { $0 }
                                                    .joined(separator: " · ")
                                            )
                                        ),
                                        .text(" " + turn.excerpt),
                                    ]
                                )
                            )
                        }
                    )
                )
            )
        )
    }

    private var footer: HTML {
        .tag("footer", "dim", .text("Written by OneShot \(version). Secrets are replaced by [REDACTED:rule:n]."))
    }
}

extension Usage {
    /// `120 in (80 cached), 9 out (4 reasoning)`
    var words: String {
        "\(inputTokens) in" + (cachedInputTokens > 0 ? " (\(cachedInputTokens) cached)" : "") + ", \(outputTokens) out"
            + (reasoningTokens > 0 ? " (\(reasoningTokens) reasoning)" : "")
    }
}

extension Double {
    /// `$0.0123`
    var dollars: String {
        let parts = Int((min(max(0, self), 1e12) * 10_000).rounded())
        let rest = String(parts % 10_000)
        return "$\(parts / 10_000)." + String(repeating: "0", count: 4 - rest.count) + rest
    }
}

extension Turn {
    /// What the turn is about, on one line: the person's words, else the answer, else the calls.
    fileprivate var excerpt: String {
        let words = input.last { $0.kind == "message" && $0.role == "user" }?.text
        let calls = toolCalls.isEmpty ? nil : "calls " + toolCalls.map(\.name).joined(separator: ", ")
        let text = (kind == .continuation ? nil : words) ?? (output.isEmpty ? nil : output) ?? calls ?? words ?? ""
        return String(text.prefix(400).split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(140))
    }
}
