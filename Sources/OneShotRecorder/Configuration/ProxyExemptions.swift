/// The hosts that `NO_PROXY` names: a list with commas or blanks of `host` (with all its subdomains), `.suffix`,
/// `host:port`, addresses, networks such as `10.0.0.0/8`, or `*` for all.
struct ProxyExemptions: Sendable, Equatable {
    private struct Network: Sendable, Equatable {
        var address: [UInt8]
        var bits: Int

        init?(_ text: Substring) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let address = IPAddress.bytes(String(parts[0])), let bits = Int(parts[1]),
                (0...address.count * 8).contains(bits)
            else { return nil }
            (self.address, self.bits) = (address, bits)
        }

        func contains(_ other: [UInt8]) -> Bool {
            guard other.count == address.count else { return false }
            return zip(address, other).enumerated().allSatisfy { index, pair in
                let counted = min(max(bits - index * 8, 0), 8)
                let mask = UInt8(truncatingIfNeeded: 0xFF00 >> counted)
                return pair.0 & mask == pair.1 & mask
            }
        }
    }

    private var isEverything = false
    private var networks: [Network] = []
    private var names: [Substring] = []

    init(_ list: String) {
        for entry in list.lowercased().split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            if entry == "*" {
                isEverything = true
            } else if let network = Network(entry) {
                networks.append(network)
            } else {
                let name = entry.hasPrefix("*.") ? entry.dropFirst(2) : entry.hasPrefix(".") ? entry.dropFirst() : entry
                if !name.isEmpty { names.append(name) }
            }
        }
    }

    func contains(_ origin: Origin) -> Bool {
        if isEverything { return true }
        if let bytes = IPAddress.bytes(origin.host), networks.contains(where: { $0.contains(bytes) }) { return true }
        let forms = [
            origin.host, "\(origin.host):\(origin.port)", "[\(origin.host)]", "[\(origin.host)]:\(origin.port)",
        ]
        return names.contains { name in forms.contains { $0 == name || $0.hasSuffix(".\(name)") } }
    }
}
