import Foundation
import OneShotCore
import OneShotStore

/// Writes a line for each exchange that has ended.
actor ExchangeLog {
    private let store: RawStore
    private let write: @Sendable (String) -> Void
    private var revision: Int64

    /// Starts with what happens from now on.
    init(database: URL, write: @escaping @Sendable (String) -> Void) async throws {
        store = try RawStore.openForReading(database)
        revision = try await store.lastRevision()
        self.write = write
    }

    func poll() async throws {
        while true {
            let (exchanges, last) = try await store.summaries(after: revision)
            guard !exchanges.isEmpty else { return }
            revision = last
            for exchange in exchanges where exchange.state != .inFlight { write(Self.line(exchange)) }
        }
    }

    /// Such as `2026-11-22T13:45:01.250Z run-42 POST https://api.openai.com/v1/responses 200 complete 1.2 s 8213 bytes`.
    static func line(_ exchange: ExchangeSummary) -> String {
        let ended = exchange.endedAtMs ?? exchange.startedAtMs
        let seconds = String(format: "%.1f", Double(ended - exchange.startedAtMs) / 1000)
        return [
            Timestamp.iso(milliseconds: ended), exchange.sessionID, exchange.method, exchange.url,
            exchange.status.map(String.init) ?? "-",
            exchange.state.rawValue + (exchange.cutBy.map { " by \($0)" } ?? ""),
            "\(seconds) s", "\(exchange.responseBytes) bytes",
        ].joined(separator: " ")
    }
}
