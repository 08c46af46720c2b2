import Foundation

/// What a tar archive says of one of its members.
struct TarEntry: Sendable, Equatable {
    var path: String
    /// In bytes.
    var size: Int
    /// `0` a file, `2` a symbolic link, `5` a directory, as POSIX's pax(1) has it.
    var kind: UInt8
    /// Where a link leads.
    var link: String

    var isFile: Bool { kind == UInt8(ascii: "0") || kind == 0 || kind == UInt8(ascii: "7") }
}

/// Bytes that are no tar archive.
struct TarError: Error, Equatable {
    var offset: Int
}

/// Reads a tar archive that comes in pieces of any size: ustar, with the long names of pax and of GNU.
struct TarReader {
    enum Event {
        case entry(TarEntry)
        /// A piece of the last entry's content.
        case content(UnsafeRawBufferPointer)
        /// The last entry has no more content.
        case end
    }

    private enum State {
        case header
        case content(left: Int)
        /// A header of pax or GNU that speaks about the next entry.
        case extra(kind: UInt8, left: Int)
        case padding(left: Int)
    }

    private static let block = 512
    /// Longer names are nobody's.
    private static let longestExtra = 1 << 20

    private var state = State.header
    private var buffer: [UInt8] = []
    private var offset = 0
    private var longPath: String?
    private var longLink: String?
    private var longSize: Int?
    private var afterExtra = 0

    /// Takes the next bytes.
    ///
    /// - Parameter body: gets what they tell. Pointers are valid during the call.
    mutating func feed(_ bytes: UnsafeRawBufferPointer, _ body: (Event) -> Void) throws(TarError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            switch state {
            case .header:
                take(&rest, Self.block - buffer.count)
                guard buffer.count == Self.block else { return }
                try header(body)
                buffer.removeAll(keepingCapacity: true)
            case .content(let left):
                let piece = rest.prefix(left)
                body(.content(UnsafeRawBufferPointer(rebasing: piece)))
                skip(&rest, piece.count)
                state = .content(left: left - piece.count)
                if left == piece.count {
                    body(.end)
                    state = .padding(left: afterExtra)
                }
            case .extra(let kind, let left):
                let count = min(left, rest.count)
                take(&rest, count)
                state = .extra(kind: kind, left: left - count)
                if left == count {
                    try extra(kind)
                    buffer.removeAll(keepingCapacity: true)
                    state = .padding(left: afterExtra)
                }
            case .padding(let left):
                let count = min(left, rest.count)
                skip(&rest, count)
                state = left == count ? .header : .padding(left: left - count)
            }
        }
        if case .padding(left: 0) = state { state = .header }
    }

    private mutating func take(_ rest: inout Slice<UnsafeRawBufferPointer>, _ count: Int) {
        let piece = rest.prefix(count)
        buffer.append(contentsOf: piece)
        skip(&rest, piece.count)
    }

    private mutating func skip(_ rest: inout Slice<UnsafeRawBufferPointer>, _ count: Int) {
        offset += count
        rest = rest.dropFirst(count)
    }

    private mutating func header(_ body: (Event) -> Void) throws(TarError) {
        // Blocks of zeros end an archive; what follows them is another one, or nothing.
        guard buffer.contains(where: { $0 != 0 }) else { return }
        let sum = buffer.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
        guard number(148..<156) == sum, let size = number(124..<136), size >= 0, size < 1 << 53 else {
            throw TarError(offset: offset - Self.block)
        }
        let kind = buffer[156]
        if "xgLK".utf8.contains(kind) {
            guard size <= Self.longestExtra else { throw TarError(offset: offset - Self.block) }
            afterExtra = Self.padding(size)
            state = size == 0 ? .padding(left: 0) : .extra(kind: kind, left: size)
            return
        }
        let isUstar = buffer[257..<262].elementsEqual("ustar".utf8)
        let prefix = isUstar && buffer[262] == 0 ? text(345..<500) : ""
        let name = text(0..<100)
        let entry = TarEntry(
            path: longPath ?? (prefix.isEmpty ? name : "\(prefix)/\(name)"),
            // Links and directories have no content, whatever their size says.
            size: "12345".utf8.contains(kind) ? 0 : longSize ?? size,
            kind: kind,
            link: longLink ?? text(157..<257)
        )
        (longPath, longLink, longSize) = (nil, nil, nil)
        afterExtra = Self.padding(entry.size)
        body(.entry(entry))
        if entry.size > 0 {
            state = .content(left: entry.size)
        } else {
            body(.end)
            state = .header
        }
    }

    private mutating func extra(_ kind: UInt8) throws(TarError) {
        func string(_ bytes: some Sequence<UInt8>) -> String {
            String(decoding: Array(bytes.prefix { $0 != 0 }), as: UTF8.self)
        }
        switch kind {
        case UInt8(ascii: "L"): longPath = string(buffer)
        case UInt8(ascii: "K"): longLink = string(buffer)
        case UInt8(ascii: "x"):
            // `<length> <key>=<value>\n`, the length in decimal and of the whole record.
            var rest = buffer[...]
            while let blank = rest.firstIndex(of: UInt8(ascii: " ")) {
                guard let length = Int(String(decoding: rest[..<blank], as: UTF8.self)),
                    length > blank - rest.startIndex + 1, length <= rest.count
                else { throw TarError(offset: offset) }
                let record = rest.prefix(length).dropFirst(blank - rest.startIndex + 1).dropLast()
                rest = rest.dropFirst(length)
                guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { continue }
                let value = string(record[record.index(after: equals)...])
                switch String(decoding: record[..<equals], as: UTF8.self) {
                case "path": longPath = value
                case "linkpath": longLink = value
                case "size": longSize = Int(value).flatMap { $0 >= 0 && $0 < 1 << 53 ? $0 : nil }
                default: break
                }
            }
        default: break
        }
    }

    private static func padding(_ size: Int) -> Int { (block - size % block) % block }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: buffer[range].prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Octal digits, or, with the first bit set, a big-endian number.
    private func number(_ range: Range<Int>) -> Int? {
        let field = buffer[range]
        if let first = field.first, first & 0x80 != 0 {
            return field.dropFirst().reduce(Int(first & 0x7F)) { sum, byte in
                sum.map { $0 >= 1 << 53 ? nil : $0 << 8 | Int(byte) } ?? nil
            }
        }
        let digits = field.drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
        return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }
}
