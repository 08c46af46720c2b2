import Foundation
import OneShotCore
import OneShotRecorder

/// The only way out of a trial's sandbox: a recorder of its own that knows one session, counts its tokens, refuses
/// calls past the limit, and holds the key that the agent never sees.
struct ModelBoundary: Sendable {
    static let host = "api.openai.com"
    static let keyVariable = "OPENAI_API_KEY"

    var upstreams: [String: URL]
    var credentials: [String: String]
    /// How the model APIs are reached; directly when nil.
    var proxy: UpstreamProxy?
    /// What dollars are counted by.
    var prices = PriceTable.shipped

    /// - Returns: nil where there is nothing to talk to and the agent needs nothing.
    /// - Throws: ``TrialError/keyMissing(variable:)``.
    init?(for agent: any Agent, upstreams: [String: URL], environment: [String: String]) throws {
        let key = environment[Self.keyVariable].flatMap { $0.isEmpty ? nil : $0 }
        self.upstreams = upstreams
        credentials = key.map { [Self.host: $0] } ?? [:]
        if agent.usesModel, key == nil, upstreams[Self.host] == nil {
            throw TrialError.keyMissing(variable: Self.keyVariable)
        }
        guard agent.mayUseModel, key != nil || !upstreams.isEmpty else { return nil }
    }

    /// The proxies that the environment names. One on this machine is a recorder as a rule, whose certificate no model
    /// API would show: it is left out.
    ///
    /// - Throws: `RecorderError/proxyMalformed`.
    mutating func useProxies(of environment: [String: String]) async throws {
        proxy = try await UpstreamProxy(environment: environment) { url in
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
            interception: Interception(hosts: Set(upstreams.keys).union(credentials.keys).sorted(), others: .refuse),
            session: run
        )
    }
}
