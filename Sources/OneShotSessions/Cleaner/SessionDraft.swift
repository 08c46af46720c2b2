import OneShotCore
import OneShotStore

/// A session that may go on: its finished exchanges put together once and for all, and the others as they are now.
struct SessionDraft: Sendable {
    private var settled: SessionBuilder
    /// What was seen of each settled exchange.
    private var stamps: [Int64: Stamp] = [:]
    private var open: [Int64: Reading] = [:]
    private(set) var changedAt = ContinuousClock.now

    /// What a row that is read again must have in common with the earlier one to be the same.
    private struct Stamp: Sendable, Equatable {
        var state: Exchange.State
        var requestBytes: Int?
        var responseBytes: Int?
        var endedAtMs: Int64?

        init(_ exchange: Exchange) {
            state = exchange.state
            requestBytes = exchange.requestJSON?.utf8.count
            responseBytes = exchange.responseJSON?.utf8.count
            endedAtMs = exchange.endedAtMs
        }
    }

    /// An exchange that is not settled, without its bodies.
    private struct Reading: Sendable {
        var exchange: Exchange
        var stamp: Stamp
        var call: ModelCall?
    }

    init(sessionID: String) { settled = SessionBuilder(sessionID: sessionID) }

    /// Whether an exchange is still going on.
    var isOpen: Bool { !open.isEmpty }

    /// Takes over what is known of an exchange now.
    ///
    /// - Returns: whether that was possible; if not, the draft has to be made anew from all exchanges.
    mutating func take(_ exchange: Exchange) -> Bool {
        guard let id = exchange.id else { return true }
        let stamp = Stamp(exchange)
        if id <= settled.lastExchangeID { return stamps[id] == stamp }
        changedAt = .now
        open[id] = Self.read(exchange, stamp: stamp, before: open[id])
        settle()
        return true
    }

    /// Decodes an exchange. The prompt, by far the larger part, is decoded once.
    private static func read(_ exchange: Exchange, stamp: Stamp, before: Reading?) -> Reading {
        var bare = exchange
        bare.requestJSON = nil
        bare.responseJSON = nil
        guard let dialect = ExchangeReader.dialect(of: exchange) else {
            return Reading(exchange: bare, stamp: stamp, call: nil)
        }
        let known = before?.stamp.requestBytes == stamp.requestBytes ? before?.call?.prompt : nil
        let prompt = known ?? ExchangeReader.prompt(of: exchange, dialect: dialect)
        return Reading(
            exchange: bare,
            stamp: stamp,
            call: ExchangeReader.call(exchange, prompt: prompt, dialect: dialect)
        )
    }

    private mutating func settle() {
        for id in open.keys.sorted() {
            guard let reading = open[id], reading.exchange.state != .inFlight else { return }
            settled.append(reading.exchange, call: reading.call)
            stamps[id] = reading.stamp
            open[id] = nil
        }
    }

    /// The session as it is now; nil while no model was called.
    var session: Session? {
        var builder = settled
        for (_, reading) in open.sorted(by: { $0.key < $1.key }) {
            builder.append(reading.exchange, call: reading.call)
        }
        return builder.session
    }
}
