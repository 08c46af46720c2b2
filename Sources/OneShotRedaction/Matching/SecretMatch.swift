/// A secret that was found, and where.
struct SecretMatch: Sendable {
    /// In the text itself. More than one where the secret is spread over the parts of a stream.
    var ranges: [Range<Int>]
    /// As it reads with its encoding taken off.
    var secret: [UInt8]
    var rule: String
    /// Of the rule in its list; the lower one names a text that two rules find.
    var rank: Int
    /// Where the range is base64 of a text that is not all secret.
    var encoded: Encoded?

    struct Encoded: Sendable {
        let token: Base64Token
        let matches: [SecretMatch]
    }

    /// Matches that overlap become one, named by the lowest rank: no part of a secret stays because another rule saw
    /// less of it.
    static func merged(_ matches: [SecretMatch]) -> [SecretMatch] {
        // By the group that each belongs to so far.
        var groups = Array(matches.indices)
        func root(_ index: Int) -> Int {
            var index = index
            while groups[index] != index {
                groups[index] = groups[groups[index]]
                index = groups[index]
            }
            return index
        }
        let parts = matches.enumerated().flatMap { number, match in match.ranges.map { (range: $0, match: number) } }
            .sorted { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
        var open: (end: Int, match: Int)?
        for part in parts {
            if let last = open, part.range.lowerBound < last.end {
                groups[root(part.match)] = root(last.match)
                if part.range.upperBound > last.end { open = (part.range.upperBound, part.match) }
            } else {
                open = (part.range.upperBound, part.match)
            }
        }
        return Dictionary(grouping: matches.indices, by: root).values
            .map { members in united(members.map { matches[$0] }) }
            .sorted { ($0.ranges.first?.lowerBound ?? 0) < ($1.ranges.first?.lowerBound ?? 0) }
    }

    private static func united(_ matches: [SecretMatch]) -> SecretMatch {
        var name = matches[0]
        for match in matches.dropFirst() where match.isBetter(than: name) { name = match }
        guard matches.count > 1 else { return name }
        var ranges: [Range<Int>] = []
        for range in matches.flatMap(\.ranges).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = ranges.last, range.lowerBound <= last.upperBound {
                ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                ranges.append(range)
            }
        }
        name.encoded = ranges == name.ranges ? name.encoded : nil
        name.ranges = ranges
        return name
    }

    private func isBetter(than other: SecretMatch) -> Bool {
        // What is not encoded is replaced whole, so it decides.
        if (encoded == nil) != (other.encoded == nil) { return encoded == nil }
        if rank != other.rank { return rank < other.rank }
        return secret.count > other.secret.count
    }
}
