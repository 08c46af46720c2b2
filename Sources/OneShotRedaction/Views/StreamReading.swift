/// Reads the record of a stream: server-sent events, JSON lines, or a list of JSON events. The fields that carry a text
/// piece by piece are put together, each in the order of its pieces.
enum StreamReading {
    /// One view for each field that has several pieces.
    static func views(of text: TextView) -> [TextView] {
        var order: [String] = []
        var pieces: [String: [Range<Int>]] = [:]
        for event in events(in: text.bytes) {
            var reader = JSONStrings(text.bytes, parts: event)
            for (field, range) in reader.pieces() {
                if pieces[field] == nil { order.append(field) }
                pieces[field, default: []].append(range)
            }
        }
        return order.compactMap { field in
            guard let ranges = pieces[field], ranges.count > 1 else { return nil }
            var builder = TextViewBuilder(text)
            for range in ranges { builder.unescape(range) }
            return builder.view(isScattered: true)
        }
    }

    /// Of each event, the ranges of its JSON text: the data lines of a server-sent event, or a line of its own.
    private static func events(in bytes: [UInt8]) -> [[Range<Int>]] {
        var events: [[Range<Int>]] = []
        var data: [Range<Int>] = []
        var hasData = false
        var start = 0
        func close() {
            if !data.isEmpty { events.append(data) }
            data = []
        }
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
            if bytes[start..<end].starts(with: dataField) {
                hasData = true
                data.append(start + dataField.count..<end)
            } else if end == start {
                close()
            }
            start = end + 1
            // CR LF is one end of a line.
            if end + 1 < bytes.count, bytes[end] == 0x0D, bytes[end + 1] == 0x0A { start += 1 }
        }
        close()
        return hasData ? events : values(in: bytes)
    }

    private static let dataField = Array("data:".utf8)

    /// JSON values one after the other; the elements of a list count as such.
    private static func values(in bytes: [UInt8]) -> [[Range<Int>]] {
        var events: [[Range<Int>]] = []
        var depth = 0
        var start = 0
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                    index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
            case UInt8(ascii: "{"):
                if depth == 0 { start = index }
                depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { events.append([start..<index + 1]) }
                if depth < 0 { depth = 0 }
            default: break
            }
            index += 1
        }
        return events
    }
}

extension TextViewBuilder {
    /// A piece of a JSON string, with its escapes undone.
    mutating func unescape(_ range: Range<Int>) {
        var copied = range.lowerBound
        var index = range.lowerBound
        while index < range.upperBound {
            guard parent.bytes[index] == UInt8(ascii: "\\"), let (text, count) = parent.escape(at: index) else {
                index += 1
                continue
            }
            copy(copied..<index)
            replace(index..<index + count, with: text)
            index += count
            copied = index
        }
        copy(copied..<range.upperBound)
    }
}
