import Foundation
import OneShotCore
import OneShotRecorder

extension RecorderOptions {
    /// Says what is wrong before a process is started for it.
    ///
    /// - Throws: ``WorkbenchError/badHost(option:host:)``, `RecorderError`, `FileError`.
    public func validate() throws {
        for host in intercepted where host != Self.everything && !Interception.isHost(host) {
            throw WorkbenchError.badHost(option: "--intercept", host: host)
        }
        for host in ignored where !Interception.isHost(host) {
            throw WorkbenchError.badHost(option: "--ignore", host: host)
        }
        for host in insecure where !Interception.isHost(host) || host.contains("*") || host.hasPrefix(".") {
            throw RecorderError.insecureUpstreamMalformed(host)
        }
        if !requiresToken, !Self.isLoopback(host) { throw RecorderError.openToOthers(host: host) }
        if let upstreamProxy, upstreamProxy != Self.noProxy { _ = try Self.proxy(upstreamProxy, exempt: "") }
        if authority != nil { _ = try loadAuthority() }
    }

    private static let everything = "all"
    private static let noProxy = "none"

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }

    private static func proxy(_ text: String, exempt: String) throws -> UpstreamProxy {
        guard let url = URL(string: text.contains("://") ? text : "http://\(text)") else {
            throw RecorderError.proxyMalformed(name: "--upstream-proxy")
        }
        return try UpstreamProxy(url: url, exempt: exempt)
    }

    /// The proxy that was chosen, else what the environment says; but never another recorder, as it is named in a
    /// shell that was told to use one: its clients' traffic would be recorded twice, and its certificate is nothing
    /// that an upstream would show.
    func proxy(environment: [String: String]) async throws -> UpstreamProxy? {
        switch upstreamProxy {
        case Self.noProxy: return nil
        case let text?:
            return try Self.proxy(text, exempt: environment["no_proxy"] ?? environment["NO_PROXY"] ?? "")
        case nil:
            return try await UpstreamProxy(environment: environment) { url in
                guard let host = url.host, Self.isLoopback(host), let port = url.port else { return true }
                return (try? await WorkspaceRecorder.health(port: port, token: url.password)) == nil
            }
        }
    }

    func configuration(
        workspace: Workspace,
        authority: CertificateAuthority,
        proxy: UpstreamProxy?,
        token: String?
    ) -> RecorderConfiguration {
        // Traffic can go elsewhere only where it is read.
        let redirected = upstreams.keys.map { String($0.prefix { $0 != ":" }) }
        let hosts = intercepted.filter { $0 != Self.everything }
        return RecorderConfiguration(
            listeners: listeners,
            database: workspace.rawDatabase,
            authority: authority,
            upstreams: upstreams,
            budget: budget,
            extraTrustRoots: trusted,
            insecureUpstreams: Set(insecure),
            proxy: proxy,
            interception: Interception(
                hosts: Interception.modelAPIs.hosts + hosts + redirected.sorted(),
                ignored: ignored,
                isEverything: intercepted.contains(Self.everything)
            ),
            token: token
        )
    }

    /// Programs on this machine always find the recorder on 127.0.0.1.
    private var listeners: [RecorderConfiguration.Listener] {
        var listeners: [RecorderConfiguration.Listener] = []
        if !["127.0.0.1", "0.0.0.0", "::"].contains(host) { listeners.append(.tcp(host: "127.0.0.1", port: port)) }
        listeners.append(.tcp(host: host, port: port))
        for (index, reverse) in reverse.enumerated() {
            let next = port == 0 ? 0 : port + 1 + index
            listeners.append(.reverse(port: reverse.port ?? next, upstream: reverse.upstream))
        }
        return listeners
    }
}

extension Budget {
    /// As the options of a command that takes one.
    var options: [(name: String, limit: String)] {
        let options: [(String, (any Numeric & CustomStringConvertible)?)] = [
            ("--token-limit", tokens), ("--input-token-limit", inputTokens), ("--output-token-limit", outputTokens),
            ("--total-token-limit", totalTokens), ("--request-limit", requests), ("--time-limit", seconds),
            ("--cost-limit", dollars),
        ]
        return options.compactMap { name, limit in limit.map { (name, $0.description) } }
    }
}
