import Foundation
import OneShotCore

/// What a build has to know of this machine to reach the registries of distributions and languages: mirrors, proxies,
/// and whom to trust. It is mounted while an image is built, and no layer and no image's description holds it.
struct BuildSettings: Equatable {
    /// Where a Dockerfile finds it during a build: `settings.sh`, to be sourced, and the certificates.
    static let directory = "/run/oneshot"

    /// Sorted by name.
    let variables: [(name: String, value: String)]
    let certificates: URL?

    /// - Parameters:
    ///   - environment: of this process.
    ///   - bundles: where a bundle of certificates may be, besides what the environment says.
    init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        bundles: [String] = [
            "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
        ]
    ) {
        certificates = ([environment["SSL_CERT_FILE"]].compactMap { $0 } + bundles)
            .first { FileManager.default.isReadableFile(atPath: $0) }.map { URL(fileURLWithPath: $0) }
        var variables = environment.filter { name, value in
            guard !value.isEmpty else { return false }
            if Self.proxies.contains(name) { return !Self.isOnThisMachine(value) || name.uppercased() == "NO_PROXY" }
            return Self.names.contains(name) || Self.prefixes.contains { name.hasPrefix($0) }
        }
        if certificates != nil {
            for name in Self.certificateVariables { variables[name] = Self.directory + "/ca.pem" }
        }
        self.variables = variables.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }

    /// As a POSIX shell reads it.
    var script: String {
        variables.map { "export \($0.name)='\($0.value.replacing("'", with: "'\\''"))'\n" }.joined()
    }

    func write(to directory: URL) throws {
        try AtomicFile.makeDirectory(directory, mode: 0o755)
        try AtomicFile.write(script, to: directory.appendingPathComponent("settings.sh"))
        if let certificates, let data = try? Data(contentsOf: certificates) {
            try AtomicFile.write(data, to: directory.appendingPathComponent("ca.pem"))
        }
    }

    /// A proxy on this machine is a recorder as a rule, whose certificate no registry would show.
    private static func isOnThisMachine(_ proxy: String) -> Bool {
        ["localhost", "127.0.0.1", "[::1]", "::1"].contains(URL(string: proxy)?.host ?? "")
    }

    private static let names: Set<String> = [
        "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "PIP_DEFAULT_TIMEOUT", "PIP_RETRIES",
        "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_INDEX", "UV_HTTP_TIMEOUT",
        "NPM_CONFIG_REGISTRY", "npm_config_registry", "YARN_NPM_REGISTRY_SERVER", "YARN_REGISTRY",
        "GOPROXY", "GOSUMDB", "GONOSUMDB", "GONOPROXY", "GOPRIVATE", "GOINSECURE", "CARGO_HTTP_TIMEOUT",
    ]
    private static let prefixes = ["CARGO_REGISTRIES_", "CARGO_SOURCE_", "BUNDLE_MIRROR__"]
    private static let proxies: Set<String> = [
        "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
    ]
    private static let certificateVariables = [
        "SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "NODE_EXTRA_CA_CERTS",
        "CARGO_HTTP_CAINFO", "BUNDLE_SSL_CA_CERT",
    ]

    static func == (left: BuildSettings, right: BuildSettings) -> Bool {
        left.script == right.script && left.certificates == right.certificates
    }
}
