/// The ways in which a text is read: as it stands; with the escapes of JSON undone, once and twice; each of these
/// without a terminal's control sequences, and with percent-encoding undone; and as a stream's parts put together.
struct Readings {
    private(set) var views: [TextView] = []
    /// By view: the same with the escapes of JSON undone, where that is another.
    private var unescaped: [Int: Int] = [:]
    /// By view: the one that it was made from.
    private var origins: [Int?] = []

    init(_ text: TextView, isStream: Bool) {
        addAll(of: text, from: nil, escapes: 2)
        if isStream {
            for (view, origin) in StreamReading.views(of: text).map({ ($0, 0) }) {
                addAll(of: view, from: origin, escapes: 1)
            }
        }
    }

    private mutating func add(_ view: TextView, from origin: Int?) -> Int {
        views.append(view)
        origins.append(origin)
        return views.count - 1
    }

    private mutating func addAll(of view: TextView, from origin: Int?, escapes: Int) {
        let number = add(view, from: origin)
        if let plain = view.withoutControlSequences() { _ = add(plain, from: number) }
        if let decoded = view.percentDecoded() { _ = add(decoded, from: number) }
        guard escapes > 0, let inner = view.jsonUnescaped() else { return }
        unescaped[number] = views.count
        addAll(of: inner, from: number, escapes: escapes - 1)
    }

    /// Where in the text the bytes of a view come from. An escape is never cut in two: a range that begins or ends
    /// inside of one leaves it alone, so that what is around stays a string of JSON or a URL.
    func source(of range: Range<Int>, in number: Int) -> [Range<Int>] {
        var ranges = [range]
        var number = number
        while true {
            ranges = ranges.map { whole($0, in: number) }.filter { !$0.isEmpty }
            guard let origin = origins[number] else { return ranges }
            ranges = ranges.flatMap { views[number].parentRanges(of: $0) }
            number = origin
        }
    }

    private func whole(_ range: Range<Int>, in number: Int) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        if let child = unescaped[number] {
            lower = views[child].escape(across: lower)?.upperBound ?? lower
            upper = views[child].escape(across: upper)?.lowerBound ?? upper
        }
        let bytes = views[number].bytes
        lower = Self.percentEscape(across: lower, in: bytes)?.upperBound ?? lower
        upper = Self.percentEscape(across: upper, in: bytes)?.lowerBound ?? upper
        return lower < upper ? lower..<upper : lower..<lower
    }

    private static func percentEscape(across position: Int, in bytes: [UInt8]) -> Range<Int>? {
        for start in [position - 1, position - 2] where start >= 0 && start + 2 < bytes.count {
            if bytes[start] == UInt8(ascii: "%"), ByteSet.hex.contains(bytes[start + 1]),
                ByteSet.hex.contains(bytes[start + 2])
            {
                return start..<start + 3
            }
        }
        return nil
    }
}
