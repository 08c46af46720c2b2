import Foundation
import OneShotCore
import OneShotRecorder

/// The only way out of a trial's sandbox: a recorder of its own that knows one session, counts its tokens, refuses
/// calls past the limit, takes out what the task does not allow, and holds the keys that the agent never sees.
struct ModelBoundary: Sendable {
    var providers: [ModelProvider]
    var upstreams: [String: URL]
    var credentials: [String: String]
    /// What the providers' own servers may do.
    var serverTools: ServerToolPolicy
    /// How the model APIs are reached; directly when nil.
    var proxy: UpstreamProxy?
    /// What dollars are counted by.
    var prices = PriceTable.shipped

    /// - Returns: nil where there is nothing to talk to and the agent needs nothing.
    /// - Throws: ``TrialError/keyMissing(variable:host:)``.
    init?(
        for agent: any Agent,
        upstreams: [String: URL],
        serverTools: ServerToolPolicy,
        environment: [String: String]
    ) throws {
        func key(_ provider: ModelProvider) -> String? {
            environment[provider.keyVariable].flatMap { $0.isEmpty ? nil : $0 }
        }
        let keys = agent.providers.compactMap { provider in key(provider).map { (provider.host, $0) } }
        credentials = Dictionary(keys) { first, _ in first }
        self.upstreams = upstreams
        self.serverTools = serverTools
        // An agent that names several may be asked to use any of them.
        providers = agent.providers.filter { key($0) != nil || upstreams[$0.host] != nil }
        if agent.usesModel, providers.isEmpty, let first = agent.providers.first {
            throw TrialError.keyMissing(variable: first.keyVariable, host: first.host)
        }
        guard !agent.providers.isEmpty, !credentials.isEmpty || !upstreams.isEmpty else { return nil }
    }

    /// The proxies that the environment names. One on this machine is a recorder as a rule, whose certificate no model
    /// API would show: it is left out.
    ///
    /// - Throws: `RecorderError/proxyMalformed`.
    static func proxy(of environment: [String: String]) async throws -> UpstreamProxy? {
        try await UpstreamProxy(environment: environment) { url in
            !["localhost", "127.0.0.1", "[::1]", "::1"].contains(url.host ?? "")
        }
    }

    func configuration(
        run: RunID,
        socket: String,
        database: URL,
        fingerprintKey: URL,
        authority: CertificateAuthority,
        budget: Budget?
    ) -> RecorderConfiguration {
        RecorderConfiguration(
            listeners: [.unixSocket(path: socket)],
            database: database,
            fingerprintKey: fingerprintKey,
            authority: authority,
            upstreams: upstreams,
            credentials: credentials,
            budget: budget,
            prices: prices,
            proxy: proxy,
            interception: Interception(
                hosts: Set(upstreams.keys).union(providers.map(\.host)).sorted(),
                others: .refuse
            ),
            serverTools: serverTools,
            session: run
        )
    }
}
