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
    private var type: [UInt8] = []
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
        feed(
            buffer,
            id: { id, type, data in
                let name = type.isEmpty ? "message" : String(decoding: type, as: UTF8.self)
                events.append(ServerSentEvent(type: name, data: String(decoding: data, as: UTF8.self), id: id))
            }
        )
    }

    /// The same without making texts of the events.
    ///
    /// - Parameter take: called with the type, empty where the stream gave none, and the data of each event. Both are
    ///   valid during the call only.
    public mutating func feed(
        _ bytes: UnsafeBufferPointer<UInt8>,
        take: (_ type: UnsafeBufferPointer<UInt8>, _ data: UnsafeBufferPointer<UInt8>) -> Void
    ) {
        feed(bytes, id: { take($1, $2) })
    }

    private typealias Take = (String, UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Void

    private mutating func feed(_ buffer: UnsafeBufferPointer<UInt8>, id take: Take) {
        guard let first = buffer.first else { return }
        var start = endedWithCarriageReturn && first == 0x0A ? 1 : 0
        endedWithCarriageReturn = false
        while start < buffer.count {
            let end = LineEnd.find(in: buffer, from: start)
            let piece = UnsafeBufferPointer(rebasing: buffer[start..<end])
            guard end < buffer.count else {
                line.append(contentsOf: piece)
                return
            }
            if line.isEmpty {
                endLine(piece, take)
            } else {
                line.append(contentsOf: piece)
                let whole = line
                line.removeAll(keepingCapacity: true)
                whole.withUnsafeBufferPointer { endLine($0, take) }
            }
            start = end + 1
            guard buffer[end] == 0x0D else { continue }
            if start == buffer.count {
                endedWithCarriageReturn = true
            } else if buffer[start] == 0x0A {
                start += 1
            }
        }
    }

    private mutating func endLine(_ bytes: UnsafeBufferPointer<UInt8>, _ take: Take) {
        var line = bytes
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = UnsafeBufferPointer(rebasing: line[3...]) }
        }
        guard !line.isEmpty else { return dispatch(take) }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var valueStart = min(colon + 1, line.endIndex)
        if valueStart < line.endIndex, line[valueStart] == 0x20 { valueStart += 1 }
        takeField(
            UnsafeBufferPointer(rebasing: line[..<colon]),
            value: UnsafeBufferPointer(rebasing: line[valueStart...])
        )
    }

    private mutating func takeField(_ name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        if name.elementsEqual("data".utf8) {
            if hasData { data.append(0x0A) }
            data.append(contentsOf: value)
            hasData = true
        } else if name.elementsEqual("event".utf8) {
            type.removeAll(keepingCapacity: true)
            type.append(contentsOf: value)
        } else if name.elementsEqual("id".utf8) {
            if !value.contains(0) { id = String(decoding: value, as: UTF8.self) }
        } else if name.elementsEqual("retry".utf8) {
            if !value.isEmpty, value.allSatisfy({ (0x30...0x39).contains($0) }) {
                reconnectionTimeMs = Int(String(decoding: value, as: UTF8.self))
            }
        }
    }

    private mutating func dispatch(_ take: Take) {
        if hasData {
            type.withUnsafeBufferPointer { type in data.withUnsafeBufferPointer { take(id, type, $0) } }
        }
        data.removeAll(keepingCapacity: true)
        type.removeAll(keepingCapacity: true)
        hasData = false
    }
}

private enum LineEnd {
    /// Eight bytes at a time.
    ///
    /// - Returns: the offset of the first line feed or carriage return from `start` on; the count when there is none.
    static func find(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = UnsafeRawPointer(bytes.baseAddress) else { return start }
        var position = start
        while position &+ 8 <= bytes.count {
            let word = UInt64(littleEndian: (base + position).loadUnaligned(as: UInt64.self))
            let feeds = word ^ 0x0A0A_0A0A_0A0A_0A0A
            let returns = word ^ 0x0D0D_0D0D_0D0D_0D0D
            // The lowest high bit that is set is that of the first byte that is zero.
            let found =
                (((feeds &- 0x0101_0101_0101_0101) & ~feeds) | ((returns &- 0x0101_0101_0101_0101) & ~returns))
                & 0x8080_8080_8080_8080
            if found != 0 { return position &+ found.trailingZeroBitCount &>> 3 }
            position &+= 8
        }
        while position < bytes.count, bytes[position] != 0x0A, bytes[position] != 0x0D { position &+= 1 }
        return position
    }
}
