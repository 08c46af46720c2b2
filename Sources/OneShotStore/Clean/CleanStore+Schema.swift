import Foundation
import GRDB
import OneShotCore

extension CleanStore {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: cleaned sessions") { database in
            try database.execute(
                sql: """
                    CREATE TABLE cleaned_sessions (
                        session_id TEXT PRIMARY KEY,
                        created_at TEXT NOT NULL,
                        formatted_json TEXT NOT NULL,
                        updated_at TEXT NOT NULL
                    );
                    CREATE TABLE agent_sessions (
                        agent_session_id TEXT PRIMARY KEY,
                        session_id TEXT NOT NULL
                    );
                    CREATE TABLE cursor (last_revision INTEGER NOT NULL);
                    INSERT INTO cursor VALUES (0);
                    """
            )
        }
        migrator.registerMigration("2: turns") { database in
            try database.execute(sql: "ALTER TABLE cleaned_sessions RENAME TO whole_sessions")
            try database.execute(sql: turnTables)
            let texts = try String.fetchCursor(database, sql: "SELECT formatted_json FROM whole_sessions")
            while let text = try texts.next() {
                try SessionUpdate(whole: session(fromJSON: text)).store(in: database, knowsVersion: false)
            }
            try database.execute(sql: "DROP TABLE whole_sessions")
            try database.execute(sql: sessionsView)
        }
        migrator.registerMigration("imported sessions", migrate: addImports)
        migrator.registerMigration("the version of a session's format") { database in
            try database.execute(sql: "ALTER TABLE sessions ADD COLUMN version INTEGER NOT NULL DEFAULT 1")
        }
        return migrator
    }

    private static let turnTables = """
        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY,
            session_id TEXT NOT NULL UNIQUE,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            head TEXT NOT NULL,
            tail TEXT NOT NULL,
            turns INTEGER NOT NULL,
            settled_turns INTEGER NOT NULL,
            settled_exchange INTEGER NOT NULL
        );
        CREATE INDEX sessions_by_update ON sessions(updated_at);
        CREATE TABLE turns (
            session INTEGER NOT NULL,
            position INTEGER NOT NULL,
            json TEXT NOT NULL
        );
        CREATE UNIQUE INDEX turns_by_session ON turns(session, position);
        """

    /// Sessions put together for those who read them. An ordered subquery keeps its order inside an aggregate
    /// (https://www.sqlite.org/optoverview.html#flattening, rule 16).
    private static let sessionsView = """
        CREATE VIEW cleaned_sessions AS SELECT
            session_id, created_at,
            head || IFNULL((
                SELECT group_concat(json, ',') FROM (
                    SELECT json FROM turns WHERE session = sessions.id ORDER BY position)), '')
                || tail AS formatted_json,
            updated_at
        FROM sessions
        """
}
