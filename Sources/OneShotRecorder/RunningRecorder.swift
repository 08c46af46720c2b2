import NIOConcurrencyHelpers
public import OneShotCore

/// A recorder while it runs (``Recorder/run(_:logger:isolation:_:)``).
public struct RunningRecorder: Sendable {
    /// Where it listens, with the ports that were really taken.
    public var listeners: [RecorderConfiguration.Listener] { core.listeners.withLockedValue { $0 } }

    /// The port of the first TCP listener; 0 where there is none.
    public var port: Int {
        for case .tcp(_, let port) in listeners { return port }
        return 0
    }

    /// What a client puts into `HTTPS_PROXY`; with a run id, so that its exchanges are told from all others.
    public func proxyURL(runID: RunID? = nil) -> String {
        "http://\(runID.map { "\($0):oneshot@" } ?? "")127.0.0.1:\(port)"
    }

    public func status() async -> RecorderStatus { core.status() }

    /// Tokens that the providers reported for this session, since the recorder started.
    public func usage(ofSession id: String) async -> Usage { core.ledger.usage(of: id) }

    /// The limit that ended this session; nil while none was hit.
    public func budgetStop(ofSession id: String) async -> BudgetStop? { core.ledger.stop(of: id) }

    /// What this session is doing.
    public func activity(ofSession id: String) async -> SessionActivity { core.ledger.activity(of: id) }

    /// All of it, with what it cost.
    public func report(ofSession id: String) async -> SessionReport { core.ledger.report(of: id) }

    /// Limits one session beside what the configuration allows all. A limit can be made stricter later, not lifted.
    public func limit(session id: String, to budget: Budget) async { core.ledger.limit(id, to: budget) }

    let core: RecorderCore
    private let sockets: Sockets

    init(core: RecorderCore) {
        self.core = core
        sockets = Sockets(core: core)
    }

    func listen() async throws { try await sockets.open() }

    /// Closes sockets, then connections, then lets the writer finish.
    func stop() async {
        await sockets.closeListeners()
        await core.closeConnections()
        core.writer.finish()
        await sockets.shutdown()
    }
}
