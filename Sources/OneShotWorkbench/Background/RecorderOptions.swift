public import Foundation
import OneShotCore
public import OneShotRecorder

/// What a person says about the recorder of a workspace, on the command line of `oneshot up`.
public struct RecorderOptions: Sendable, Equatable {
    /// 0 takes any free one.
    public var port: Int
    /// An address to listen on besides 127.0.0.1; anything but loopback needs a token.
    public var host: String
    /// Clients must give a token (``ProxyToken``).
    public var requiresToken: Bool
    /// The directory of another certificate authority: one of ours, or mitmproxy's.
    public var authority: URL?
    /// Hosts to read besides the well-known model APIs; `all` for every host.
    public var intercepted: [String]
    /// Hosts not to read, whatever else is said.
    public var ignored: [String]
    /// Host → origin that its traffic goes to instead.
    public var upstreams: [String: URL]
    /// Ports that stand for an upstream.
    public var reverse: [ReverseOption]
    /// The proxy through which upstreams are reached: a URL, perhaps with credentials; `none` for no proxy; nil for
    /// what the environment says.
    public var upstreamProxy: String?
    /// Hosts whose certificates are not checked.
    public var insecure: [String]
    /// What each session may use.
    public var budget: Budget?
    /// PEM files with certificates that are trusted upstream, besides the system's.
    public var trusted: [URL]

    /// Names the same as `--upstream-proxy`, so that credentials need not stand on a command line.
    public static let upstreamProxyVariable = "ONESHOT_UPSTREAM_PROXY"

    public init(
        port: Int = 18080,
        host: String = "127.0.0.1",
        requiresToken: Bool = false,
        authority: URL? = nil,
        intercepted: [String] = [],
        ignored: [String] = [],
        upstreams: [String: URL] = [:],
        reverse: [ReverseOption] = [],
        upstreamProxy: String? = nil,
        insecure: [String] = [],
        budget: Budget? = nil,
        trusted: [URL] = []
    ) {
        self.port = port
        self.host = host
        self.requiresToken = requiresToken
        self.authority = authority
        self.intercepted = intercepted
        self.ignored = ignored
        self.upstreams = upstreams
        self.reverse = reverse
        self.upstreamProxy = upstreamProxy
        self.insecure = insecure
        self.budget = budget
        self.trusted = trusted
    }

    /// Reads `HOST=URL` words.
    ///
    /// - Throws: ``WorkbenchError/badUpstream(_:)``.
    public static func upstreams(_ words: [String]) throws -> [String: URL] {
        try words.reduce(into: [:]) { upstreams, word in
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let url = URL(string: parts[1]), ["http", "https"].contains(url.scheme),
                url.host != nil
            else { throw WorkbenchError.badUpstream(word) }
            upstreams[parts[0].lowercased()] = url
        }
    }

    /// The same, as words for another process's command line; the upstream proxy, which may hold a password, goes by
    /// ``variables``.
    var words: [String] { ["--port", "\(port)"] + words(withProxy: false) }

    /// What goes to the other process by its environment.
    var variables: [String: String?] {
        upstreamProxy.map { [Self.upstreamProxyVariable: $0] } ?? [:]
    }

    /// For the state file, without the proxy's password. Empty when nothing special is asked for.
    var wordsBesidesPort: [String] { words(withProxy: true) }

    private func words(withProxy: Bool) -> [String] {
        var words: [String] = []
        if host != "127.0.0.1" { words += ["--host", host] }
        if requiresToken { words.append("--token") }
        if let authority { words += ["--ca", authority.path] }
        for host in intercepted { words += ["--intercept", host] }
        for host in ignored { words += ["--ignore", host] }
        for (host, url) in upstreams.sorted(by: { $0.key < $1.key }) { words += ["--upstream", "\(host)=\(url)"] }
        for reverse in reverse { words += ["--reverse", reverse.word] }
        if withProxy, let upstreamProxy { words += ["--upstream-proxy", Self.withoutCredentials(upstreamProxy)] }
        for host in insecure { words += ["--insecure-upstream", host] }
        for (name, limit) in budget?.options ?? [] { words += [name, limit] }
        for file in trusted { words += ["--trust", file.path] }
        return words
    }

    private static func withoutCredentials(_ text: String) -> String {
        guard var url = URLComponents(string: text) else { return text.contains("@") ? "…" : text }
        url.user = nil
        url.password = nil
        return url.string ?? "…"
    }

    /// The authority that was chosen, else the user's own; made where there is none yet. It can vouch for every host
    /// that is to be read.
    ///
    /// - Throws: `RecorderError`, `FileError`.
    public func loadAuthority() throws -> CertificateAuthority {
        guard let directory = authority else { return try CertificateAuthority.loadOrCreate() }
        let mitmproxy = directory.appendingPathComponent("mitmproxy-ca.pem").path
        let authority =
            FileManager.default.fileExists(atPath: mitmproxy)
            ? try CertificateAuthority.importing(mitmproxyDirectory: directory)
            : try CertificateAuthority.loadOrCreate(directory: directory)
        try authority.requireVouching(for: intercepted + upstreams.keys.sorted())
        return authority
    }
}
