/// Finds secrets in a text, in every way in which it can be read. It knows nothing of numbers.
struct SecretScanner: Sendable {
    let rules: RuleSet
    let people: PersonNames
    /// Decides by the decoded secret whether it is one that was allowed.
    let isAllowed: @Sendable ([UInt8]) -> Bool

    /// - Parameter isStream: whether the text is read as the record of a stream, too.
    /// - Returns: matches that do not overlap, in order; none touches a placeholder that is already there.
    func matches(in bytes: [UInt8], known: KnownSecrets, isStream: Bool = false, depth: Int = 0) -> [SecretMatch] {
        let readings = Readings(TextView(bytes), isStream: isStream)
        var found: [SecretMatch] = []
        for index in readings.views.indices {
            let view = readings.views[index]
            func add(_ range: Range<Int>, rule: String, rank: Int) {
                let secret = LineKeeping.withoutMarkers(range, in: view.bytes)
                let ranges = readings.source(of: range, in: index)
                guard !ranges.isEmpty, !isAllowed(secret) else { return }
                found.append(SecretMatch(ranges: ranges, secret: secret, rule: rule, rank: rank))
            }
            for range in known.ranges(in: view) { add(range, rule: KnownSecrets.rule, rank: -2) }
            for range in people.ranges(in: view) { add(range, rule: PersonNames.rule, rank: .max) }
            for (rank, hits) in ruleHits(in: view) {
                for hit in hits { add(hit.range, rule: rules.index.rules[rank].id, rank: rank) }
            }
            if depth < 2 { found += encoded(in: view, index, readings, known: known, depth: depth) }
        }
        return SecretMatch.merged(found)
    }

    private func ruleHits(in view: TextView) -> [(rank: Int, hits: [RuleSearch.Hit])] {
        let index = rules.index
        var all: [(rank: Int, hits: [RuleSearch.Hit])] = []
        let lines = LazyDiffLines(view)
        for (rank, windows) in index.windows(in: view).sorted(by: { $0.key < $1.key }) {
            let rule = index.rules[rank]
            guard !rule.isPersonal || people.areHidden else { continue }
            var hits = RuleSearch(rule: rule, allowlists: index.allowlists, view: view).hits(in: windows)
            if rule.isPersonal { hits.removeAll { lines.covers($0.range.lowerBound) } }
            if !hits.isEmpty { all.append((rank, hits)) }
        }
        return all.compactMap { rank, hits in
            let rule = index.rules[rank]
            guard !rule.isSilent else { return nil }
            let kept = hits.filter { hit in rule.required.allSatisfy { has($0, near: hit, among: all, in: view) } }
            return kept.isEmpty ? nil : (rank, kept)
        }
    }

    private func has(
        _ requirement: SecretRule.Requirement,
        near hit: RuleSearch.Hit,
        among all: [(rank: Int, hits: [RuleSearch.Hit])],
        in view: TextView
    ) -> Bool {
        all.contains { rank, hits in
            rules.index.rules[rank].id == requirement.id
                && hits.contains { other in
                    let between =
                        min(
                            hit.match.lowerBound,
                            other.match.lowerBound
                        )..<max(
                            hit.match.lowerBound,
                            other.match.lowerBound
                        )
                    if let columns = requirement.columns, between.count > columns { return false }
                    guard let lines = requirement.lines else { return true }
                    return view.bytes[between].count { $0 == 0x0A } <= lines
                }
        }
    }

    private func encoded(
        in view: TextView,
        _ index: Int,
        _ readings: Readings,
        known: KnownSecrets,
        depth: Int
    ) -> [SecretMatch] {
        Base64Token.all(in: view).compactMap { token in
            guard !view.touchesPlaceholder(token.range) else { return nil }
            let inner = matches(in: token.text, known: known, depth: depth + 1)
            guard let first = inner.first else { return nil }
            let ranges = readings.source(of: token.range, in: index)
            guard ranges.count == 1 else { return nil }
            // The token of one secret and nothing else is that secret.
            let isWhole =
                inner.count == 1 && first.ranges.count == 1 && first.encoded == nil
                && token.text.count - first.ranges[0].count <= 2
            return SecretMatch(
                ranges: ranges,
                secret: first.secret,
                rule: first.rule,
                rank: first.rank,
                encoded: isWhole ? nil : SecretMatch.Encoded(token: token, matches: inner)
            )
        }
    }
}
