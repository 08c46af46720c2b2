/// One way to read a text: as it stands, or with a layer of its encoding taken off. It knows for each of its bytes
/// where in the text it comes from.
final class TextView: Sendable {
    /// A run of bytes that were copied from the parent, or a few that stand for an escape.
    struct Segment: Sendable {
        var start: Int
        var count: Int
        var source: Int
        var sourceCount: Int
        var isCopy: Bool
    }

    let bytes: [UInt8]
    /// What it was made from; nil for the text itself.
    let parent: TextView?
    private let segments: [Segment]
    /// Whether the text between two segments belongs to neither, as it does between the parts of a stream.
    let isScattered: Bool
    /// The placeholders that are in it already, in order.
    let placeholders: [Range<Int>]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        parent = nil
        segments = []
        isScattered = false
        placeholders = Placeholder.ranges(in: bytes)
    }

    init(_ bytes: [UInt8], of parent: TextView, segments: [Segment], isScattered: Bool = false) {
        self.bytes = bytes
        self.parent = parent
        self.segments = segments
        self.isScattered = isScattered
        placeholders = Placeholder.ranges(in: bytes)
    }

    /// Whether the parent does not read the same there, or right beside it.
    func isChanged(in range: Range<Int>) -> Bool {
        guard let parent else { return true }
        let lower = range.lowerBound - 1
        guard lower >= 0, range.upperBound < bytes.count else {
            // At the ends, something may have been taken away before or behind.
            guard let first = segments.first, let last = segments.last else { return true }
            let isWhole = first.source == 0 && last.source + last.sourceCount == parent.bytes.count
            return !isWhole || isChanged(between: max(lower, 0), and: min(range.upperBound, bytes.count - 1))
        }
        return isChanged(between: lower, and: range.upperBound)
    }

    private func isChanged(between lower: Int, and upper: Int) -> Bool {
        guard let first = segment(at: lower), let last = segment(at: upper) else { return true }
        return first != last || !segments[first].isCopy
    }

    /// The parts of the text itself that these bytes come from, in order.
    func source(of range: Range<Int>) -> [Range<Int>] {
        guard let parent else { return [range] }
        return Self.joined(parentRanges(of: range).flatMap { parent.source(of: $0) })
    }

    func touchesPlaceholder(_ range: Range<Int>) -> Bool {
        let index = placeholders.partitioningIndex { $0.upperBound > range.lowerBound }
        return index < placeholders.count && placeholders[index].lowerBound < range.upperBound
    }

    func parentRanges(of range: Range<Int>) -> [Range<Int>] {
        guard !range.isEmpty, let first = segment(at: range.lowerBound), let last = segment(at: range.upperBound - 1)
        else { return [] }
        let pieces = segments[first...last].map { segment -> Range<Int> in
            guard segment.isCopy else { return segment.source..<segment.source + segment.sourceCount }
            let lower = max(range.lowerBound, segment.start) - segment.start
            let upper = min(range.upperBound, segment.start + segment.count) - segment.start
            return segment.source + lower..<segment.source + upper
        }
        guard !isScattered, let lower = pieces.first?.lowerBound, let upper = pieces.last?.upperBound else {
            return Self.joined(pieces)
        }
        return [lower..<upper]
    }

    /// The escape, if there is one, that has this byte of the parent inside and not at its start.
    func escape(across position: Int) -> Range<Int>? {
        var low = 0
        var high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].source < position { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        let segment = segments[low - 1]
        let end = segment.source + segment.sourceCount
        return !segment.isCopy && position < end ? segment.source..<end : nil
    }

    private func segment(at position: Int) -> Int? {
        var low = 0
        var high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].start <= position { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        return low - 1
    }

    private static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
        ranges.reduce(into: []) { joined, range in
            if let last = joined.last, last.upperBound == range.lowerBound {
                joined[joined.count - 1] = last.lowerBound..<range.upperBound
            } else if !range.isEmpty {
                joined.append(range)
            }
        }
    }
}

/// Puts a view together, piece by piece.
struct TextViewBuilder {
    let parent: TextView
    private var bytes: [UInt8] = []
    private var segments: [TextView.Segment] = []

    init(_ parent: TextView) {
        self.parent = parent
        bytes.reserveCapacity(parent.bytes.count)
    }

    mutating func copy(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        append(parent.bytes[range], from: range, isCopy: true)
    }

    mutating func replace(_ range: Range<Int>, with text: some Collection<UInt8>) {
        append(text, from: range, isCopy: false)
    }

    private mutating func append(_ text: some Collection<UInt8>, from range: Range<Int>, isCopy: Bool) {
        segments.append(
            TextView.Segment(
                start: bytes.count,
                count: text.count,
                source: range.lowerBound,
                sourceCount: range.count,
                isCopy: isCopy
            )
        )
        bytes += text
    }

    /// - Parameter isScattered: see ``TextView/isScattered``.
    func view(isScattered: Bool = false) -> TextView {
        TextView(bytes, of: parent, segments: segments, isScattered: isScattered)
    }
}
