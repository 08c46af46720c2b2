public import Foundation

/// The proxies through which upstreams are reached, as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name them.
///
/// This machine itself is always reached directly.
public struct UpstreamProxy: Sendable, Equatable {
    /// One proxy, and what it wants to hear from us.
    struct Server: Sendable, Equatable, CustomStringConvertible {
        /// With TLS, the way to the proxy itself is encrypted.
        var origin: Origin
        /// The value of `Proxy-Authorization`. Never recorded, never logged.
        var authorization: String?

        /// Without credentials.
        var description: String { "\(origin.host):\(origin.port)" }
    }

    /// For TLS, and for whatever is tunnelled.
    private(set) var https: Server?
    /// For plain HTTP.
    private(set) var http: Server?
    private(set) var exempt: ProxyExemptions

    /// One proxy for everything.
    ///
    /// - Parameters:
    ///   - url: such as `http://user:password@proxy.example:3128`.
    ///   - exempt: hosts that are reached directly, in the form of `NO_PROXY`.
    /// - Throws: ``RecorderError/proxyMalformed(name:)``.
    public init(url: URL, exempt: String = "") throws {
        guard let server = Server(url) else { throw RecorderError.proxyMalformed(name: "--upstream-proxy") }
        (https, http, self.exempt) = (server, server, ProxyExemptions(exempt))
    }

    /// What the environment says. As curl does, the lower-case names are looked at first, and `ALL_PROXY` where
    /// neither of the others is set.
    ///
    /// - Parameter isUsable: tells of a proxy's URL whether it may be used; a recorder does not go through another.
    /// - Returns: nil where no proxy is named.
    /// - Throws: ``RecorderError/proxyMalformed(name:)``.
    public init?(environment: [String: String], isUsable: (URL) async -> Bool = { _ in true }) async throws {
        func server(_ names: [String]) async throws -> Server? {
            for name in names.flatMap({ [$0.lowercased(), $0] }) {
                guard let text = environment[name], !text.isEmpty else { continue }
                guard let url = URL(string: text.contains("://") ? text : "http://\(text)"), let server = Server(url)
                else { throw RecorderError.proxyMalformed(name: name) }
                return await isUsable(url) ? server : nil
            }
            return nil
        }
        https = try await server(["HTTPS_PROXY", "ALL_PROXY"])
        http = try await server(["HTTP_PROXY", "ALL_PROXY"])
        if https == nil, http == nil { return nil }
        exempt = ProxyExemptions(environment["no_proxy"] ?? environment["NO_PROXY"] ?? "")
    }

    /// The proxy through which an origin is reached; nil where it is reached directly.
    func server(for origin: Origin, tunnelled: Bool) -> Server? {
        if IPAddress.isLoopback(origin.host) || exempt.contains(origin) { return nil }
        return origin.isTLS || tunnelled ? https : http
    }
}

extension UpstreamProxy.Server {
    init?(_ url: URL) {
        guard let upstream = Upstream(url), upstream.pathPrefix.isEmpty else { return nil }
        origin = upstream.origin
        guard let user = url.user(percentEncoded: false), !user.isEmpty else { return }
        let credentials = "\(user):\(url.password(percentEncoded: false) ?? "")"
        guard !credentials.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
        authorization = "Basic \(Data(credentials.utf8).base64EncodedString())"
    }
}
