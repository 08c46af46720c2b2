import Foundation
import GRDB
public import OneShotCore

extension SearchIndex {
    /// Stands before and after what was found; no text in the index has it.
    static let mark = "\u{1}"

    /// The best matches first.
    public func search(_ query: SearchQuery) async throws -> [SearchHit] {
        guard !query.phrases.isEmpty else { return [] }
        var sql = """
            SELECT sessions.session_id, turn, place, tool, model, started_at,
                snippet(texts, 0, '\(Self.mark)', '\(Self.mark)', '…', 24)
            FROM texts CROSS JOIN places ON places.id = texts.rowid CROSS JOIN sessions ON sessions.id = places.session
            WHERE texts MATCH ?
            """
        var arguments: StatementArguments = [query.expression]
        if let sessionID = query.sessionID {
            sql += " AND sessions.session_id = ?"
            arguments += [sessionID]
        }
        if let model = query.model {
            sql += " AND instr(lower(model), lower(?)) > 0"
            arguments += [model]
        }
        if let since = query.since {
            sql += " AND started_at >= ?"
            arguments += [since]
        }
        if !query.includesInstructions { sql += " AND place NOT IN ('system', 'developer')" }
        sql += " ORDER BY rank LIMIT ?"
        arguments += [query.limit]
        return try await queue.read { [sql, arguments] database in
            try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
                SearchHit(
                    sessionID: row[0],
                    turn: row[1],
                    place: row[2],
                    tool: row[3],
                    model: row[4],
                    startedAt: row[5],
                    snippet: (row[6] as String).components(separatedBy: Self.mark)
                )
            }
        }
    }
}

extension SearchQuery {
    /// In FTS5's language, in which nothing but a quote means anything inside of quotes
    /// (https://www.sqlite.org/fts5.html#fts5_strings).
    var expression: String {
        phrases.map { phrase in
            let text = phrase.text.replacing("\0", with: " ").replacing("\"", with: "\"\"")
            return "\"\(text)\"" + (phrase.isPrefix ? "*" : "")
        }.joined(separator: " AND ")
    }
}
