import Crypto
public import Foundation
import OneShotCore
import SwiftASN1
import X509

/// The certificate authority in whose name the recorder answers for the hosts that it reads.
///
/// Whoever holds its key can read the traffic of every client that trusts it: the key stays in a file with mode 0600
/// in a directory with mode 0700, and clients get the certificate one by one, not through the system's trust store.
public struct CertificateAuthority: Sendable {
    /// The certificate alone, to hand to clients.
    public let certificateURL: URL
    /// The same, as text.
    public let certificatePEM: String

    let certificate: Certificate
    let key: Certificate.PrivateKey

    init(certificateURL: URL, certificate: Certificate, key: Certificate.PrivateKey) throws {
        self.certificateURL = certificateURL
        self.certificate = certificate
        self.key = key
        certificatePEM = try certificate.serializeAsPEM().pemString + "\n"
    }

    /// `~/.oneshot/ca`; the environment variable `ONESHOT_HOME` stands for `~/.oneshot`.
    public static func defaultDirectory(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> URL {
        let home = environment["ONESHOT_HOME"].map { URL(fileURLWithPath: $0, isDirectory: true) }
        return (home ?? HomeDirectory.url(in: environment).appendingPathComponent(".oneshot"))
            .appendingPathComponent("ca")
    }

    /// The subject, such as `CN=OneShot CA of HOST`, for `ca show`.
    public var name: String { "\(certificate.subject)" }
    public var notValidAfter: Date { certificate.notValidAfter }

    /// SHA-256 of the certificate, as `openssl x509 -fingerprint -sha256` prints it.
    public var fingerprint: String {
        let digest = SHA256.hash(data: (try? Self.der(certificate)) ?? [])
        return digest.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "0\(digits)" : digits
        }.joined(separator: ":")
    }

    static func der(_ certificate: Certificate) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return serializer.serializedBytes
    }
}

// MARK: - Making one

extension CertificateAuthority {
    /// A new key (P-256) and its self-signed certificate, valid for ten years from two days ago: clocks of
    /// containers run behind.
    ///
    /// - Parameter hosts: the only ones that it may vouch for, in the forms of ``Interception``; nil for all.
    static func make(
        for hosts: [String]? = nil,
        now: Date = Date()
    ) throws -> (certificate: Certificate, key: Certificate.PrivateKey) {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let name = try DistinguishedName {
            CommonName("OneShot CA \(String(UInt32.random(in: .min ... .max), radix: 16))")
            OrganizationName("OneShot")
        }
        var extensions = try Certificate.Extensions {
            Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
            Critical(KeyUsage(keyCertSign: true, cRLSign: true))
            SubjectKeyIdentifier(hash: key.publicKey)
        }
        if let hosts { try extensions.append(Certificate.Extension(constraints(for: hosts), critical: true)) }
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: key.publicKey,
            notValidBefore: now.addingTimeInterval(-2 * 86_400),
            notValidAfter: now.addingTimeInterval(3650 * 86_400),
            issuer: name,
            subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions,
            issuerPrivateKey: key
        )
        return (certificate, key)
    }
}
