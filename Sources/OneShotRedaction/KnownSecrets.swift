import OneShotCore

/// Secrets that are looked for by what they are and not by how they look: values that somebody gave or that a rule has
/// found before, and values of which only a fingerprint was kept.
struct KnownSecrets: Sendable {
    static let rule = "known-secret"
    /// A shorter text would be found in innocent places.
    static let minimumLength = 6

    private var values = ExactValues()
    private let fingerprints: FingerprintSearch?

    init(_ values: some Sequence<String>, fingerprints: FingerprintSearch?) {
        for value in values { self.values.insert(Array(value.utf8)) }
        self.fingerprints = fingerprints
    }

    mutating func insert(_ secret: [UInt8]) { values.insert(secret) }

    /// Where they stand in a view and not, in the same way, in that it was made from.
    func ranges(in view: TextView) -> [Range<Int>] {
        var found = values.ranges(in: view.bytes)
        if let fingerprints { found += fingerprints.occurrences(in: view.bytes).map(\.range) }
        return found.filter { range in
            view.isChanged(in: range) && !view.touchesPlaceholder(range)
        }
    }
}
