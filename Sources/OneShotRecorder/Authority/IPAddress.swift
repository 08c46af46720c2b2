import Foundation

/// Tells addresses from names.
enum IPAddress {
    /// The 4 or 16 bytes of a literal address, nil for a name.
    static func bytes(_ text: String) -> [UInt8]? {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 { return withUnsafeBytes(of: v4) { Array($0) } }
        var v6 = in6_addr()
        if inet_pton(AF_INET6, text, &v6) == 1 { return withUnsafeBytes(of: v6) { Array($0) } }
        return nil
    }

    /// Whether this names the machine itself.
    static func isLoopback(_ host: String) -> Bool {
        // An IPv4 address as IPv6 sockets show it (RFC 4291, section 2.5.5.2).
        let host = host.hasPrefix("::ffff:") ? String(host.dropFirst(7)) : host
        return host == "localhost" || host == "::1" || host.hasPrefix("127.") && bytes(host) != nil
    }
}
