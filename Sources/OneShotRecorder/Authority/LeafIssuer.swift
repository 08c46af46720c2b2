import Crypto
import Foundation
import NIOConcurrencyHelpers
import NIOSSL
import OneShotCore
import SwiftASN1
import X509

/// Makes and keeps the TLS contexts with which the recorder answers for each host.
///
/// One key serves all leaves; a leaf takes some ten microseconds to make, so it is made where it is needed.
final class LeafIssuer: Sendable {
    private struct Cache {
        var contexts: [String: NIOSSLContext] = [:]
        /// Least recently used first.
        var order: [String] = []
    }

    private let authority: CertificateAuthority
    private let leafKey = P256.Signing.PrivateKey()
    private let leafPrivateKey: NIOSSLPrivateKey
    private let authorityCertificate: NIOSSLCertificate
    private let capacity: Int
    private let cache = NIOLockedValueBox(Cache())

    init(authority: CertificateAuthority, capacity: Int = 1000) throws {
        self.authority = authority
        self.capacity = capacity
        leafPrivateKey = try NIOSSLPrivateKey(bytes: Array(leafKey.derRepresentation), format: .der)
        authorityCertificate = try NIOSSLCertificate(
            bytes: CertificateAuthority.der(authority.certificate),
            format: .der
        )
    }

    /// - Parameter host: a name or an IP address.
    func context(for host: String) throws -> NIOSSLContext {
        if let known = cache.withLockedValue({ Self.touch(host, in: &$0) }) { return known }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try leaf(for: host)), .certificate(authorityCertificate)],
            privateKey: .privateKey(leafPrivateKey)
        )
        configuration.applicationProtocols = ["http/1.1"]
        let context = try NIOSSLContext(configuration: configuration)
        cache.withLockedValue { cache in
            if cache.contexts.updateValue(context, forKey: host) == nil { cache.order.append(host) }
            if cache.order.count > capacity { cache.contexts[cache.order.removeFirst()] = nil }
        }
        return context
    }

    private static func touch(_ host: String, in cache: inout Cache) -> NIOSSLContext? {
        guard let context = cache.contexts[host] else { return nil }
        if cache.order.last != host, let index = cache.order.lastIndex(of: host) {
            cache.order.remove(at: index)
            cache.order.append(host)
        }
        return context
    }

    /// Valid for 197 days from two days ago: clients refuse leaves that live longer than 200.
    private func leaf(for host: String) throws -> NIOSSLCertificate {
        let now = Date()
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(leafKey.publicKey),
            notValidBefore: now.addingTimeInterval(-2 * 86_400),
            notValidAfter: min(now.addingTimeInterval(197 * 86_400), authority.notValidAfter),
            issuer: authority.certificate.subject,
            // A common name holds 64 characters at most; readers look at the alternative names.
            subject: host.utf8.count < 64 ? DistinguishedName { CommonName(host) } : DistinguishedName(),
            signatureAlgorithm: authority.signatureAlgorithm,
            extensions: try extensions(for: host),
            issuerPrivateKey: authority.key
        )
        return try NIOSSLCertificate(bytes: CertificateAuthority.der(certificate), format: .der)
    }

    private func extensions(for host: String) throws -> Certificate.Extensions {
        let name: GeneralName =
            IPAddress.bytes(host).map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) } ?? .dnsName(host)
        var extensions = try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            Critical(KeyUsage(digitalSignature: true))
            try ExtendedKeyUsage([.serverAuth])
        }
        let names = SubjectAlternativeNames([name])
        try extensions.append(Certificate.Extension(names, critical: host.utf8.count >= 64))
        // Strict verifiers want the very bytes of the authority's own identifier here, and no other computation of it.
        if let identifier = try authority.certificate.extensions.subjectKeyIdentifier?.keyIdentifier {
            try extensions.append(
                Certificate.Extension(AuthorityKeyIdentifier(keyIdentifier: identifier), critical: false)
            )
        }
        return extensions
    }
}

extension CertificateAuthority {
    /// What its kind of key signs with: an imported one may be RSA.
    fileprivate var signatureAlgorithm: Certificate.SignatureAlgorithm {
        "\(certificate.publicKey)".hasPrefix("RSA") ? .sha256WithRSAEncryption : .ecdsaWithSHA256
    }
}
