import Synchronization

/// The lines of unified diffs, and of patches in the form of Codex's `apply_patch`, that are in a text.
struct DiffLines: Sendable {
    /// In order.
    private(set) var ranges: [Range<Int>] = []

    init(_ bytes: [UInt8]) {
        var start = 0
        var patch: Int?
        while start < bytes.count {
            var end = Self.lineEnd(bytes, start)
            let line = bytes[start..<end]
            if line.starts(with: Self.beginPatch) {
                patch = start
            } else if let begin = patch {
                if line.starts(with: Self.endPatch) {
                    ranges.append(begin..<end)
                    patch = nil
                }
            } else if let counts = Self.hunk(line) {
                let begin = start
                end = Self.hunkEnd(bytes, from: end, counts)
                ranges.append(begin..<end)
            } else if Self.headers.contains(where: { line.starts(with: $0) }) {
                ranges.append(start..<end)
            }
            start = end + 1
        }
        if let patch { ranges.append(patch..<bytes.count) }
    }

    func covers(_ position: Int) -> Bool {
        let index = ranges.partitioningIndex { $0.upperBound > position }
        return index < ranges.count && ranges[index].lowerBound <= position
    }

    private static let beginPatch = Array("*** Begin Patch".utf8)
    private static let endPatch = Array("*** End Patch".utf8)
    private static let headers = ["diff --git ", "--- a/", "+++ b/", "rename from ", "rename to "].map {
        Array($0.utf8)
    }

    private static func lineEnd(_ bytes: [UInt8], _ start: Int) -> Int {
        var end = start
        while end < bytes.count, bytes[end] != 0x0A { end += 1 }
        return end
    }

    /// The end of the last line of a hunk whose header ends at `end`.
    private static func hunkEnd(_ bytes: [UInt8], from end: Int, _ counts: (old: Int, new: Int)) -> Int {
        var (old, new) = counts
        var end = end
        while old > 0 || new > 0, end + 1 < bytes.count {
            switch bytes[end + 1] {
            case UInt8(ascii: " "), 0x0A: (old, new) = (old - 1, new - 1)
            case UInt8(ascii: "-"): old -= 1
            case UInt8(ascii: "+"): new -= 1
            case UInt8(ascii: "\\"): break
            default: return end
            }
            end = lineEnd(bytes, end + 1)
        }
        return end
    }

    /// The numbers of lines that `@@ -1,2 +3,4 @@` announces.
    private static func hunk(_ line: ArraySlice<UInt8>) -> (old: Int, new: Int)? {
        guard line.starts(with: Array("@@ -".utf8)) else { return nil }
        let parts = line.prefix(64).split(separator: UInt8(ascii: " ")).prefix(3)
        guard parts.count == 3 else { return nil }
        func count(_ part: ArraySlice<UInt8>) -> Int? {
            let numbers = part.dropFirst().split(separator: UInt8(ascii: ","))
            guard numbers.count == 2 else { return numbers.count == 1 ? 1 : nil }
            return Int(String(decoding: numbers[1], as: UTF8.self)).flatMap { (0...10_000_000).contains($0) ? $0 : nil }
        }
        guard let old = count(parts[parts.startIndex + 1]), let new = count(parts[parts.startIndex + 2]) else {
            return nil
        }
        return (old, new)
    }
}

/// Those of one view, looked for when they are first asked for.
final class LazyDiffLines: Sendable {
    private let view: TextView
    private let lines = Mutex<DiffLines?>(nil)

    init(_ view: TextView) { self.view = view }

    func covers(_ position: Int) -> Bool {
        lines.withLock { lines in
            let known = lines ?? DiffLines(view.bytes)
            lines = known
            return known.covers(position)
        }
    }
}
