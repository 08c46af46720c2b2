/// A list of rules, ready to be searched with: all keywords in one pass, then each rule around its own.
struct RuleIndex: Sendable {
    let rules: [SecretRule]
    let allowlists: [Allowlist]
    private let keywords: KeywordIndex
    /// By keyword: the rules that have it.
    private let uses: [[Use]]
    /// Rules without keywords.
    private let always: [Int]

    /// What of a text one rule searches when it has met one of its keywords.
    private struct Use: Sendable {
        let rule: Int
        /// Bytes before the keyword's start and behind it; nil: all of the text.
        let reach: (before: Int, after: Int)?
    }

    /// How far a rule without a longest match is followed at first; a private key of 16,384 bits has 13 KB.
    static let farthest = 32_768

    init(_ rules: [SecretRule], allowlists: [Allowlist]) {
        self.rules = rules
        self.allowlists = allowlists
        var numbers: [[UInt8]: Int] = [:]
        var words: [[UInt8]] = []
        var uses: [[Use]] = []
        var always: [Int] = []
        for (number, rule) in rules.enumerated() {
            if rule.keywords.isEmpty { always.append(number) }
            for keyword in Set(rule.keywords) {
                let word = numbers[keyword] ?? words.count
                if word == words.count {
                    numbers[keyword] = word
                    words.append(keyword)
                    uses.append([])
                }
                let longest = rule.expression.shape.longest
                let reach = (before: min(longest ?? 1024, 1024), after: min(longest ?? Self.farthest, Self.farthest))
                uses[word].append(Use(rule: number, reach: rule.expression.shape.holds(keyword) ? reach : nil))
            }
        }
        keywords = KeywordIndex(words)
        self.uses = uses
        self.always = always
    }

    /// By rule: where in the text it has to be searched; the parts are in order and do not overlap.
    func windows(in view: TextView) -> [Int: [Range<Int>]] {
        let count = view.bytes.count
        var windows: [Int: [Range<Int>]] = [:]
        for rule in always where view.isChanged(in: 0..<count) { windows[rule] = [0..<count] }
        view.bytes.withUnsafeBufferPointer { bytes in
            keywords.forEach(in: bytes) { word, range in
                for use in uses[word] {
                    guard let reach = use.reach else {
                        if view.isChanged(in: 0..<count) { windows[use.rule] = [0..<count] }
                        continue
                    }
                    let window =
                        max(0, range.upperBound - reach.before)..<min(count, range.lowerBound + reach.after)
                    // Elsewhere the text is the same as that it was made from, which has been searched.
                    guard view.isChanged(in: window) else { continue }
                    Self.add(window, to: &windows[use.rule, default: []])
                }
            }
        }
        return windows
    }

    private static func add(_ window: Range<Int>, to windows: inout [Range<Int>]) {
        guard let last = windows.last, window.lowerBound <= last.upperBound else {
            windows.append(window)
            return
        }
        let lower = min(last.lowerBound, window.lowerBound)
        windows[windows.count - 1] = lower..<max(last.upperBound, window.upperBound)
    }
}
