public import OneShotCore
public import OneShotStore

/// Calls of a model as the recorder writes them.
public enum RecordedExchange {
    public static func http(
        id: Int64 = 1,
        session: String = "run-1",
        request: JSON,
        answer: String?,
        url: String = "https://api.openai.com/v1/responses",
        state: Exchange.State = .complete,
        status: Int? = 200
    ) -> Exchange {
        Exchange(
            id: id,
            startedAtMs: 1_000_000 + id * 1000,
            method: "POST",
            url: url,
            transport: .http,
            state: state,
            sessionID: session,
            status: status,
            firstByteAtMs: answer == nil ? nil : 1_000_040 + id * 1000,
            endedAtMs: state == .inFlight ? nil : 1_000_500 + id * 1000,
            requestJSON: request.compactText,
            responseJSON: answer,
            metaJSON: meta
        )
    }

    public static func webSocket(
        id: Int64 = 1,
        session: String = "run-1",
        request: JSON,
        messages: [JSON],
        state: Exchange.State = .complete
    ) -> Exchange {
        var exchange = http(
            id: id,
            session: session,
            request: request,
            answer: JSON.array(messages).compactText,
            state: state
        )
        exchange.method = "WEBSOCKET"
        exchange.url = "wss://api.openai.com/v1/responses"
        exchange.transport = .websocket
        return exchange
    }

    private static let meta = """
        {"request_headers":[["Originator","codex_exec"],["User-Agent","codex_exec/0.163.0 (Debian 12.0.0; x86_64)"],\
        ["thread-id","thread-from-header"]]}
        """
}
