public import Foundation
import OneShotCore
public import OneShotRecorder

/// What a person says about the recorder of a workspace, on the command line of `oneshot up`.
public struct RecorderOptions: Sendable, Equatable {
    /// On 127.0.0.1; 0 takes any free one.
    public var port: Int
    /// The directory of another certificate authority: one of ours, or mitmproxy's.
    public var authority: URL?
    /// Hosts to read besides the well-known model APIs.
    public var intercepted: [String]
    /// Host → origin that its traffic goes to instead.
    public var upstreams: [String: URL]
    /// How many tokens each session may use.
    public var tokenLimit: Int?
    /// PEM files with certificates that are trusted upstream, besides the system's.
    public var trusted: [URL]

    public init(
        port: Int = 18080,
        authority: URL? = nil,
        intercepted: [String] = [],
        upstreams: [String: URL] = [:],
        tokenLimit: Int? = nil,
        trusted: [URL] = []
    ) {
        self.port = port
        self.authority = authority
        self.intercepted = intercepted
        self.upstreams = upstreams
        self.tokenLimit = tokenLimit
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

    /// The same, as words for another process's command line.
    var words: [String] { ["--port", "\(port)"] + wordsBesidesPort }

    /// Empty when nothing special is asked for.
    var wordsBesidesPort: [String] {
        var words: [String] = []
        if let authority { words += ["--ca", authority.path] }
        for host in intercepted { words += ["--intercept", host] }
        for (host, url) in upstreams.sorted(by: { $0.key < $1.key }) { words += ["--upstream", "\(host)=\(url)"] }
        if let tokenLimit { words += ["--token-limit", "\(tokenLimit)"] }
        for file in trusted { words += ["--trust", file.path] }
        return words
    }

    /// The authority that was chosen, else the user's own; made where there is none yet.
    ///
    /// - Throws: `RecorderError`, `FileError`.
    public func loadAuthority() throws -> CertificateAuthority {
        guard let authority else { return try CertificateAuthority.loadOrCreate() }
        let mitmproxy = authority.appendingPathComponent("mitmproxy-ca.pem").path
        return FileManager.default.fileExists(atPath: mitmproxy)
            ? try CertificateAuthority.importing(mitmproxyDirectory: authority)
            : try CertificateAuthority.loadOrCreate(directory: authority)
    }

    func configuration(workspace: Workspace, authority: CertificateAuthority) -> RecorderConfiguration {
        // Traffic can go elsewhere only where it is read.
        let redirected = upstreams.keys.map { String($0.prefix { $0 != ":" }) }
        return RecorderConfiguration(
            listeners: [.tcp(host: "127.0.0.1", port: port)],
            database: workspace.rawDatabase,
            authority: authority,
            upstreams: upstreams,
            budget: tokenLimit.map { Budget(tokens: $0) },
            extraTrustRoots: trusted,
            interception: Interception(hosts: Interception.modelAPIs.hosts + intercepted + redirected.sorted())
        )
    }
}
