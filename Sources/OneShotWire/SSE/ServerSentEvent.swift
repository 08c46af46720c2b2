/// One event of a `text/event-stream`.
public struct ServerSentEvent: Sendable, Equatable {
    /// The `event` field; `message` where the stream gave none.
    public var type: String
    /// The `data` lines, joined by line feeds.
    public var data: String
    /// The last `id` field that the stream gave, here or earlier.
    public var id: String

    public init(type: String = "message", data: String, id: String = "") {
        self.type = type
        self.data = data
        self.id = id
    }
}

/// Reads a `text/event-stream` piece by piece, after the WHATWG's rules (HTML, section 9.2.6). How the bytes are cut
/// into pieces makes no difference.
public struct ServerSentEventParser: Sendable {
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var type = ""
    private var id = ""
    private var isFirstLine = true
    private var endedWithCarriageReturn = false
    /// The last `retry` field, in milliseconds.
    public private(set) var reconnectionTimeMs: Int?

    public init() {}

    /// - Returns: the events that these bytes complete. An event without its empty line at the end of the stream is
    ///   dropped, as the rules say.
    public mutating func feed(_ bytes: some Sequence<UInt8>) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        let whole: Void? = bytes.withContiguousStorageIfAvailable { feed(buffer: $0, into: &events) }
        if whole == nil { Array(bytes).withUnsafeBufferPointer { feed(buffer: $0, into: &events) } }
        return events
    }

    private mutating func feed(buffer: UnsafeBufferPointer<UInt8>, into events: inout [ServerSentEvent]) {
        var start = 0
        var index = 0
        while index < buffer.count {
            let byte = buffer[index]
            if byte != 0x0A, byte != 0x0D {
                index += 1
                continue
            }
            let isSecondHalf = byte == 0x0A && index == start && line.isEmpty && endedWithCarriageReturn
            if !isSecondHalf {
                line.append(contentsOf: buffer[start..<index])
                endLine(into: &events)
            }
            endedWithCarriageReturn = byte == 0x0D
            index += 1
            start = index
        }
        if start < buffer.count {
            line.append(contentsOf: buffer[start...])
            endedWithCarriageReturn = false
        }
    }

    private mutating func endLine(into events: inout [ServerSentEvent]) {
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else {
            dispatch(into: &events)
            return
        }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var valueStart = min(colon + 1, line.endIndex)
        if valueStart < line.endIndex, line[valueStart] == 0x20 { valueStart += 1 }
        takeField(line[..<colon], value: line[valueStart...])
    }

    private mutating func takeField(_ name: ArraySlice<UInt8>, value: ArraySlice<UInt8>) {
        switch String(decoding: name, as: UTF8.self) {
        case "data":
            if hasData { data.append(0x0A) }
            data.append(contentsOf: value)
            hasData = true
        case "event": type = String(decoding: value, as: UTF8.self)
        case "id": if !value.contains(0) { id = String(decoding: value, as: UTF8.self) }
        case "retry":
            if !value.isEmpty, value.allSatisfy({ (0x30...0x39).contains($0) }) {
                reconnectionTimeMs = Int(String(decoding: value, as: UTF8.self))
            }
        default: break
        }
    }

    private mutating func dispatch(into events: inout [ServerSentEvent]) {
        if hasData {
            let text = String(decoding: data, as: UTF8.self)
            events.append(ServerSentEvent(type: type.isEmpty ? "message" : type, data: text, id: id))
        }
        data.removeAll(keepingCapacity: true)
        hasData = false
        type = ""
    }
}
