import Foundation
import NIOSSL

/// How certificates of upstreams are judged: against the system's roots and those that were added, except for the
/// hosts whose certificates are not to be checked.
struct UpstreamTLS: Sendable {
    private let verifying: NIOSSLContext
    private let trusting: NIOSSLContext?
    private let insecure: HostList

    /// Making one reads the system's certificates from disk.
    ///
    /// - Parameter insecure: `host` or `host:port`.
    /// - Throws: ``RecorderError/trustRootUnreadable(path:reason:)``,
    ///   ``RecorderError/insecureUpstreamMalformed(_:)``.
    init(extraRoots: [URL], insecure hosts: Set<String>, protocols: [String] = ["http/1.1"]) throws {
        for host in hosts where !HostList.isEntry(host) || host.contains("*") || host.hasPrefix(".") {
            throw RecorderError.insecureUpstreamMalformed(host)
        }
        insecure = HostList(hosts.sorted())
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.applicationProtocols = protocols
        tls.additionalTrustRoots = try extraRoots.map { url in
            do {
                return .certificates(try NIOSSLCertificate.fromPEMFile(url.path))
            } catch {
                throw RecorderError.trustRootUnreadable(path: url.path, reason: "\(error)".firstLine)
            }
        }
        verifying = try NIOSSLContext(configuration: tls)
        if hosts.isEmpty {
            trusting = nil
        } else {
            tls.certificateVerification = .none
            trusting = try NIOSSLContext(configuration: tls)
        }
    }

    func context(for origin: Origin) -> NIOSSLContext {
        guard let trusting, insecure.contains(origin.host, port: origin.port) else { return verifying }
        return trusting
    }
}
