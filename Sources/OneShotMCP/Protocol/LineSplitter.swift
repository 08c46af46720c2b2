import Foundation

/// Cuts a stream of bytes into lines, whatever its chunks are.
struct LineSplitter: Sendable {
    enum Line: Sendable, Equatable {
        case text(Data)
        /// A line longer than the limit; its bytes are thrown away.
        case tooLong
    }

    private let limit: Int
    private var rest = Data()
    private var isSkipping = false

    /// - Parameter limit: the longest line, in bytes.
    init(limit: Int = 16 << 20) { self.limit = limit }

    /// The lines that end in this chunk, without their line ends; empty lines are left out.
    mutating func receive(_ chunk: Data) -> [Line] {
        var lines: [Line] = []
        var chunk = chunk[...]
        while let end = chunk.firstIndex(of: UInt8(ascii: "\n")) {
            rest += chunk[..<end]
            chunk = chunk[(end + 1)...]
            lines += takeLine()
        }
        rest += chunk
        if rest.count > limit {
            rest = Data()
            isSkipping = true
        }
        return lines
    }

    /// What stood after the last line end.
    mutating func finish() -> [Line] { takeLine() }

    private mutating func takeLine() -> [Line] {
        defer {
            rest = Data()
            isSkipping = false
        }
        if isSkipping || rest.count > limit { return [.tooLong] }
        let isBlank = rest.allSatisfy {
            $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\t")
        }
        return isBlank ? [] : [.text(rest)]
    }
}
