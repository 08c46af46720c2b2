import GRDB

/// An exchange as the view `traces` gives it.
struct ExchangeRow: FetchableRecord {
    var exchange: Exchange

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
}
