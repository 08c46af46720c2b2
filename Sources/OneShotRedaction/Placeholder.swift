/// `[REDACTED:rule:n]`.
enum Placeholder {
    static func text(rule: String, number: Int) -> String { "[REDACTED:\(rule):\(number)]" }

    private static let start = Array("[REDACTED:".utf8)

    /// Where placeholders stand in a text.
    static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
        bytes.withUnsafeBufferPointer { bytes in
            var ranges: [Range<Int>] = []
            var index = 0
            while index + start.count < bytes.count {
                guard bytes[index] == UInt8(ascii: "["), let end = end(in: bytes, from: index) else {
                    index += 1
                    continue
                }
                ranges.append(index..<end)
                index = end
            }
            return ranges
        }
    }

    /// The rule and the number of the placeholder in that range.
    static func parts(of range: Range<Int>, in bytes: [UInt8]) -> (rule: String, number: Int)? {
        let parts = bytes[range].dropLast().split(separator: UInt8(ascii: ":"))
        guard parts.count == 3, let number = Int(String(decoding: parts[2], as: UTF8.self)) else { return nil }
        return (String(decoding: parts[1], as: UTF8.self), number)
    }

    /// The rules and the numbers of those in a text.
    static func all(in text: String) -> [(rule: String, number: Int)] {
        let bytes = Array(text.utf8)
        return ranges(in: bytes).compactMap { parts(of: $0, in: bytes) }
    }

    private static func end(in bytes: UnsafeBufferPointer<UInt8>, from index: Int) -> Int? {
        guard index + start.count < bytes.count, bytes[index..<index + start.count].elementsEqual(start) else {
            return nil
        }
        func run(_ set: ByteSet, from start: Int, limit: Int) -> Int {
            var end = start
            while end < bytes.count, end - start < limit, set.contains(bytes[end]) { end += 1 }
            return end
        }
        let rule = run(.wordAndHyphen, from: index + start.count, limit: 64)
        guard rule > index + start.count, rule < bytes.count, bytes[rule] == UInt8(ascii: ":") else { return nil }
        let number = run(.digits, from: rule + 1, limit: 9)
        guard number > rule + 1, number < bytes.count, bytes[number] == UInt8(ascii: "]") else { return nil }
        return number + 1
    }
}
