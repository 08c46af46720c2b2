import OneShotCore
import OneShotStore

/// A session that may go on: what is known of its finished calls, and the others as they are now.
struct SessionDraft: Sendable {
    private var settled: SessionBuilder
    /// A hash of what was seen of each settled call.
    private var stamps: [Int64: Int] = [:]
    private var open: [Int64: Reading] = [:]
    /// Up to this exchange the turns are stored already.
    private let storedThrough: Int64
    /// How many turns that gave.
    private(set) var replayedTurns = 0

    /// A call that is not settled, without its bodies.
    private struct Reading: Sendable {
        var exchange: Exchange
        var stamp: Int
        var requestBytes: Int?
        var call: ModelCall
    }

    /// - Parameter storedThrough: the last exchange whose turn need not be stored again.
    init(sessionID: String, storedThrough: Int64 = 0, prices: PriceTable = .shipped) {
        settled = SessionBuilder(sessionID: sessionID, prices: prices)
        self.storedThrough = storedThrough
    }

    /// Goes on from a session whose exchanges are gone.
    init(continuing session: Session, from progress: CleanStore.Progress, prices: PriceTable = .shipped) {
        settled = SessionBuilder(
            continuing: session,
            turns: progress.settledTurns,
            lastExchangeID: progress.settledExchange,
            prices: prices
        )
        storedThrough = progress.settledExchange
    }

    /// How much memory it holds in bytes, about.
    var weight: Int {
        settled.weight + stamps.count * 32
            + open.values.reduce(0) { $0 + 1024 + ($1.requestBytes ?? 0) + $1.call.answer.output.utf8.count }
    }

    /// Takes over what is known of an exchange now.
    ///
    /// - Returns: whether that was possible; if not, the draft has to be made anew from all exchanges.
    mutating func take(_ exchange: Exchange) -> Bool {
        guard let id = exchange.id else { return true }
        guard let dialect = ExchangeReader.dialect(of: exchange) else {
            settled.note(exchange, isCall: false)
            return true
        }
        let stamp = Self.stamp(of: exchange)
        if id <= settled.lastExchangeID { return stamps[id] == stamp }
        let reading = Self.read(exchange, as: dialect, stamp: stamp, before: open[id])
        if open.isEmpty, exchange.state != .inFlight {
            settle(reading, id)
        } else {
            open[id] = reading
            for id in open.keys.sorted() {
                guard let reading = open[id], reading.exchange.state != .inFlight else { break }
                settle(reading, id)
                open[id] = nil
            }
        }
        return true
    }

    private mutating func settle(_ reading: Reading, _ id: Int64) {
        settled.append(reading.exchange, call: reading.call)
        stamps[id] = reading.stamp
        guard id <= storedThrough else { return }
        replayedTurns = settled.turnCount
        settled.forgetOutput()
    }

    /// What a row that is read again must have in common with the earlier one to be the same.
    private static func stamp(of exchange: Exchange) -> Int {
        var hasher = Hasher()
        hasher.combine(exchange.state)
        hasher.combine(exchange.requestJSON?.utf8.count)
        hasher.combine(exchange.responseJSON?.utf8.count)
        hasher.combine(exchange.endedAtMs)
        return hasher.finalize()
    }

    /// Decodes an exchange. The prompt, by far the larger part, is decoded once.
    private static func read(
        _ exchange: Exchange,
        as dialect: ExchangeReader.Dialect,
        stamp: Int,
        before: Reading?
    ) -> Reading {
        var bare = exchange
        bare.requestJSON = nil
        bare.responseJSON = nil
        let bytes = exchange.requestJSON?.utf8.count
        let known = before.flatMap { $0.requestBytes == bytes ? $0.call.prompt : nil }
        let prompt = known ?? ExchangeReader.prompt(of: exchange, dialect: dialect)
        return Reading(
            exchange: bare,
            stamp: stamp,
            requestBytes: bytes,
            call: ExchangeReader.call(exchange, prompt: prompt, dialect: dialect)
        )
    }

    /// The settled and the open calls together.
    private var current: SessionBuilder {
        guard !open.isEmpty else { return settled }
        var builder = settled.layered
        for (_, reading) in open.sorted(by: { $0.key < $1.key }) {
            builder.append(reading.exchange, call: reading.call)
        }
        return builder
    }

    /// The session as it is now, with the turns that have not been taken away; nil while no model was called.
    var session: Session? { current.session }

    /// Takes away what is new; nil while no model was called.
    mutating func takeUpdate() -> SessionUpdate? {
        let current = current
        settled.forgetOutput()
        guard var session = current.session else { return nil }
        session.turns = []
        return SessionUpdate(
            session: session,
            turns: current.turns,
            results: current.results,
            turnCount: current.turnCount,
            settledTurns: settled.turnCount,
            settledExchange: settled.lastExchangeID
        )
    }
}
