/// The runs of five words of a text. How much two tasks have in common is the share of runs that both have among
/// those that either has (Broder, 1997); with a few thousand of them there is nothing to estimate.
public struct Shingles: Sendable, Equatable {
    private let hashes: Set<UInt64>

    static let words = 5

    /// - Parameter text: words are runs of letters and digits, without case.
    public init(_ text: String) {
        var recent: [UInt64] = []
        var hashes: Set<UInt64> = []
        var word: UInt64 = Self.offset
        var isEmpty = true
        func finish() {
            guard !isEmpty else { return }
            recent.append(word)
            if recent.count > Self.words { recent.removeFirst() }
            if recent.count == Self.words { hashes.insert(recent.reduce(Self.offset, Self.mixed)) }
            (word, isEmpty) = (Self.offset, true)
        }
        for scalar in text.unicodeScalars {
            if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                word = Self.mixed(word, UInt64(scalar.properties.lowercaseMapping.unicodeScalars.first?.value ?? 0))
                isEmpty = false
            } else {
                finish()
            }
        }
        finish()
        // A text of a few words is one run.
        if hashes.isEmpty, !recent.isEmpty { hashes.insert(recent.reduce(Self.offset, Self.mixed)) }
        self.hashes = hashes
    }

    /// From 0, nothing in common, to 1, the same runs.
    public func similarity(to other: Shingles) -> Double {
        let common = hashes.intersection(other.hashes).count
        let all = hashes.count + other.hashes.count - common
        return all == 0 ? 0 : Double(common) / Double(all)
    }

    // FNV-1a, over whole words of 64 bits.
    private static let offset: UInt64 = 0xCBF2_9CE4_8422_2325

    private static func mixed(_ hash: UInt64, _ value: UInt64) -> UInt64 {
        ((hash ^ value) &* 0x0000_0100_0000_01B3) ^ (hash >> 29)
    }
}
