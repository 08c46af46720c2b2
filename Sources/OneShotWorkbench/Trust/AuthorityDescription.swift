import Foundation
import OneShotCore
public import OneShotRecorder

/// The recorder's certificate, as `oneshot ca show` tells of it.
public struct AuthorityDescription: Codable, Sendable, Equatable {
    public var certificate: String
    public var name: String
    /// SHA-256.
    public var fingerprint: String
    /// RFC 3339.
    public var notValidAfter: String

    enum CodingKeys: String, CodingKey {
        case certificate, name, fingerprint
        case notValidAfter = "not_valid_after"
    }

    public init(_ authority: CertificateAuthority) {
        certificate = authority.certificateURL.path
        name = authority.name
        fingerprint = authority.fingerprint
        notValidAfter = Timestamp.iso(authority.notValidAfter)
    }

    public var text: String {
        """
        certificate  \(certificate)
        name         \(name)
        SHA-256      \(fingerprint)
        valid until  \(notValidAfter)
        """
    }
}
