import Foundation
import GRDB
public import OneShotCore

/// What is new of a session since the last time it was stored.
public struct SessionUpdate: Sendable {
    /// A result that came for a call of a turn that is stored already.
    public struct Result: Sendable {
        /// Of the turn, counted from 1.
        public var turn: Int
        /// Of the call within its turn, counted from 0.
        public var call: Int
        public var text: String
        /// See ``ToolCall/isError``.
        public var isError: Bool?

        public init(turn: Int, call: Int, text: String, isError: Bool? = nil) {
            self.turn = turn
            self.call = call
            self.text = text
            self.isError = isError
        }
    }

    /// Everything but the turns.
    public var session: Session
    /// The turns that are new or have changed, each with its place in the session as its index, in their order. Stored
    /// turns behind the last one go.
    public var turns: [Turn]
    public var results: [Result]
    /// How many turns there are.
    public var turnCount: Int
    /// How many of them are finished.
    public var settledTurns: Int
    /// The last exchange that these were read from.
    public var settledExchange: Int64

    public init(
        session: Session,
        turns: [Turn],
        results: [Result] = [],
        turnCount: Int,
        settledTurns: Int,
        settledExchange: Int64
    ) {
        self.session = session
        self.turns = turns
        self.results = results
        self.turnCount = turnCount
        self.settledTurns = settledTurns
        self.settledExchange = settledExchange
    }

    /// A session that is known from its beginning to its end.
    init(whole session: Session) {
        var bare = session
        bare.turns = []
        self.init(
            session: bare,
            turns: session.turns,
            turnCount: session.turns.count,
            settledTurns: session.turns.prefix { $0.state != .inFlight }.count,
            settledExchange: session.turns.last { $0.state != .inFlight }?.exchangeIDs.last ?? 0
        )
    }

    /// - Parameter knowsVersion: whether the table has its column for the version of the format yet.
    func store(in database: Database, knowsVersion: Bool = true) throws {
        let (head, tail) = session.textAroundTurns
        var columns: [(name: String, value: any DatabaseValueConvertible)] = [
            ("session_id", session.sessionID), ("created_at", session.createdAt), ("updated_at", session.updatedAt),
            ("head", head), ("tail", tail), ("turns", turnCount), ("settled_turns", settledTurns),
            ("settled_exchange", settledExchange),
        ]
        if knowsVersion { columns.append(("version", session.schemaVersion)) }
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO sessions (\(columns.map(\.name).joined(separator: ", ")))
                VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
                ON CONFLICT (session_id) DO UPDATE SET
                    \(columns.dropFirst().map { "\($0.name) = excluded.\($0.name)" }.joined(separator: ", "))
                RETURNING id
                """
        )
        let id = try Int64.fetchOne(insert, arguments: StatementArguments(columns.map(\.value)))
        try storeTurns(of: id, in: database)
        for agentID in session.agentSessionIDs {
            try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO agent_sessions (agent_session_id, session_id) VALUES (?, ?)"
            ).execute(arguments: [agentID, session.sessionID])
        }
    }

    private func storeTurns(of id: Int64?, in database: Database) throws {
        let put = try database.cachedStatement(
            sql: """
                INSERT INTO turns (session, position, json) VALUES (?, ?, ?)
                ON CONFLICT (session, position) DO UPDATE SET json = excluded.json
                """
        )
        for turn in turns { try put.execute(arguments: [id, turn.index, turn.json.compactText]) }
        for result in results { try store(result, of: id, in: database) }
        try database.cachedStatement(sql: "DELETE FROM turns WHERE session = ? AND position > ?")
            .execute(arguments: [id, turnCount])
    }

    private func store(_ result: Result, of id: Int64?, in database: Database) throws {
        let answer = try database.cachedStatement(
            sql: "UPDATE turns SET json = json_set(json, ?, ?) WHERE session = ? AND position = ?"
        )
        let call = "$.tool_calls[\(result.call)]"
        try answer.execute(arguments: ["\(call).result", result.text, id, result.turn])
        guard let isError = result.isError else { return }
        // SQLite's JSON has no type of its own for true and false.
        try database.cachedStatement(
            sql: "UPDATE turns SET json = json_set(json, ?, json(?)) WHERE session = ? AND position = ?"
        ).execute(arguments: ["\(call).is_error", isError ? "true" : "false", id, result.turn])
    }
}

extension Session {
    /// The session's JSON before the first turn and after the last, keys in their order.
    fileprivate var textAroundTurns: (head: String, tail: String) {
        let (before, after) = membersAroundTurns
        return (
            JSON.object(before).compactText.dropLast() + ",\"turns\":[",
            "]," + JSON.object(after).compactText.dropFirst()
        )
    }
}
