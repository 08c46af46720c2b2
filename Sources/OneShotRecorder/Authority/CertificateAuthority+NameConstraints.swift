import Foundation
import SwiftASN1
import X509

/// An authority that vouches for some hosts only: with its key, if it is stolen, nobody can pose as anybody else
/// (RFC 5280, section 4.2.1.10).
extension CertificateAuthority {
    /// Throws where clients would not take its word for a host that is to be read.
    ///
    /// - Parameter hosts: in the forms of ``Interception``, or `all`.
    /// - Throws: ``RecorderError/authorityTooNarrow(path:host:)``.
    public func requireVouching(for hosts: [String]) throws {
        if let host = hosts.first(where: { !vouches(for: $0) }) {
            throw RecorderError.authorityTooNarrow(path: certificateURL.path, host: host)
        }
    }

    /// - Parameter entry: a host in the forms of ``Interception``; one with a `*` is all that its subtree holds.
    func vouches(for entry: String) -> Bool {
        guard let constraints = try? certificate.extensions.nameConstraints else { return true }
        switch Subtree(entry) {
        case .name(let name): return constraints.permittedDNSDomains.contains { name == $0 || name.hasSuffix(".\($0)") }
        case .address(let bytes):
            return constraints.permittedIPRanges.contains { Array($0.bytes) == Self.range(bytes) }
        }
    }

    /// What an authority for these hosts says of itself.
    static func constraints(for hosts: [String]) -> NameConstraints {
        var names: Set<String> = []
        var addresses: Set<[UInt8]> = []
        for host in hosts {
            switch Subtree(host) {
            case .name(let name): names.insert(name)
            case .address(let bytes): addresses.insert(bytes)
            }
        }
        // A name covers all below it.
        let widest = names.filter { name in !names.contains { name.hasSuffix(".\($0)") } }
        return NameConstraints(
            permittedDNSDomains: NameConstraints.DNSNames(widest.sorted()),
            permittedIPRanges: NameConstraints.IPRanges(
                addresses.map(Self.range).sorted { $0.count < $1.count }.map { ASN1OctetString(contentBytes: $0[...]) }
            )
        )
    }

    /// One address, as a range: the address and a mask of all ones.
    private static func range(_ address: [UInt8]) -> [UInt8] {
        address + [UInt8](repeating: 0xFF, count: address.count)
    }
}

/// The smallest subtree that holds a host or a pattern of hosts.
private enum Subtree {
    /// A domain with all below it; empty for every domain there is.
    case name(String)
    case address([UInt8])

    /// Of a pattern what is below its last `*` label: `bedrock.*.amazonaws.com` lies in `amazonaws.com`. A port has no
    /// place in a certificate.
    init(_ entry: String) {
        let entry = entry.lowercased()
        let host =
            IPAddress.bytes(entry) != nil
            ? entry
            : entry.hasPrefix("[") ? String(entry.dropFirst().prefix { $0 != "]" }) : String(entry.prefix { $0 != ":" })
        if let bytes = IPAddress.bytes(host) {
            self = .address(bytes)
        } else if let star = host.lastIndex(of: "*") {
            self = .name(String(host[star...].drop { $0 != "." }.dropFirst()))
        } else {
            self = .name(host.hasPrefix(".") ? String(host.dropFirst()) : host)
        }
    }
}
