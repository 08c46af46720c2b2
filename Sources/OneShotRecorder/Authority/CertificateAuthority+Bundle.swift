public import Foundation
import OneShotCore

extension CertificateAuthority {
    /// Where systems keep the certificates that they trust, in the order in which we look.
    private static let systemBundles = [
        "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Alpine
        "/etc/pki/tls/certs/ca-bundle.crt",  // Fedora, RHEL
        "/etc/ssl/ca-bundle.pem",  // openSUSE
        "/etc/ssl/cert.pem",  // macOS
    ]

    /// What the system trusts and this authority, for clients whose variable replaces the system's list instead of
    /// adding to it (`SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`, …).
    public var bundlePEM: String {
        let files = Self.systemBundles.lazy.map { URL(fileURLWithPath: $0) }
        var bundle = files.compactMap { try? String(contentsOf: $0, encoding: .utf8) }.first ?? ""
        if !bundle.isEmpty, !bundle.hasSuffix("\n") { bundle += "\n" }
        return bundle + certificatePEM
    }

    /// Writes ``bundlePEM`` to a file.
    ///
    /// - Throws: `FileError`.
    public func writeBundle(to url: URL) throws { try AtomicFile.write(bundlePEM, to: url) }
}
