import GRDB
public import OneShotCore

extension SearchIndex {
    /// What the index knows of a session.
    public struct Entry: Sendable, Equatable {
        /// What tells whether the session has changed.
        public var stamp: String
        /// Up to this turn it need not be read again.
        public var settledTurns: Int

        public init(stamp: String, settledTurns: Int) {
            self.stamp = stamp
            self.settledTurns = settledTurns
        }
    }

    /// The state of all sessions that the index was brought up to last; empty for a new one.
    public func catalog() async throws -> String {
        try await queue.read { try String.fetchOne($0, sql: "SELECT catalog FROM state") ?? "" }
    }

    public func setCatalog(_ catalog: String) async throws {
        try await queue.write { try $0.execute(sql: "UPDATE state SET catalog = ?", arguments: [catalog]) }
    }

    public func entries() async throws -> [String: Entry] {
        try await queue.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT session_id, stamp, settled FROM sessions")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], Entry(stamp: $0[1], settledTurns: $0[2])) })
        }
    }

    /// Takes in turns of a session. What it knows of these and of later ones goes.
    ///
    /// - Parameters:
    ///   - turns: consecutive.
    ///   - after: the turn before the first of them.
    ///   - entry: what to remember of the session from now on.
    public func replace(_ sessionID: String, after: Int, with turns: [Turn], entry: Entry) async throws {
        try await queue.write { database in
            let session = try Int64.fetchOne(
                database,
                sql: """
                    INSERT INTO sessions (session_id, stamp, settled) VALUES (?, ?, ?)
                    ON CONFLICT (session_id) DO UPDATE SET stamp = excluded.stamp, settled = excluded.settled
                    RETURNING id
                    """,
                arguments: [sessionID, entry.stamp, entry.settledTurns]
            )
            guard let session else { return }
            try Self.forget(session, after: after, in: database)
            for turn in turns { try SearchedTurn(turn).store(session: session, in: database) }
        }
    }

    /// Forgets sessions, so that nothing of their words is left in the file.
    public func remove(_ sessionIDs: [String]) async throws {
        guard !sessionIDs.isEmpty else { return }
        try await queue.write { database in
            for id in sessionIDs {
                let find = "SELECT id FROM sessions WHERE session_id = ?"
                guard let session = try Int64.fetchOne(database, sql: find, arguments: [id]) else { continue }
                try Self.forget(session, after: 0, in: database)
                try database.execute(sql: "DELETE FROM sessions WHERE id = ?", arguments: [session])
            }
            // Until its pieces are merged, FTS5 only notes that a text is gone.
            try database.execute(sql: "INSERT INTO texts (texts) VALUES ('optimize')")
        }
    }

    private static func forget(_ session: Int64, after turn: Int, in database: Database) throws {
        try database.execute(
            sql: "DELETE FROM texts WHERE rowid IN (SELECT id FROM places WHERE session = ? AND source > ?)",
            arguments: [session, turn]
        )
        try database.execute(
            sql: "DELETE FROM places WHERE session = ? AND source > ?",
            arguments: [session, turn]
        )
        try database.execute(sql: "DELETE FROM calls WHERE session = ? AND turn > ?", arguments: [session, turn])
        try database.execute(
            sql: "UPDATE calls SET result_source = NULL WHERE session = ? AND result_source > ?",
            arguments: [session, turn]
        )
    }
}

/// A turn as the index takes it in.
private struct SearchedTurn {
    let turn: Turn

    init(_ turn: Turn) { self.turn = turn }

    func store(session: Int64, in database: Database) throws {
        func put(_ text: String, _ place: String, tool: String? = nil, at shown: Int? = nil) throws {
            guard !text.isEmpty else { return }
            // It marks what was found.
            let text = text.utf8.contains(1) ? text.replacing(SearchIndex.mark, with: " ") : text
            try database.cachedStatement(
                sql: """
                    INSERT INTO places (session, source, turn, place, tool, model, started_at) VALUES (?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(
                arguments: [session, turn.index, shown ?? turn.index, place, tool, turn.model, turn.startedAt]
            )
            try database.cachedStatement(sql: "INSERT INTO texts (rowid, text) VALUES (?, ?)")
                .execute(arguments: [database.lastInsertedRowID, text])
        }
        for item in turn.input {
            switch item.kind {
            case "message": try put(item.text, item.role ?? "user")
            case "tool_result":
                let call = try result(of: item.callID, session: session, in: database)
                if call?.isKnown != true { try put(item.text, "result", tool: call?.name, at: call?.turn) }
            default: try put(item.text, item.kind)
            }
        }
        for text in turn.reasoning { try put(text, "reasoning") }
        try put(turn.output, "assistant")
        for call in turn.toolCalls {
            try put("\(call.name) \(call.arguments)", "call", tool: call.name)
            if let result = call.result { try put(result, "result", tool: call.name) }
            try database.cachedStatement(sql: "INSERT OR REPLACE INTO calls VALUES (?, ?, ?, ?, ?)").execute(
                arguments: [session, call.callID, turn.index, call.name, call.result.map { _ in turn.index }]
            )
        }
        try put(turn.error ?? "", "error")
    }

    /// The call that a result answers, and whether its result was told before. From now on it was.
    private func result(
        of id: String?,
        session: Int64,
        in database: Database
    ) throws -> (turn: Int, name: String, isKnown: Bool)? {
        let find = try database.cachedStatement(
            sql: "SELECT turn, name, result_source FROM calls WHERE session = ? AND call_id = ?"
        )
        guard let id, let row = try Row.fetchOne(find, arguments: [session, id]) else { return nil }
        let call = (turn: row[0] as Int, name: row[1] as String, isKnown: (row[2] as Int?) != nil)
        if !call.isKnown {
            try database.cachedStatement(sql: "UPDATE calls SET result_source = ? WHERE session = ? AND call_id = ?")
                .execute(arguments: [turn.index, session, id])
        }
        return call
    }
}
