public import Foundation
public import OneShotCore
import OneShotStore

/// Reads the recorder's exchanges and writes sessions: each time only what has changed since the last time.
///
/// What it has done is in the clean database's cursor; a cleaner that is started anew goes on there. Several polls of
/// the same rows give the same sessions.
public actor Cleaner {
    /// How many changed exchanges are in memory at once.
    private static let batch = 50
    /// How many changed exchanges are taken in before the sessions are written: each is written whole.
    private static let stride = 2000
    /// Sessions that have not changed for this long are forgotten; one that changes after all is read anew.
    private static let patience: Duration = .seconds(600)

    private let rawURL: URL
    private let cleanURL: URL
    private var stores: (raw: RawStore, clean: CleanStore)?
    private var cursor: Int64 = 0
    private var drafts: [String: SessionDraft] = [:]
    /// The session in which each unfinished exchange was seen last: the recorder may learn better.
    private var sessionOfOpenExchange: [Int64: String] = [:]

    /// - Parameters:
    ///   - raw: the recorder's database; ``poll()`` throws until it exists.
    ///   - clean: the sessions' database, created where needed.
    public init(raw: URL, clean: URL) {
        rawURL = raw
        cleanURL = clean
    }

    /// Polls until the task is cancelled. A database that is not there yet is waited for.
    ///
    /// - Parameter onProblem: called with each error that is not of that kind, once while it lasts; the loop goes on.
    public func run(
        every interval: Duration = .milliseconds(300),
        onProblem: @Sendable (any Error) -> Void = { _ in }
    ) async throws {
        var lastProblem: String?
        while true {
            do {
                _ = try await poll()
                lastProblem = nil
            } catch is CancellationError {
                throw CancellationError()
            } catch StoreError.absent {
                lastProblem = nil
            } catch {
                if lastProblem != "\(error)" { onProblem(error) }
                lastProblem = "\(error)"
            }
            try await Task.sleep(for: interval)
        }
    }

    /// Brings the sessions up to date.
    ///
    /// - Returns: the sessions that changed, the one that changed last first.
    /// - Throws: ``StoreError``; what was stored before stays, and the next poll goes on there.
    @discardableResult
    public func poll() async throws -> [Session] {
        let (raw, clean) = try await open()
        var changed: [String: Session] = [:]
        // What is read and not written yet; lost with an error, and read again by the next poll.
        var dirty: Set<String> = []
        var reached = cursor
        var taken = 0
        while true {
            let (exchanges, last) = try await raw.changes(after: reached, limit: Self.batch, bodies: .modelCalls)
            dirty.formUnion(try await take(exchanges, from: raw))
            reached = last
            taken += exchanges.count
            let isAtEnd = exchanges.isEmpty
            if taken >= Self.stride || (isAtEnd && taken > 0) {
                let sessions = dirty.reduce(into: [:]) { $0[$1] = drafts[$1]?.session }
                let removed = dirty.filter { sessions[$0] == nil }
                try await clean.save(
                    sessions.values.sorted { $0.sessionID < $1.sessionID },
                    removing: removed.sorted(),
                    cursor: last
                )
                changed.merge(sessions) { $1 }
                for id in removed { changed[id] = nil }
                cursor = last
                dirty = []
                taken = 0
            }
            if isAtEnd { break }
        }
        forgetQuietSessions()
        return changed.values.sorted { ($0.updatedAt, $0.sessionID) > ($1.updatedAt, $1.sessionID) }
    }

    private func open() async throws -> (raw: RawStore, clean: CleanStore) {
        if let stores { return stores }
        let raw = try RawStore.openForReading(rawURL)
        let clean = try CleanStore.openForWriting(cleanURL)
        cursor = try await clean.cursor()
        stores = (raw, clean)
        return (raw, clean)
    }

    /// - Returns: the sessions that the exchanges belong to, or belonged to when they were seen last.
    private func take(_ exchanges: [Exchange], from raw: RawStore) async throws -> Set<String> {
        var dirty: Set<String> = []
        var stale: Set<String> = []
        for exchange in exchanges {
            guard let id = exchange.id else { continue }
            dirty.insert(exchange.sessionID)
            if let earlier = sessionOfOpenExchange[id], earlier != exchange.sessionID {
                dirty.insert(earlier)
                stale.insert(earlier)
            }
            sessionOfOpenExchange[id] = exchange.state == .inFlight ? exchange.sessionID : nil
            if drafts[exchange.sessionID]?.take(exchange) != true { stale.insert(exchange.sessionID) }
        }
        for id in stale {
            drafts[id] = try await draft(of: id, from: raw)
        }
        return dirty
    }

    private func draft(of sessionID: String, from raw: RawStore) async throws -> SessionDraft {
        var draft = SessionDraft(sessionID: sessionID)
        var last: Int64 = 0
        while true {
            let page = try await raw.exchanges(
                ofSession: sessionID,
                after: last,
                limit: Self.batch,
                bodies: .modelCalls
            )
            for exchange in page {
                _ = draft.take(exchange)
                if exchange.state == .inFlight, let row = exchange.id { sessionOfOpenExchange[row] = sessionID }
            }
            guard let id = page.last?.id else { return draft }
            last = id
        }
    }

    private func forgetQuietSessions() {
        let now = ContinuousClock.now
        drafts = drafts.filter { $0.value.isOpen || now - $0.value.changedAt < Self.patience }
    }
}
