import Foundation

/// How random a run of bytes looks.
struct Randomness {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var lower = 0
    private(set) var upper = 0
    private(set) var digits = 0
    /// Changes from a letter to a digit and back: words have few.
    private(set) var changes = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        var last: Bool?
        for byte in bytes {
            let isDigit = ByteSet.digits.contains(byte)
            guard isDigit || ByteSet.letters.contains(byte) else { continue }
            if isDigit {
                digits += 1
            } else if byte >= UInt8(ascii: "a") {
                lower += 1
            } else {
                upper += 1
            }
            if let last, last != isDigit { changes += 1 }
            last = isDigit
        }
    }

    var letters: Int { lower + upper }
    var symbols: Int { bytes.count - letters - digits }

    /// Shannon's, in bits per byte.
    var entropy: Double {
        guard !bytes.isEmpty else { return 0 }
        var counts = [Int](repeating: 0, count: 256)
        for byte in bytes { counts[Int(byte)] += 1 }
        let total = Double(bytes.count)
        return counts.reduce(into: 0) { sum, count in
            guard count > 0 else { return }
            let share = Double(count) / total
            sum -= share * log2(share)
        }
    }

    /// A key behind a prefix that words have too, such as `sk-`.
    var isRandomToken: Bool {
        digits >= 2 && letters >= 6 && (changes >= 4 || (changes >= 2 && lower > 0 && upper > 0)) && entropy >= 3.2
    }

    /// A value that somebody gave to a name such as `api_key`.
    var isRandomValue: Bool {
        guard digits >= 1, letters >= 1 else { return false }
        return bytes.count >= 16 && changes >= 3 && entropy >= 3.2
    }

    /// A value that somebody gave to a name such as `password`: shorter, and made by a person.
    var isPassword: Bool {
        guard digits >= 1, letters >= 1, bytes.count >= 8, entropy >= 2.6 else { return false }
        return isRandomValue || changes >= 3 || symbols > 0 && upper > 0
    }

    var isUUID: Bool {
        bytes.count == 36
            && bytes.indices.allSatisfy { index in
                [8, 13, 18, 23].contains(index)
                    ? bytes[index] == UInt8(ascii: "-") : ByteSet.hex.contains(bytes[index])
            }
    }
}
