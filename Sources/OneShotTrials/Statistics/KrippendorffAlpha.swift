/// Krippendorff's α for nominal data, as in K. Krippendorff, *Computing Krippendorff's Alpha-Reliability* (2011): the
/// agreement of any number of observers on any number of units, values that are missing allowed.
enum KrippendorffAlpha {
    /// α = 1 − (n − 1) Σ o_ck / Σ n_c n_k over c ≠ k, where o is the matrix of coincidences: each ordered pair of values of
    /// a unit with m values counts 1 / (m − 1).
    ///
    /// - Parameter units: the values that each unit was given. A unit with fewer than two has no pairs and does not count.
    /// - Returns: nil where nothing can be said: no pairs, or all values the same.
    static func nominal<Value: Hashable>(_ units: [[Value]]) -> Double? {
        var totals: [Value: Double] = [:]
        var disagreements = 0.0
        for unit in units where unit.count > 1 {
            let counts = Dictionary(grouping: unit, by: \.self).mapValues { Double($0.count) }
            let size = Double(unit.count)
            for count in counts.values { disagreements += count * (size - count) / (size - 1) }
            totals.merge(counts, uniquingKeysWith: +)
        }
        let all = totals.values.reduce(0, +)
        let expected = totals.values.reduce(0) { $0 + $1 * (all - $1) }
        guard expected > 0 else { return nil }
        return 1 - (all - 1) * disagreements / expected
    }
}
