/// Texts that are found as they are.
struct ExactValues: Sendable {
    /// By their first two bytes, the longest first.
    private var values: [UInt16: [[UInt8]]] = [:]
    /// A bit for each two bytes that a value begins with.
    private var starts: [UInt64] = []

    mutating func insert(_ bytes: [UInt8], minimumLength: Int = KnownSecrets.minimumLength) {
        guard bytes.count >= max(minimumLength, 2) else { return }
        let start = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        guard values[start]?.contains(bytes) != true else { return }
        if starts.isEmpty { starts = Array(repeating: 0, count: 1024) }
        values[start, default: []].append(bytes)
        values[start]?.sort { $0.count > $1.count }
        starts[Int(start >> 6)] |= 1 << UInt64(start & 63)
    }

    func ranges(in text: [UInt8]) -> [Range<Int>] {
        guard !starts.isEmpty else { return [] }
        return text.withUnsafeBufferPointer { text in
            var found: [Range<Int>] = []
            var index = 0
            while index + 1 < text.count {
                let start = UInt16(text[index]) << 8 | UInt16(text[index + 1])
                if starts[Int(start >> 6)] >> UInt64(start & 63) & 1 == 1, let end = end(at: index, start, in: text) {
                    found.append(index..<end)
                    index = end
                } else {
                    index += 1
                }
            }
            return found
        }
    }

    private func end(at index: Int, _ start: UInt16, in text: UnsafeBufferPointer<UInt8>) -> Int? {
        values[start]?.first { value in
            index + value.count <= text.count && text[index..<index + value.count].elementsEqual(value)
        }.map { index + $0.count }
    }
}
