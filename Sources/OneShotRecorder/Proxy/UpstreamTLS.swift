import Foundation
import NIOSSL

/// How certificates of upstreams are judged: against the system's roots and those that were added, except for the
/// hosts whose certificates are not to be checked.
struct UpstreamTLS: Sendable {
    /// By what is offered to the upstream: HTTP/1.1 alone, or HTTP/2 before it.
    private struct Contexts {
        let http1: NIOSSLContext
        let http2: NIOSSLContext

        init(_ configuration: TLSConfiguration) throws {
            var configuration = configuration
            configuration.applicationProtocols = ["http/1.1"]
            http1 = try NIOSSLContext(configuration: configuration)
            configuration.applicationProtocols = ["h2", "http/1.1"]
            http2 = try NIOSSLContext(configuration: configuration)
        }
    }

    private let verifying: Contexts
    private let trusting: Contexts?
    private let insecure: HostList

    /// Making one reads the system's certificates from disk.
    ///
    /// - Parameter insecure: `host` or `host:port`.
    /// - Throws: ``RecorderError/trustRootUnreadable(path:reason:)``,
    ///   ``RecorderError/insecureUpstreamMalformed(_:)``.
    init(extraRoots: [URL], insecure hosts: Set<String>) throws {
        for host in hosts where !HostList.isEntry(host) || host.contains("*") || host.hasPrefix(".") {
            throw RecorderError.insecureUpstreamMalformed(host)
        }
        insecure = HostList(hosts.sorted())
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.additionalTrustRoots = try extraRoots.map { url in
            do {
                return .certificates(try NIOSSLCertificate.fromPEMFile(url.path))
            } catch {
                throw RecorderError.trustRootUnreadable(path: url.path, reason: "\(error)".firstLine)
            }
        }
        verifying = try Contexts(tls)
        if hosts.isEmpty {
            trusting = nil
        } else {
            tls.certificateVerification = .none
            trusting = try Contexts(tls)
        }
    }

    func context(for origin: Origin, offersHTTP2: Bool = false) -> NIOSSLContext {
        var contexts = verifying
        if let trusting, insecure.contains(origin.host, port: origin.port) { contexts = trusting }
        return offersHTTP2 ? contexts.http2 : contexts.http1
    }
}
