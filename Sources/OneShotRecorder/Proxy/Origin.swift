import Foundation

/// Scheme, host and port: where a connection leads.
struct Origin: Sendable, Hashable, CustomStringConvertible {
    var isTLS: Bool
    /// Lower case; an IPv6 address without brackets.
    var host: String
    var port: Int

    var description: String { "\(isTLS ? "https" : "http")://\(authority)" }

    /// As in a `Host` field: without a port that goes without saying.
    var authority: String { port == (isTLS ? 443 : 80) ? bracketed : "\(bracketed):\(port)" }

    private var bracketed: String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host }

    init(isTLS: Bool, host: String, port: Int) {
        self.isTLS = isTLS
        self.host = host.lowercased()
        self.port = port
    }

    /// Reads `host`, `host:port`, `[v6]` or `[v6]:port`.
    init?(authority: Substring, isTLS: Bool) {
        var host = authority
        var digits: Substring = isTLS ? "443" : "80"
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<close]
            let rest = authority[authority.index(after: close)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            if !rest.isEmpty { digits = rest.dropFirst() }
        } else if let colon = authority.lastIndex(of: ":") {
            host = authority[..<colon]
            digits = authority[authority.index(after: colon)...]
        }
        let isPlain = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#@\\\"<>[]".utf8.contains($0) }
        // `Int` reads a sign, which nobody else takes for a part of a port.
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits) else { return nil }
        guard (1...65_535).contains(port), !host.isEmpty, isPlain else { return nil }
        self.init(isTLS: isTLS, host: String(host), port: port)
    }
}

/// Where traffic for an origin really goes.
struct Upstream: Sendable, Hashable {
    var origin: Origin
    /// Put before every path; empty or `/something`.
    var pathPrefix: String

    /// - Parameter url: such as `http://127.0.0.1:9999` or `https://gateway.example/openai`.
    init?(_ url: URL) {
        guard let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https", let host = url.host(),
            !host.isEmpty
        else { return nil }
        let isTLS = scheme == "https"
        origin = Origin(
            isTLS: isTLS,
            host: host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")),
            port: url.port ?? (isTLS ? 443 : 80)
        )
        let path = url.path()
        pathPrefix = path.hasSuffix("/") ? String(path.dropLast()) : path
    }
}
