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

    /// Writes a PEM file with what the system trusts and this authority, for clients whose variable replaces the
    /// system's list instead of adding to it (`SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`, …).
    ///
    /// - Throws: `FileError`.
    public func writeBundle(to url: URL) throws {
        let system = Self.systemBundles.lazy.compactMap { try? Data(contentsOf: URL(fileURLWithPath: $0)) }.first
        var bundle = system ?? Data()
        if let last = bundle.last, last != UInt8(ascii: "\n") { bundle.append(UInt8(ascii: "\n")) }
        bundle.append(Data(certificatePEM.utf8))
        try AtomicFile.write(bundle, to: url)
    }
}
