import Foundation
public import OneShotCore
import OneShotStore

/// Sessions as JSON documents for scripts, and as a table for people.
public enum SessionListing {
    /// The whole session (`docs/formats/session.md`).
    public static func json(_ session: Session) throws -> String {
        String(decoding: try StrictJSON.encode(session), as: UTF8.self)
    }

    /// What `oneshot sessions list --json` prints: a session's facts without its turns.
    public static func json(_ sessions: [SessionOverview]) -> String {
        JSON.array(sessions.map(row)).prettyText
    }

    private static func row(_ overview: SessionOverview) -> JSON {
        let session = overview.session
        return [
            "session_id": .string(session.sessionID),
            "agent_session_ids": .array(session.agentSessionIDs.map { .string($0) }),
            "agent": JSON(session.agent?.name),
            "agent_version": JSON(session.agent?.version),
            "models": .array(session.models.map { .string($0) }),
            "repository": session.repository.map(row) ?? .null,
            "sources": .array(session.sources.map { .string($0.rawValue) }),
            "created_at": .string(session.createdAt),
            "updated_at": .string(session.updatedAt),
            "duration_ms": JSON(overview.durationMs),
            "outcome": .string(overview.outcome.rawValue),
            "turns": JSON(overview.counts.turns),
            "failed_turns": JSON(overview.counts.failedTurns),
            "subagents": JSON(overview.subagents),
            "tool_calls": JSON(overview.counts.toolCalls),
            "input_tokens": JSON(session.usage.inputTokens),
            "cached_input_tokens": JSON(session.usage.cachedInputTokens),
            "output_tokens": JSON(session.usage.outputTokens),
            "cost_usd": session.costUSD.map { JSON($0) } ?? .null,
            "unpriced_turns": JSON(session.unpricedTurns ?? 0),
            "is_live": .bool(overview.outcome == .live),
        ]
    }

    private static func row(_ repository: SessionRepository) -> JSON {
        [
            "directory": JSON(repository.directory), "remote_url": JSON(repository.remoteURL),
            "branch": JSON(repository.branch), "commit": JSON(repository.commit),
        ]
    }

    /// A line of headings and a line for each session, in columns.
    public static func table(_ sessions: [SessionOverview]) -> [String] {
        let headings = [
            "STARTED", "SESSION", "AGENT", "MODEL", "REPO", "TIME", "TURNS", "CALLS", "IN", "OUT", "COST", "OUTCOME",
        ]
        let rows = [headings] + sessions.map(cells)
        let widths = headings.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.indices.map { column in
                let blanks = String(repeating: " ", count: widths[column] - row[column].count)
                return (6...10).contains(column) ? blanks + row[column] : row[column] + blanks
            }
            return cells.joined(separator: "  ").trimmedEnd
        }
    }

    private static func cells(_ overview: SessionOverview) -> [String] {
        let session = overview.session
        let started = session.createdAt.prefix(16).replacing("T", with: " ")
        let branch = session.repository?.branch.map { "@\($0)" } ?? ""
        let models = session.models.isEmpty ? "-" : session.models.joined(separator: ",")
        let mark = overview.outcome == .live ? "● " : ""
        let repository = overview.repositoryName.map { $0 + branch } ?? "-"
        let cost = session.costUSD.map(MonitorView.dollars) ?? "-"
        let names: [String] = [
            String(started), mark + session.sessionID, session.agent?.name ?? "-", models, repository,
        ]
        let sums: [String] = [
            duration(overview.durationMs), String(overview.counts.turns), String(overview.counts.toolCalls),
            amount(session.usage.inputTokens), amount(session.usage.outputTokens), cost, overview.outcome.rawValue,
        ]
        return (names + sums).map { $0.forTerminal.replacing("\n", with: " ") }
    }

    /// `950`, `12.3k`, `4.5M`.
    static func amount(_ tokens: Int) -> String {
        func tenths(_ unit: Int) -> String { "\(tokens / unit).\(tokens % unit * 10 / unit)" }
        return tokens < 10_000 ? String(tokens) : tokens < 1_000_000 ? tenths(1000) + "k" : tenths(1_000_000) + "M"
    }

    /// `4s`, `3m10s`, `2h05m`.
    static func duration(_ milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3600 { return "\(seconds / 60)m\(padded(seconds % 60))s" }
        return "\(seconds / 3600)h\(padded(seconds / 60 % 60))m"
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
