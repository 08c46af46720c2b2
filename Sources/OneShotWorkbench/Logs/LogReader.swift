import Foundation

/// Reads a log that is still being written, line by line.
struct LogReader {
    private let url: URL
    private var offset: UInt64 = 0
    private var inode: UInt64?
    private var rest = Data()

    init(_ url: URL) { self.url = url }

    /// The whole lines that were added since the last call. A log that was moved aside or emptied is read from its
    /// new beginning.
    mutating func newLines() -> [String] {
        guard let handle = try? FileHandle(forReadingFrom: url) else { return [] }
        defer { try? handle.close() }
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: url.path),
            let size = attributes[.size] as? Int, let number = attributes[.systemFileNumber] as? Int
        else { return [] }
        if inode != UInt64(number) || UInt64(size) < offset {
            offset = 0
            rest = Data()
            inode = UInt64(number)
        }
        guard (try? handle.seek(toOffset: offset)) != nil, let data = try? handle.readToEnd() else { return [] }
        offset += UInt64(data.count)
        rest.append(data)
        var lines: [String] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(String(decoding: rest[rest.startIndex..<end], as: UTF8.self))
            rest = rest[rest.index(after: end)...]
        }
        rest = Data(rest)
        return lines
    }
}
