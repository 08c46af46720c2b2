/// Reads an expression in RE2's syntax (https://github.com/google/re2/wiki/Syntax) for its ``ExpressionShape``.
struct ExpressionParser {
    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0

    init(_ pattern: String) { bytes = Array(pattern.utf8) }

    mutating func alternation() -> ExpressionNode {
        var branches = [sequence()]
        while take("|") { branches.append(sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() -> ExpressionNode {
        var parts: [ExpressionNode] = []
        while let byte = peek, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") || depth == 0 {
            index += 1
            parts.append(quantified(atom(byte)))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func atom(_ byte: UInt8) -> ExpressionNode {
        switch byte {
        case UInt8(ascii: "("): return group()
        case UInt8(ascii: "["): return characterClass()
        case UInt8(ascii: "."): return .character([], width: 4)
        case UInt8(ascii: "^"), UInt8(ascii: "$"): return .empty
        case UInt8(ascii: "\\"): return escape()
        default: return .character([Self.lowercased(byte)], width: 1)
        }
    }

    private mutating func group() -> ExpressionNode {
        if take("?") {
            if take("P<") || take("<") {
                while let byte = next(), byte != UInt8(ascii: ">") {}
            } else {
                while let byte = peek, byte != UInt8(ascii: ":"), byte != UInt8(ascii: ")") { index += 1 }
                // Flags for the rest of the group: nothing that has a length.
                if take(")") { return .empty }
                _ = take(":")
            }
        }
        depth += 1
        defer { depth -= 1 }
        let inside = alternation()
        _ = take(")")
        return inside
    }

    private mutating func escape() -> ExpressionNode {
        guard let byte = next() else { return .empty }
        switch byte {
        case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "A"), UInt8(ascii: "z"): return .empty
        case UInt8(ascii: "d"), UInt8(ascii: "w"), UInt8(ascii: "s"): return .character([], width: 1)
        case UInt8(ascii: "D"), UInt8(ascii: "W"), UInt8(ascii: "S"): return .character([], width: 4)
        case UInt8(ascii: "p"), UInt8(ascii: "P"):
            if take("{") { while let byte = next(), byte != UInt8(ascii: "}") {} } else { index += 1 }
            return .character([], width: 4)
        case UInt8(ascii: "x"):
            var digits: [UInt8] = []
            if take("{") {
                while let byte = next(), byte != UInt8(ascii: "}") { digits.append(byte) }
            } else {
                for _ in 0..<2 { if let byte = next() { digits.append(byte) } }
            }
            let value = Int(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0x10FFFF
            return value < 128 ? .character([Self.lowercased(UInt8(value))], width: 1) : .character([], width: 4)
        case UInt8(ascii: "n"): return .character([10], width: 1)
        case UInt8(ascii: "r"): return .character([13], width: 1)
        case UInt8(ascii: "t"): return .character([9], width: 1)
        default: return .character([Self.lowercased(byte)], width: 1)
        }
    }

    private mutating func characterClass() -> ExpressionNode {
        let negated = take("^")
        var members: Set<UInt8> = []
        var isLarge = negated
        var width = negated ? 4 : 1
        var isFirst = true
        while let byte = next(), byte != UInt8(ascii: "]") || isFirst {
            isFirst = false
            if byte == UInt8(ascii: "["), take(":") {
                while !take(":]"), next() != nil {}
                isLarge = true
                continue
            }
            if byte == UInt8(ascii: "\\") {
                guard case .character(let escaped, let size) = escape() else { continue }
                width = max(width, size)
                isLarge = isLarge || escaped.isEmpty
                members.formUnion(escaped)
                continue
            }
            if byte >= 128 { (isLarge, width) = (true, 4) }
            if peek == UInt8(ascii: "-"), index + 1 < bytes.count, bytes[index + 1] != UInt8(ascii: "]") {
                isLarge = true
                index += 1
                if let end = next(), end == UInt8(ascii: "\\") { _ = escape() }
                continue
            }
            members.insert(Self.lowercased(byte))
        }
        return .character(isLarge || members.count > 8 ? [] : members.sorted(), width: width)
    }

    private mutating func quantified(_ node: ExpressionNode) -> ExpressionNode {
        var node = node
        while let count = quantifier() {
            _ = take("?")
            node = .repetition(node, count)
        }
        return node
    }

    private mutating func quantifier() -> ClosedRange<Int>? {
        if take("*") { return 0...ExpressionNode.unbounded }
        if take("+") { return 1...ExpressionNode.unbounded }
        if take("?") { return 0...1 }
        let start = index
        guard take("{"), let least = number() else {
            index = start
            return nil
        }
        let most = take(",") ? (number() ?? ExpressionNode.unbounded) : least
        guard take("}"), most >= least else {
            index = start
            return nil
        }
        return least...most
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), value ?? 0 < 100_000 {
            value = (value ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
            index += 1
        }
        return value
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func next() -> UInt8? {
        guard index < bytes.count else { return nil }
        index += 1
        return bytes[index - 1]
    }

    private mutating func take(_ text: StaticString) -> Bool {
        guard index + text.utf8CodeUnitCount <= bytes.count else { return false }
        for offset in 0..<text.utf8CodeUnitCount where bytes[index + offset] != text.utf8Start[offset] { return false }
        index += text.utf8CodeUnitCount
        return true
    }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
