/// One rule at work on one view.
struct RuleSearch {
    let rule: SecretRule
    /// Those that stand for all rules.
    let allowlists: [Allowlist]
    let view: TextView

    struct Hit {
        /// The secret.
        var range: Range<Int>
        /// What the expression matched, with the name before it.
        var match: Range<Int>
    }

    /// - Parameter windows: in order; they do not overlap.
    func hits(in windows: [Range<Int>]) -> [Hit] {
        guard let expression = try? rule.expression.get() else { return [] }
        var hits: [Hit] = []
        for window in windows {
            for part in parts(of: window) { search(part, with: expression, into: &hits) }
        }
        return hits
    }

    /// The window without the placeholders that are in it: no match touches one.
    private func parts(of window: Range<Int>) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = window.lowerBound
        var index = view.placeholders.partitioningIndex { $0.upperBound > window.lowerBound }
        while index < view.placeholders.count, view.placeholders[index].lowerBound < window.upperBound {
            let placeholder = view.placeholders[index]
            if placeholder.lowerBound > start { parts.append(start..<placeholder.lowerBound) }
            start = max(start, placeholder.upperBound)
            index += 1
        }
        if start < window.upperBound { parts.append(start..<window.upperBound) }
        return parts
    }

    private func search(_ window: Range<Int>, with expression: RegularExpression, into hits: inout [Hit]) {
        view.bytes.withUnsafeBufferPointer { bytes in
            var start = window.lowerBound
            while start < window.upperBound,
                var groups = expression.firstMatch(in: bytes, range: start..<window.upperBound), var match = groups[0]
            {
                // What the window cut off is looked at as far as the match goes, in steps that double.
                var end = window.upperBound
                let barrier = nextPlaceholder(from: match.lowerBound)
                while match.upperBound == end, end < barrier {
                    end = min(barrier, end + max(end - match.lowerBound, 1024))
                    guard let longer = expression.firstMatch(in: bytes, range: match.lowerBound..<end),
                        let whole = longer[0], whole.upperBound > match.upperBound
                    else { break }
                    (groups, match) = (longer, whole)
                }
                let secret = secret(of: groups, match: match, in: bytes)
                if let secret, isSecret(secret, match: match) {
                    let whole = tokenEnd(of: secret, in: bytes, barrier: barrier)
                    hits.append(Hit(range: whole, match: match))
                    start = max(whole.upperBound, match.upperBound - 64, start + 1)
                } else {
                    start = max(match.upperBound - 1, match.lowerBound + 1, start + 1)
                }
            }
        }
    }

    private func nextPlaceholder(from position: Int) -> Int {
        let index = view.placeholders.partitioningIndex { $0.lowerBound >= position }
        return index < view.placeholders.count ? view.placeholders[index].lowerBound : view.bytes.count
    }

    private func secret(
        of groups: [Range<Int>?],
        match: Range<Int>,
        in bytes: UnsafeBufferPointer<UInt8>
    ) -> Range<Int>? {
        let group: Range<Int>?
        if rule.secretGroup > 0 {
            group = rule.secretGroup < groups.count ? groups[rule.secretGroup] : nil
        } else {
            group = groups.dropFirst().lazy.compactMap { $0 }.first { !$0.isEmpty } ?? match
        }
        guard var secret = group else { return nil }
        while !secret.isEmpty, bytes[secret.upperBound - 1] == 0x0A {
            secret = secret.lowerBound..<secret.upperBound - 1
        }
        while !secret.isEmpty, bytes[secret.lowerBound] == 0x0A { secret = secret.lowerBound + 1..<secret.upperBound }
        return secret.isEmpty ? nil : secret
    }

    private func isSecret(_ range: Range<Int>, match: Range<Int>) -> Bool {
        let secret = Array(view.bytes[range])
        if rule.entropy > 0, Entropy.bits(of: secret) <= rule.entropy { return false }
        if ProtectedToken.covers(range, in: view.bytes, isGuess: rule.isGuess) { return false }
        let named = match.extended(over: .dotted, by: rule.lead, in: view.bytes)
        let text = Array(view.bytes[named])
        var line: [UInt8]?
        return !(allowlists + rule.allowlists).contains { list in
            let near = list.target == .line ? line ?? self.line(around: match) : []
            if list.target == .line { line = near }
            return list.allows(secret: secret, match: text, line: near, rule: rule.id)
        }
    }

    /// Of a line that is very long, what stands near the match.
    private func line(around match: Range<Int>) -> [UInt8] {
        let bytes = view.bytes
        var start = match.lowerBound
        while start > 0, match.lowerBound - start < 1000, bytes[start - 1] != 0x0A { start -= 1 }
        var end = match.upperBound
        while end < bytes.count, end - match.upperBound < 1000, bytes[end] != 0x0A { end += 1 }
        return Array(bytes[start..<end])
    }

    /// A rule may tell a token by less than all of it; nothing of it stays.
    private func tokenEnd(of secret: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>, barrier: Int) -> Range<Int> {
        guard ByteSet.wordAndHyphen.contains(bytes[secret.upperBound - 1]) else { return secret }
        var end = secret.upperBound
        while end < barrier, ByteSet.word.contains(bytes[end]) { end += 1 }
        return secret.lowerBound..<end
    }
}

extension Range<Int> {
    /// With the bytes of the set that stand before it, up to `count`.
    fileprivate func extended(over set: ByteSet, by count: Int, in bytes: [UInt8]) -> Range<Int> {
        var start = lowerBound
        while start > 0, lowerBound - start < count, set.contains(bytes[start - 1]) { start -= 1 }
        return start..<upperBound
    }
}

extension Array {
    /// Of an array whose elements fulfil the condition from some index on: that index.
    func partitioningIndex(_ condition: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
