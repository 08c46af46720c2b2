import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// Why an upstream did not answer, in a few words for a person.
enum UpstreamTrouble {
    /// - Parameter host: whose certificate it may be about.
    static func describe(_ error: any Error, host: String) -> String {
        switch error {
        case let error as NIOConnectionError: return describe(error, host: host)
        case let error as IOError: return reason(error)
        case let error as UpstreamRefusal: return error.description
        case ChannelError.connectTimeout: return "no answer in time"
        case ChannelError.eof: return "it closed the connection during the handshake"
        case let error as NIOSSLExtraError:
            return error == .failedToValidateHostname
                ? "its certificate is for another host" + remedy(host) : "TLS failed: \("\(error)".firstLine)"
        case let error as NIOSSLError:
            let text = "\(error)"
            return text.contains("CERTIFICATE_VERIFY_FAILED")
                ? "its certificate is not trusted" + remedy(host) : "TLS failed: \(text.firstLine)"
        default: return "\(error)".firstLine
        }
    }

    private static func remedy(_ host: String) -> String {
        "; 'oneshot up --trust FILE.pem' adds an authority, '--insecure-upstream \(host)' does without the check for "
            + "this host alone"
    }

    private static func describe(_ error: NIOConnectionError, host: String) -> String {
        guard let first = error.connectionErrors.first?.error else { return "no such host" }
        return describe(first, host: host)
    }

    private static func reason(_ error: IOError) -> String { String(cString: strerror(error.errnoCode)).lowercased() }
}
