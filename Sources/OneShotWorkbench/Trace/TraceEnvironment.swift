public import Foundation
public import OneShotCore

/// The variables that send one program's traffic through a recorder, under one run id, and let that program, and no
/// other, trust the recorder's certificates.
public struct TraceEnvironment: Sendable, Equatable {
    public var runID: RunID
    /// The recorder's port on 127.0.0.1.
    public var port: Int
    /// The recorder's own certificate, for programs that add it to what they trust.
    public var certificate: URL
    /// The system's roots and the recorder's certificate in one file, for programs that trust one file only.
    public var bundle: URL

    /// What the recorder asks its clients for, if anything.
    public var token: String?

    public init(runID: RunID, port: Int, certificate: URL, bundle: URL, token: String? = nil) {
        self.runID = runID
        self.port = port
        self.certificate = certificate
        self.bundle = bundle
        self.token = token
    }

    /// The proxy's address with the run id as its user name: clients send it along with each connection.
    public var proxy: String { "http://\(runID):\(token ?? "oneshot")@127.0.0.1:\(port)" }

    public var variables: [String: String] {
        var variables = ["RUN_ID": runID.description, "ONESHOT_RUN_ID": runID.description]
        // Both spellings: curl reads only the lower-case http_proxy, others only the upper-case names.
        for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"] {
            variables[name] = proxy
            variables[name.lowercased()] = proxy
        }
        // Local servers, MCP servers among them, are the agent's own business.
        variables["NO_PROXY"] = "127.0.0.1,localhost,::1"
        variables["no_proxy"] = variables["NO_PROXY"]
        // These two add to what their readers trust …
        variables["CODEX_CA_CERTIFICATE"] = certificate.path
        variables["NODE_EXTRA_CA_CERTS"] = certificate.path
        // … and these replace it, so they need the system's roots too.
        for name in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "PIP_CERT"] {
            variables[name] = bundle.path
        }
        return variables
    }

    /// The run id that a client asked for: `explicit`, else its variable `RUN_ID`, else a new one.
    ///
    /// - Throws: ``WorkbenchError/badRunID(_:)``.
    public static func runID(explicit: String?, environment: [String: String]) throws -> RunID {
        guard let text = explicit ?? environment["RUN_ID"].flatMap({ $0.isEmpty ? nil : $0 }) else {
            return RunID.generate()
        }
        guard let id = RunID(text) else { throw WorkbenchError.badRunID(text) }
        return id
    }
}
