import NIOCore
import OneShotWire
import Testing

/// Numbers that come out the same in every run (Steele, Lea and Flood's SplitMix).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("HTTP framing: any message, cut anywhere", .timeLimit(.minutes(2)))
struct HTTPFramingPropertyTests {
    /// What a framer says, with neighbouring pieces of a body put together.
    struct Reading: Equatable {
        var heads: [HTTPHead] = []
        var framings: [HTTPBodyFraming] = []
        var bodies: [ByteBuffer] = []
        var trailers: [[HTTPField]] = []
        /// Everything in the order in which it arrived.
        var raw = ByteBuffer()
        var ends = 0
        var error: HTTPFramingError?
    }

    static func read(_ role: HTTPMessageFramer.Role, _ pieces: [ByteBuffer]) -> Reading {
        var framer = HTTPMessageFramer(role, limits: HTTPFramingErrorTests.limits)
        var reading = Reading()
        func take() throws(HTTPFramingError) {
            while let event = try framer.next() {
                switch event {
                case .head(let head, let framing):
                    reading.heads.append(head)
                    reading.framings.append(framing)
                    reading.bodies.append(ByteBuffer())
                    reading.raw.writeImmutableBuffer(head.bytes)
                case .body(let raw, let data):
                    reading.raw.writeImmutableBuffer(raw)
                    reading.bodies[reading.bodies.count - 1].writeImmutableBuffer(data)
                case .end:
                    reading.ends += 1
                    reading.trailers.append(framer.trailers)
                }
            }
        }
        do throws(HTTPFramingError) {
            for piece in pieces {
                framer.append(piece)
                try take()
            }
            try framer.finish()
            try take()
        } catch {
            reading.error = error
        }
        return reading
    }

    static func cut(_ bytes: ByteBuffer, _ generator: inout SeededGenerator) -> [ByteBuffer] {
        var rest = bytes
        var pieces: [ByteBuffer] = []
        let longest = [1, 3, 20, 200].randomElement(using: &generator) ?? 1
        while let piece = rest.readSlice(length: min(rest.readableBytes, .random(in: 1...longest, using: &generator))),
            piece.readableBytes > 0
        {
            pieces.append(piece)
        }
        return pieces
    }

    static func message(_ role: HTTPMessageFramer.Role, _ generator: inout SeededGenerator) -> (
        bytes: [UInt8], body: String
    ) {
        func word(_ alphabet: String, _ lengths: ClosedRange<Int>) -> String {
            let length = Int.random(in: lengths, using: &generator)
            return String((0..<length).compactMap { _ in alphabet.randomElement(using: &generator) })
        }
        let methods = ["GET", "POST", "PUT", "M-SEARCH"]
        let statuses = ["200 OK", "404 Not Found", "500", "201 "]
        var lines =
            role == .requests
            ? ["\(methods.randomElement(using: &generator) ?? "GET") /\(word("ab/?%=\u{E4}", 0...20)) HTTP/1.1"]
            : ["HTTP/1.1 \(statuses.randomElement(using: &generator) ?? "200")"]
        for _ in 0..<Int.random(in: 0...8, using: &generator) {
            lines.append("\(word("aX-_!9", 1...12)):\(word(" \t", 0...2))\(word("abc:,;\"\u{E4} ", 0...30))")
        }
        let body = word("hello \r\n\u{1F600}", 0...80)
        if Bool.random(using: &generator) {
            lines.append("Content-Length: \(body.utf8.count)")
            return (Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8), body)
        }
        lines.append("transfer-Encoding:\tChunked ")
        var bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        var rest = Array(body.utf8)[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(.random(in: 1...rest.count, using: &generator))
            rest = rest.dropFirst(chunk.count)
            let size = String(chunk.count, radix: 16, uppercase: .random(using: &generator))
            bytes += Array("\(size)\(word(" ", 0...1))\r\n".utf8) + chunk + Array("\r\n".utf8)
        }
        bytes += Array("0;\(word("a=\"", 0...5))\r\n".utf8)
        for _ in 0..<Int.random(in: 0...2, using: &generator) { bytes += Array("T: \(word("ab", 0...5))\r\n".utf8) }
        return (bytes + Array("\r\n".utf8), body)
    }

    @Test("well-formed messages come out as they went in", arguments: [HTTPMessageFramer.Role.requests, .responses])
    func wellFormed(role: HTTPMessageFramer.Role) {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<300 {
            let messages = (0..<Int.random(in: 1...4, using: &generator)).map { _ in Self.message(role, &generator) }
            let bytes = ByteBuffer(bytes: messages.flatMap(\.bytes))
            let reading = Self.read(role, Self.cut(bytes, &generator))
            #expect(reading.error == nil)
            #expect(reading.raw == bytes)
            #expect(reading.bodies.map { String(buffer: $0) } == messages.map(\.body))
            #expect(reading.ends == messages.count)
            #expect(reading == Self.read(role, [bytes]))
        }
    }

    @Test("damaged messages are read, or refused, alike", arguments: [HTTPMessageFramer.Role.requests, .responses])
    func damaged(role: HTTPMessageFramer.Role) {
        var generator = SeededGenerator(seed: 2)
        let bytes: [UInt8] = Array("\r\n\0 \t:;,0159afX\u{7F}\u{E4}".utf8)
        for _ in 0..<1500 {
            var text = Self.message(role, &generator).bytes + Self.message(role, &generator).bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: text.indices, using: &generator)
                let byte = bytes.randomElement(using: &generator) ?? 0
                switch Int.random(in: 0...3, using: &generator) {
                case 0: text[index] = byte
                case 1: text.insert(byte, at: index)
                case 2: text.remove(at: index)
                default: text.removeSubrange(index...)
                }
                if text.isEmpty { text = [byte] }
            }
            let whole = Self.read(role, [ByteBuffer(bytes: text)])
            #expect(Self.read(role, Self.cut(ByteBuffer(bytes: text), &generator)) == whole)
        }
    }
}
