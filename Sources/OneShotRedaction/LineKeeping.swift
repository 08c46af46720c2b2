/// What stands in place of a secret that spans several lines: as many lines as it had, so that the numbers of lines
/// stay right and a diff still applies.
enum LineKeeping {
    /// - Parameter placeholder: what the first line gets; the others become empty, but for the first column of a diff.
    static func replacement(_ placeholder: [UInt8], for range: Range<Int>, in bytes: [UInt8]) -> [UInt8] {
        let breaks = lineBreaks(in: range, of: bytes)
        guard !breaks.isEmpty else { return placeholder }
        let isDiff = isDiff(range, breaks, in: bytes)
        return breaks.reduce(into: placeholder) { result, lineBreak in
            result += bytes[lineBreak]
            if isDiff, lineBreak.upperBound < range.upperBound { result.append(bytes[lineBreak.upperBound]) }
        }
    }

    /// A secret of several lines as it reads without the first columns of a diff, so that it is the same secret as in
    /// the file. Where a diff changes one, it is the old one: that is what the context has to agree with.
    static func withoutMarkers(_ range: Range<Int>, in bytes: [UInt8]) -> [UInt8] {
        let breaks = lineBreaks(in: range, of: bytes)
        guard !breaks.isEmpty, isDiff(range, breaks, in: bytes) else { return Array(bytes[range]) }
        var lines = [(marker: firstColumn(of: range, in: bytes), text: range.lowerBound..<range.upperBound)]
        for lineBreak in breaks where lineBreak.upperBound < range.upperBound {
            lines[lines.count - 1].text = lines[lines.count - 1].text.lowerBound..<lineBreak.upperBound
            lines.append((bytes[lineBreak.upperBound], lineBreak.upperBound + 1..<range.upperBound))
        }
        let isNew = lines.allSatisfy { $0.marker == UInt8(ascii: "+") }
        return lines.filter { isNew || $0.marker != UInt8(ascii: "+") }.flatMap { bytes[$0.text] }
    }

    private static func isDiff(_ range: Range<Int>, _ breaks: [Range<Int>], in bytes: [UInt8]) -> Bool {
        isMarker(firstColumn(of: range, in: bytes))
            && breaks.allSatisfy { $0.upperBound == range.upperBound || isMarker(bytes[$0.upperBound]) }
    }

    private static func isMarker(_ byte: UInt8?) -> Bool {
        byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: " ")
    }

    /// Real line ends, and those that JSON has escaped, once or more.
    private static func lineBreaks(in range: Range<Int>, of bytes: [UInt8]) -> [Range<Int>] {
        var breaks: [Range<Int>] = []
        var index = range.lowerBound
        while index < range.upperBound {
            if let end = breakEnd(at: index, in: bytes, limit: range.upperBound) {
                breaks.append(index..<end)
                index = end
            } else {
                // A run of backslashes is looked at from its start only.
                repeat {
                    index += 1
                } while index < range.upperBound && bytes[index] == UInt8(ascii: "\\")
                    && bytes[index - 1] == UInt8(ascii: "\\")
            }
        }
        return breaks
    }

    private static func breakEnd(at index: Int, in bytes: [UInt8], limit: Int) -> Int? {
        guard let (kind, end) = lineEnd(at: index, in: bytes, limit: limit) else { return nil }
        guard kind == UInt8(ascii: "r") else { return end }
        guard let (next, whole) = lineEnd(at: end, in: bytes, limit: limit), next == UInt8(ascii: "n") else {
            return nil
        }
        return whole
    }

    private static func lineEnd(at index: Int, in bytes: [UInt8], limit: Int) -> (kind: UInt8, end: Int)? {
        guard index < limit else { return nil }
        switch bytes[index] {
        case 0x0A: return (UInt8(ascii: "n"), index + 1)
        case 0x0D: return (UInt8(ascii: "r"), index + 1)
        case UInt8(ascii: "\\"):
            var end = index
            while end < limit, bytes[end] == UInt8(ascii: "\\") { end += 1 }
            guard end < limit, (end - index) % 2 == 1 else { return nil }
            return bytes[end] == UInt8(ascii: "n") || bytes[end] == UInt8(ascii: "r") ? (bytes[end], end + 1) : nil
        default: return nil
        }
    }

    /// Of the line on which the range begins; nil where the range begins there.
    private static func firstColumn(of range: Range<Int>, in bytes: [UInt8]) -> UInt8? {
        var start = range.lowerBound
        while start > 0, range.lowerBound - start < 4096 {
            if bytes[start - 1] == 0x0A { break }
            if start > 1, bytes[start - 1] == UInt8(ascii: "n"), bytes[start - 2] == UInt8(ascii: "\\") { break }
            start -= 1
        }
        return start < range.lowerBound ? bytes[start] : nil
    }
}
