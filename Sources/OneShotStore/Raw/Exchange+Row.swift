import GRDB

/// An exchange as the table `traces` holds it.
struct ExchangeRow: FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "traces"

    var exchange: Exchange

    init(_ exchange: Exchange) { self.exchange = exchange }

    init(row: Row) {
        exchange = Exchange(
            id: row["id"],
            startedAtMs: row["ts_ms"],
            method: row["method"],
            url: row["url"],
            transport: Exchange.Transport(rawValue: row["transport"]) ?? .http,
            state: Exchange.State(rawValue: row["state"]) ?? .cut,
            cutBy: row["cut_by"],
            sessionID: row["session_id"],
            agentSessionID: row["agent_session_id"],
            status: row["status"],
            firstByteAtMs: row["first_byte_ms"],
            endedAtMs: row["end_ms"],
            requestJSON: row["request_json"],
            responseJSON: row["response_json"],
            metaJSON: row["meta_json"]
        )
    }

    func encode(to container: inout PersistenceContainer) {
        container["id"] = exchange.id
        container["ts_ms"] = exchange.startedAtMs
        container["method"] = exchange.method
        container["url"] = exchange.url
        container["transport"] = exchange.transport.rawValue
        container["state"] = exchange.state.rawValue
        container["cut_by"] = exchange.cutBy
        container["session_id"] = exchange.sessionID
        container["agent_session_id"] = exchange.agentSessionID
        container["status"] = exchange.status
        container["first_byte_ms"] = exchange.firstByteAtMs
        container["end_ms"] = exchange.endedAtMs
        container["request_json"] = exchange.requestJSON
        container["response_json"] = exchange.responseJSON
        container["meta_json"] = exchange.metaJSON
    }

    mutating func didInsert(_ inserted: InsertionSuccess) { exchange.id = inserted.rowID }
}
