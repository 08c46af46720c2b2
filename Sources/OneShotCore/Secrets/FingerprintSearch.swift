import Foundation

/// Finds, in texts, the values of a list of fingerprints. Made once for many texts.
public struct FingerprintSearch: Sendable {
    private let key: FingerprintKey
    /// The fingerprints of the values of one length.
    private let groups: [Group]

    private struct Group: Sendable {
        let length: Int
        /// What a byte is worth when it leaves the window.
        let leaving: UInt64
        let byHash: [Int64: [SecretFingerprint]]
        /// A bit for each 16 low bits of a hash that is wanted: most places are turned down by it alone.
        var wanted = [UInt64](repeating: 0, count: 1024)
    }

    public init(_ fingerprints: [SecretFingerprint], key: FingerprintKey) {
        self.key = key
        let byLength = Dictionary(grouping: fingerprints.filter { $0.length > 0 }, by: \.length)
        groups = byLength.sorted { $0.key < $1.key }.map { length, candidates in
            var group = Group(
                length: length,
                leaving: (1..<length).reduce(UInt64(1)) { power, _ in Polynomial.multiply(power, key.point) },
                byHash: Dictionary(grouping: candidates, by: \.rolling)
            )
            for candidate in candidates {
                let low = UInt64(candidate.rolling & 0xFFFF)
                group.wanted[Int(low >> 6)] |= 1 << (low & 63)
            }
            return group
        }
    }

    /// Where the values stand, in the order of their ends.
    public func occurrences(in text: [UInt8]) -> [(range: Range<Int>, name: String)] {
        groups.flatMap { occurrences(of: $0, in: text) }
            .sorted { ($0.range.upperBound, $0.range.count) < ($1.range.upperBound, $1.range.count) }
    }

    static func kept(_ hash: UInt64) -> Int64 { Int64(hash & 0x7FFF_FFFF) }

    private func occurrences(of group: Group, in text: [UInt8]) -> [(range: Range<Int>, name: String)] {
        let length = group.length
        guard text.count >= length else { return [] }
        return text.withUnsafeBufferPointer { bytes in
            group.wanted.withUnsafeBufferPointer { wanted in
                var found: [(range: Range<Int>, name: String)] = []
                var hash: UInt64 = 0
                for index in bytes.indices {
                    if index >= length {
                        let gone = Polynomial.multiply(group.leaving, UInt64(bytes[index - length]) + 1)
                        hash = Polynomial.subtract(hash, gone)
                    }
                    hash = Polynomial.step(hash, key.point, bytes[index])
                    let low = hash & 0xFFFF
                    guard index + 1 >= length, wanted[Int(low >> 6)] >> (low & 63) & 1 == 1,
                        let hits = group.byHash[Self.kept(hash)]
                    else { continue }
                    let range = index + 1 - length..<index + 1
                    let digest = key.digest(text[range])
                    for hit in hits where hit.digest == digest { found.append((range, hit.name)) }
                }
                return found
            }
        }
    }
}
