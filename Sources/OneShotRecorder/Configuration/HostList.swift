/// A list of hosts as people write it: `host`, `host:port`, or a name with one `*`, which stands for any characters;
/// `.suffix` is short for `*.suffix`.
struct HostList: Sendable, Equatable {
    private struct Pattern: Sendable, Equatable {
        var prefix: String
        var suffix: String

        func matches(_ text: String) -> Bool {
            text.utf8.count >= prefix.utf8.count + suffix.utf8.count && text.hasPrefix(prefix) && text.hasSuffix(suffix)
        }
    }

    private var exact: Set<String> = []
    private var patterns: [Pattern] = []

    init(_ entries: [String]) {
        for entry in entries.map(Self.normal) {
            guard let star = entry.firstIndex(of: "*") else {
                exact.insert(entry)
                continue
            }
            patterns.append(
                Pattern(prefix: String(entry[..<star]), suffix: String(entry[entry.index(after: star)...]))
            )
        }
    }

    /// - Parameter host: in lower case; an IPv6 address without brackets.
    func contains(_ host: String, port: Int) -> Bool {
        if exact.isEmpty, patterns.isEmpty { return false }
        // The dot that ends a full name changes nothing about whom it names.
        let host = host.hasSuffix(".") ? String(host.dropLast()) : host
        if exact.contains(host) || patterns.contains(where: { $0.matches(host) }) { return true }
        let withPort = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
        return exact.contains(withPort) || patterns.contains { $0.matches(withPort) }
    }

    /// Whether a text is such an entry: no URL, no path, and no `*` that stands for everything.
    static func isEntry(_ text: String) -> Bool {
        let entry = normal(text)
        // An IPv6 address stands without brackets where no port follows.
        if IPAddress.bytes(entry) != nil { return true }
        let stars = entry.filter { $0 == "*" }.count
        guard stars <= 1, stars == 0 || entry.contains(where: { $0.isLetter || $0.isNumber }) else { return false }
        return Origin(authority: entry.replacing("*", with: "x")[...], isTLS: true) != nil
    }

    private static func normal(_ entry: String) -> String {
        let entry = entry.lowercased()
        return entry.hasPrefix(".") ? "*\(entry)" : entry
    }
}
