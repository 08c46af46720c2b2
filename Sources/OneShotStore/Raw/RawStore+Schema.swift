import Foundation
import GRDB

extension RawStore {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: traces") { database in
            try database.execute(
                sql: """
                    CREATE TABLE traces (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        ts_ms INTEGER NOT NULL,
                        method TEXT NOT NULL,
                        url TEXT NOT NULL,
                        request_json TEXT,
                        response_json TEXT,
                        meta_json TEXT NOT NULL,
                        transport TEXT NOT NULL,
                        state TEXT NOT NULL,
                        cut_by TEXT,
                        session_id TEXT NOT NULL,
                        agent_session_id TEXT,
                        status INTEGER,
                        first_byte_ms INTEGER,
                        end_ms INTEGER,
                        revision INTEGER NOT NULL DEFAULT 0
                    );
                    CREATE INDEX traces_by_session ON traces(session_id, id);
                    CREATE INDEX traces_by_revision ON traces(revision);
                    CREATE INDEX traces_in_flight ON traces(state) WHERE state = 'in_flight';
                    CREATE TABLE revision (last INTEGER NOT NULL);
                    INSERT INTO revision VALUES (0);
                    CREATE TRIGGER traces_inserted AFTER INSERT ON traces BEGIN
                        UPDATE revision SET last = last + 1;
                        UPDATE traces SET revision = (SELECT last FROM revision) WHERE id = NEW.id;
                    END;
                    CREATE TRIGGER traces_updated
                    AFTER UPDATE OF state, response_json, request_json, meta_json, first_byte_ms, session_id ON traces BEGIN
                        UPDATE revision SET last = last + 1;
                        UPDATE traces SET revision = (SELECT last FROM revision) WHERE id = NEW.id;
                    END;
                    """
            )
        }
        migrator.registerMigration("2: sessions by the agent's own id") { database in
            try database.execute(sql: "CREATE INDEX traces_by_agent_session ON traces(agent_session_id)")
        }
        migrator.registerMigration("3: segments") { database in
            try database.execute(sql: segmentTables)
            try moveTraces(in: database)
            try database.execute(sql: "DROP TABLE traces")
            try database.execute(sql: tracesView)
        }
        return migrator
    }

    private static let segmentTables = """
        CREATE TABLE exchanges (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            ts_ms INTEGER NOT NULL,
            method TEXT NOT NULL,
            url TEXT NOT NULL,
            meta_json TEXT NOT NULL,
            transport TEXT NOT NULL,
            state TEXT NOT NULL,
            cut_by TEXT,
            session_id TEXT NOT NULL,
            agent_session_id TEXT,
            status INTEGER,
            first_byte_ms INTEGER,
            end_ms INTEGER,
            revision INTEGER NOT NULL,
            token INTEGER,
            request_form INTEGER,
            request_size INTEGER,
            response_form INTEGER,
            response_size INTEGER,
            request_tail BLOB,
            response_tail BLOB
        );
        CREATE INDEX exchanges_by_session ON exchanges(session_id, id);
        CREATE INDEX exchanges_by_agent_session ON exchanges(agent_session_id) WHERE agent_session_id IS NOT NULL;
        CREATE INDEX exchanges_by_revision ON exchanges(revision);
        CREATE INDEX exchanges_in_flight ON exchanges(state) WHERE state = 'in_flight';
        CREATE INDEX exchanges_by_token ON exchanges(token) WHERE token IS NOT NULL;
        CREATE TABLE segments (
            id INTEGER PRIMARY KEY,
            digest INTEGER NOT NULL,
            bytes BLOB NOT NULL
        );
        CREATE INDEX segments_by_digest ON segments(digest);
        CREATE TABLE runs (
            exchange_id INTEGER NOT NULL,
            part INTEGER NOT NULL,
            position INTEGER NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            PRIMARY KEY (exchange_id, part, position)
        ) WITHOUT ROWID;
        CREATE TABLE secrets (
            fingerprint BLOB NOT NULL,
            name TEXT NOT NULL,
            length INTEGER NOT NULL,
            rolling INTEGER NOT NULL,
            first_seen_ms INTEGER NOT NULL,
            PRIMARY KEY (fingerprint, name)
        ) WITHOUT ROWID;
        CREATE TABLE spools (name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
        """

    /// A row of the old table becomes one of the new: its texts as they are.
    private static func moveTraces(in database: Database) throws {
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT *, CAST(request_json AS BLOB) AS request, CAST(response_json AS BLOB) AS response FROM traces"
        )
        let segments = SegmentTable(database: database)
        let exchanges = try ExchangeTable(database)
        while let row = try rows.next() {
            let id: Int64 = row["id"]
            let request = (row["request"] as Data?).map(BodyChange.whole)
            let response = (row["response"] as Data?).map(BodyChange.whole)
            var columns = ExchangeColumns(ExchangeRow(row: row).exchange, request: request, response: response)
            columns.id = id
            try exchanges.insert(columns, revision: row["revision"])
            if let request { try segments.apply(request, to: id, .request) }
            if let response { try segments.apply(response, to: id, .response) }
        }
    }

    /// Bodies put together again. A range of row ids is read in ascending order, and an ordered subquery keeps its
    /// order inside an aggregate (https://www.sqlite.org/optoverview.html#flattening, rule 16).
    private static let tracesView = """
        CREATE VIEW traces AS SELECT
            id, ts_ms, method, url,
            \(body(.request)) AS request_json,
            \(body(.response)) AS response_json,
            meta_json, transport, state, cut_by, session_id, agent_session_id, status, first_byte_ms, end_ms, revision,
            request_size, response_size
        FROM exchanges
        """

    private static func body(_ part: SegmentTable.Part) -> String {
        let name = part == .request ? "request" : "response"
        return """
            (SELECT CASE exchanges.\(name)_form
                WHEN 0 THEN body
                WHEN 1 THEN json_object('_raw', body)
                WHEN 2 THEN '{"_base64":"' || body || '"}'
                WHEN 3 THEN '[' || body || ']' END
            FROM (SELECT IFNULL(group_concat(CAST(bytes AS TEXT), ''), '')
                    || IFNULL(CAST(exchanges.\(name)_tail AS TEXT), '') AS body
                FROM (SELECT segments.bytes AS bytes
                    FROM runs CROSS JOIN segments ON segments.id BETWEEN runs.first AND runs.last
                    WHERE runs.exchange_id = exchanges.id AND runs.part = \(part.rawValue)
                    ORDER BY runs.position))
            WHERE exchanges.\(name)_form IS NOT NULL)
            """
    }
}
