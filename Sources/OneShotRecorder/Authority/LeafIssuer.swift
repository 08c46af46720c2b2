import Crypto
import Foundation
import NIOConcurrencyHelpers
import NIOSSL
import OneShotCore
import SwiftASN1
import X509

/// Makes and keeps the TLS contexts with which the recorder answers for each host.
///
/// One key serves all leaves; a leaf takes some ten microseconds to make, so it is made where it is needed. Several
/// connections that need the same one at once wait for the first to make it.
final class LeafIssuer: Sendable {
    /// Made by whoever comes first; others wait for that.
    private final class Slot: Sendable {
        let context = NIOLockedValueBox<NIOSSLContext?>(nil)
        let renewal: Date

        init(renewal: Date) { self.renewal = renewal }
    }

    private struct Entry {
        var slot: Slot
        var lastUse: UInt64
    }

    private struct Cache {
        var entries: [String: Entry] = [:]
        var uses: UInt64 = 0
    }

    private let authority: CertificateAuthority
    private let leafKey = P256.Signing.PrivateKey()
    private let leafPrivateKey: NIOSSLPrivateKey
    private let authorityCertificate: NIOSSLCertificate
    private let capacity: Int
    private let cache = NIOLockedValueBox(Cache())
    /// How many leaves were made.
    let made = NIOLockedValueBox(0)

    /// A leaf is used for so long and then made anew, in a recorder that runs for months.
    private static let lifetime: TimeInterval = 7 * 86_400

    /// - Parameter capacity: how many hosts are remembered; those that were not asked for longest are forgotten.
    init(authority: CertificateAuthority, capacity: Int = 2000) throws {
        self.authority = authority
        self.capacity = capacity
        leafPrivateKey = try NIOSSLPrivateKey(bytes: Array(leafKey.derRepresentation), format: .der)
        authorityCertificate = try NIOSSLCertificate(
            bytes: CertificateAuthority.der(authority.certificate),
            format: .der
        )
    }

    /// - Parameters:
    ///   - host: a name or an IP address.
    ///   - protocols: what is offered to the client, in order of preference (ALPN, RFC 7301).
    func context(
        for host: String,
        protocols: [String] = ["http/1.1"],
        now: Date = Date()
    ) throws -> NIOSSLContext {
        let key = protocols.joined(separator: ",") + " " + host
        let slot = cache.withLockedValue { Self.slot(for: key, in: &$0, capacity: capacity, now: now) }
        return try slot.context.withLockedValue { context in
            if let context { return context }
            let made = try makeContext(for: host, protocols: protocols, now: now)
            context = made
            return made
        }
    }

    private static func slot(for key: String, in cache: inout Cache, capacity: Int, now: Date) -> Slot {
        cache.uses += 1
        if let known = cache.entries[key]?.slot, known.renewal > now {
            cache.entries[key]?.lastUse = cache.uses
            return known
        }
        let slot = Slot(renewal: now.addingTimeInterval(lifetime))
        cache.entries[key] = Entry(slot: slot, lastUse: cache.uses)
        // An eighth at once: looking for the oldest costs a walk through all.
        if cache.entries.count > capacity {
            let oldest = cache.entries.sorted { $0.value.lastUse < $1.value.lastUse }.prefix(max(1, capacity / 8))
            for (key, _) in oldest { cache.entries[key] = nil }
        }
        return slot
    }

    private func makeContext(for host: String, protocols: [String], now: Date) throws -> NIOSSLContext {
        made.withLockedValue { $0 += 1 }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [
                .certificate(
                    try NIOSSLCertificate(
                        bytes: CertificateAuthority.der(leaf(for: host, now: now)),
                        format: .der
                    )
                ),
                .certificate(authorityCertificate),
            ],
            privateKey: .privateKey(leafPrivateKey)
        )
        configuration.applicationProtocols = protocols
        return try NIOSSLContext(configuration: configuration)
    }

    /// Valid for 199 days from two days ago: clients refuse leaves that live longer than 200, and the clocks of
    /// containers run behind.
    func leaf(for host: String, now: Date = Date()) throws -> Certificate {
        try Certificate(
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
