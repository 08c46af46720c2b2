import FuzzSupport
import NIOCore
import OneShotWire

/// What a framer said about one connection, with the neighbouring pieces of each body put together.
private struct Reading: Equatable {
    var heads: [HTTPHead] = []
    var bodies: [(raw: ByteBuffer, data: ByteBuffer)] = []
    var trailers: [[HTTPField]] = []
    var error: HTTPFramingError?

    static func == (one: Reading, other: Reading) -> Bool {
        one.heads == other.heads && one.trailers == other.trailers && one.error == other.error
            && one.bodies.elementsEqual(other.bodies) { $0.raw == $1.raw && $0.data == $1.data }
    }
}

private struct Conversation {
    let role: HTTPMessageFramer.Role
    let method: String
    let input: ByteBuffer
    private var position = 0
    private var framing: HTTPBodyFraming?
    private var reading = Reading()

    init(_ role: HTTPMessageFramer.Role, method: String, input: ByteBuffer) {
        (self.role, self.method, self.input) = (role, method, input)
    }

    mutating func read(_ pieces: [ByteBuffer]) -> Reading {
        let limits = HTTPFramingLimits(headBytes: 512, fields: 12, trailerBytes: 64, chunkExtensionBytes: 64)
        var framer = HTTPMessageFramer(role, limits: limits)
        framer.requestMethod = method
        do throws(HTTPFramingError) {
            for piece in pieces {
                framer.append(piece)
                while let event = try framer.next() { take(event, framer) }
            }
            try framer.finish()
            while let event = try framer.next() { take(event, framer) }
            always(framer.bufferedBytes == 0 && framer.isIdle, "after a regular end nothing is left")
            skipEmptyLines()
            always(position == input.readableBytes, "every byte came out")
        } catch {
            reading.error = error
            expectSticky(&framer, error)
        }
        return reading
    }

    private func expectSticky(_ framer: inout HTTPMessageFramer, _ error: HTTPFramingError) {
        guard error != .truncated else { return }
        framer.append(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
        do throws(HTTPFramingError) {
            always(try framer.next() == nil && false, "after an error there is no event")
        } catch let again {
            always(again == error, "an error stays the same")
        }
    }

    private mutating func take(_ event: HTTPMessageFramer.Event, _ framer: HTTPMessageFramer) {
        switch event {
        case .head(let head, let framing):
            always(self.framing == nil, "a head comes after the end of the last message")
            self.framing = framing
            skipEmptyLines()
            advance(head.bytes)
            reading.heads.append(head)
            reading.bodies.append((ByteBuffer(), ByteBuffer()))
            check(head, framing)
        case .body(let raw, let data):
            always(framing != nil && framing != HTTPBodyFraming.none, "a body belongs to a head that announces one")
            always(raw.readableBytes > 0, "no piece is empty")
            advance(raw)
            reading.bodies[reading.bodies.count - 1].raw.writeImmutableBuffer(raw)
            reading.bodies[reading.bodies.count - 1].data.writeImmutableBuffer(data)
        case .end:
            let (raw, data) = reading.bodies[reading.bodies.count - 1]
            switch framing {
            case nil: always(false, "an end belongs to a head")
            case .some(HTTPBodyFraming.none): always(raw.readableBytes == 0, "no body where none is announced")
            case .length(let length): always(data.readableBytes == length && raw == data, "a body has its length")
            case .untilClose: always(raw == data, "a body without framing is its own data")
            case .chunked: always(data == Self.dechunked(raw), "the data is what the chunks hold")
            }
            framing = nil
            reading.trailers.append(framer.trailers)
        }
    }

    private mutating func skipEmptyLines() {
        while input.getInteger(at: position, as: UInt16.self) == 0x0D0A { position += 2 }
    }

    private mutating func advance(_ raw: ByteBuffer) {
        always(input.getSlice(at: position, length: raw.readableBytes) == raw, "bytes come out as they went in")
        position += raw.readableBytes
    }

    /// A body in chunks that is known to be well-formed, read in the simplest way.
    private static func dechunked(_ raw: ByteBuffer) -> ByteBuffer? {
        var rest = raw
        var data = ByteBuffer()
        while let end = rest.readableBytesView.firstIndex(of: 0x0A),
            let line = rest.readString(length: end + 1 - rest.readerIndex),
            let size = Int(line.prefix { $0.isHexDigit }, radix: 16)
        {
            if size == 0 { return data }
            guard let piece = rest.readSlice(length: size), rest.readString(length: 2) == "\r\n" else { return nil }
            data.writeImmutableBuffer(piece)
        }
        return nil
    }

    /// What is passed on means to the next reader what it meant to us.
    private func check(_ head: HTTPHead, _ framing: HTTPBodyFraming) {
        always(head.edited() == head.bytes, "an edit of nothing changes nothing")
        guard role == .requests else { return }
        let edited = head.edited(target: "/x", dropping: ["a"], setting: [HTTPField("B", "1")])
        var framer = HTTPMessageFramer(.requests)
        framer.append(edited)
        do throws(HTTPFramingError) {
            guard case .head(let again, let framingAgain) = try framer.next() else {
                return always(false, "an edited head is whole")
            }
            always(framingAgain == framing, "an edited head has the same body")
            always(again.target == "/x" && again.method == head.method, "an edited head has the new target")
            always(again.first("a") == nil && again.values("b") == ["1"], "an edited head has what was set")
            let kept = head.fields.filter { !["a", "b"].contains($0.name.lowercased()) }
            always(again.fields.filter { $0.name.lowercased() != "b" } == kept, "the other fields stay")
        } catch {
            always(false, "an edited head is well-formed")
        }
    }
}

@main
enum FuzzHTTP {
    static func main() {
        fuzz { start, count in
            if let input = FuzzInput(start, count) { FuzzHTTP.check(input) }
            return 0
        }
    }

    static func check(_ input: FuzzInput) {
        let role: HTTPMessageFramer.Role = input.variant & 1 == 0 ? .requests : .responses
        let method = input.variant & 2 == 0 ? "GET" : input.variant & 4 == 0 ? "HEAD" : "CONNECT"
        var whole = Conversation(role, method: method, input: input.bytes)
        var cut = Conversation(role, method: method, input: input.bytes)
        always(whole.read([input.bytes]) == cut.read(input.pieces), "how the bytes are cut makes no difference")
    }
}
