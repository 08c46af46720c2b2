/// What can be said of an expression without matching: how long its matches can get, and which literals are in them.
/// From it follows how much text around a keyword has to be searched.
struct ExpressionShape: Sendable {
    /// Bytes of the longest match; nil where there is no longest one.
    let longest: Int?
    /// Literals in lower case; each stands in some match.
    private let literals: [[UInt8]]

    /// - Parameter pattern: one that RE2 accepts. Of another one it may say anything.
    init(_ pattern: String) {
        var parser = ExpressionParser(pattern)
        let node = parser.alternation()
        longest = node.longest
        var runs = LiteralRuns()
        runs.add(node)
        runs.flush()
        literals = runs.found
    }

    /// Whether a match can have this keyword inside.
    func holds(_ keyword: [UInt8]) -> Bool {
        literals.contains { literal in
            literal.count >= keyword.count
                && (0...literal.count - keyword.count).contains { start in
                    literal[start..<start + keyword.count].elementsEqual(keyword)
                }
        }
    }
}

indirect enum ExpressionNode: Sendable {
    /// One of these characters, or any of a class that is too large to list; the longest of them has `width` bytes.
    case character([UInt8], width: Int)
    case sequence([ExpressionNode])
    case choice([ExpressionNode])
    case repetition(ExpressionNode, ClosedRange<Int>)

    static let unbounded = 1_000_000
    static let empty = ExpressionNode.sequence([])

    var longest: Int? {
        switch self {
        case .character(_, let width): width
        case .sequence(let parts):
            parts.reduce(0) { sum, part in sum.flatMap { sum in part.longest.map { sum + $0 } } }
        case .choice(let parts):
            parts.reduce(0) { most, part in most.flatMap { most in part.longest.map { max(most, $0) } } }
        case .repetition(let part, let count):
            switch part.longest {
            case 0: 0
            case let width? where count.upperBound < Self.unbounded: width * count.upperBound
            default: nil
            }
        }
    }

    /// All that it matches, where that is a short list.
    var texts: [[UInt8]]? {
        switch self {
        case .character(let bytes, _): return bytes.isEmpty ? nil : bytes.map { [$0] }
        case .sequence(let parts):
            var all: [[UInt8]] = [[]]
            for part in parts {
                guard let next = part.texts, all.count * next.count <= 64 else { return nil }
                all = all.flatMap { start in next.map { start + $0 } }
            }
            return all
        case .choice(let parts):
            var all: [[UInt8]] = []
            for part in parts {
                guard let next = part.texts, all.count + next.count <= 64 else { return nil }
                all += next
            }
            return all
        case .repetition(let part, let count):
            guard count.upperBound <= 4, let texts = part.texts, texts.count <= 8 else { return nil }
            var all: [[UInt8]] = count.lowerBound == 0 ? [[]] : []
            var power: [[UInt8]] = [[]]
            for number in 0..<max(count.upperBound, 0) {
                guard power.count * texts.count <= 64 else { return nil }
                power = power.flatMap { start in texts.map { start + $0 } }
                if number + 1 >= max(count.lowerBound, 1) { all += power }
            }
            return all.count <= 64 ? all : nil
        }
    }
}

/// The runs of an expression that are literals.
private struct LiteralRuns {
    var found: [[UInt8]] = []
    private var open: [[UInt8]] = [[]]

    mutating func add(_ node: ExpressionNode) {
        if let texts = node.texts {
            if texts.count * open.count > 64 { flush() }
            open = open.flatMap { start in texts.map { start + $0 } }
            return
        }
        switch node {
        case .sequence(let parts):
            for part in parts { add(part) }
        case .choice(let parts):
            flush()
            for part in parts {
                add(part)
                flush()
            }
        case .repetition(let part, _):
            flush()
            add(part)
            flush()
        case .character: flush()
        }
    }

    mutating func flush() {
        found += open.filter { !$0.isEmpty }
        open = [[]]
    }
}
