import Foundation

/// The hashes of all stretches of ``length`` bytes of some texts, blanks left out, so that a text is found again
/// however it is indented or wrapped. A search costs the same for each byte, however many stretches there are
/// (Karp and Rabin, 1987).
struct TextWindows: Sendable {
    /// Bytes that are no blanks.
    static let length = 64

    private var labels: [UInt64: Int32] = [:]
    /// One bit for each of the lower bits of a hash: most stretches of a search end here.
    private var filter = [UInt64](repeating: 0, count: 1 << 14)

    var isEmpty: Bool { labels.isEmpty }
    var count: Int { labels.count }

    mutating func add(_ text: some Sequence<UInt8>, label: Int) {
        var hash = RollingHash()
        for byte in text {
            guard let value = hash.push(byte) else { continue }
            if labels[value] == nil { labels[value] = Int32(label) }
            filter[Int(value >> 6 & 0x3FFF)] |= 1 << (value & 63)
        }
    }

    /// Takes out what a public text has.
    mutating func remove(_ text: some Sequence<UInt8>) {
        var hash = RollingHash()
        for byte in text {
            if let value = hash.push(byte), label(value) != nil { labels.removeValue(forKey: value) }
        }
    }

    func label(_ value: UInt64) -> Int? {
        guard filter[Int(value >> 6 & 0x3FFF)] & (1 << (value & 63)) != 0 else { return nil }
        return labels[value].map(Int.init)
    }
}

/// A hash of the last ``TextWindows/length`` bytes that were no blanks.
struct RollingHash {
    private var ring = [UInt8](repeating: 0, count: TextWindows.length)
    private var position = 0
    private var isFull = false
    private var hash: UInt64 = 0

    private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15
    /// `base` to the power of the length.
    private static let highest = (0..<TextWindows.length).reduce(UInt64(1)) { power, _ in power &* base }

    /// - Returns: nil for a blank, and until there are enough bytes.
    mutating func push(_ byte: UInt8) -> UInt64? {
        if byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) { return nil }
        let gone = isFull ? ring[position] : 0
        ring[position] = byte
        hash = hash &* Self.base &+ UInt64(byte) &+ 1
        if isFull { hash = hash &- (UInt64(gone) &+ 1) &* Self.highest }
        position += 1
        if position == TextWindows.length {
            position = 0
            isFull = true
        }
        guard isFull else { return nil }
        // The lower bits of a product depend on lower bits only.
        return hash ^ (hash >> 32)
    }
}
