import FuzzSupport
import NIOCore
import OneShotWire

/// One direction of a WebSocket, read as the tee reads it.
private struct Reading: Equatable {
    var messages: [WebSocketMessage] = []
    var isRefused = false

    static let limit = 4096

    init(_ pieces: [ByteBuffer], input: ByteBuffer, isDeflated: Bool, noContextTakeover: Bool) {
        var parser = WebSocketFrameParser()
        var position = 0
        var open: (header: WebSocketFrameHeader, done: Int)?
        do {
            var assembler = try WebSocketMessageAssembler(
                isDeflated: isDeflated,
                noContextTakeover: noContextTakeover,
                limit: Self.limit
            )
            for piece in pieces {
                parser.append(piece)
                while let event = try parser.next() {
                    switch event {
                    case .header(let header, let raw):
                        always(open == nil, "a frame begins after the end of the last one")
                        always(input.getSlice(at: position, length: raw.readableBytes) == raw, "a header as it came")
                        position += raw.readableBytes
                        open = (header, 0)
                    case .payload(let raw, let data):
                        always(open != nil && raw.readableBytes > 0, "a payload belongs to a frame")
                        always(input.getSlice(at: position, length: raw.readableBytes) == raw, "a payload as it came")
                        always(data.readableBytes == raw.readableBytes, "a mask changes no length")
                        always(open?.header.mask != nil || data == raw, "no mask changes no byte")
                        position += raw.readableBytes
                        open?.done += raw.readableBytes
                    case .end(let header):
                        always(open?.header == header && open?.done == header.length, "a frame has its length")
                        open = nil
                    }
                    guard let message = try assembler.take(event) else { continue }
                    always(message.payload.readableBytes <= Self.limit, "the limit is kept")
                    always(!message.isTruncated || message.payload.readableBytes == Self.limit, "cut at the limit")
                    messages.append(message)
                }
                always(
                    parser.isBetweenFrames || open != nil || position < input.readableBytes,
                    "what is left is a part"
                )
            }
        } catch {
            isRefused = true
        }
    }
}

/// A message that is written is read again.
private func roundTrip(_ payload: ByteBuffer, _ variant: UInt8) {
    let mask: UInt32? = variant & 4 == 0 ? nil : 0xA1B2_C3D4
    let frame = WebSocketFrameHeader.frame(.binary, payload: payload, mask: mask)
    let reading = Reading([frame], input: frame, isDeflated: false, noContextTakeover: false)
    let kept = payload.getSlice(at: payload.readerIndex, length: min(Reading.limit, payload.readableBytes))
    always(reading.messages.map(\.payload) == [kept ?? ByteBuffer()], "a frame that is written is read again")
    guard let deflater = try? Deflater() else { return }
    let text = String(buffer: payload)
    let compressed = WebSocketFrameHeader.frame(
        .text,
        payload: deflater.message(text),
        isCompressed: true,
        mask: mask
    )
    let again = Reading([compressed], input: compressed, isDeflated: true, noContextTakeover: true)
    always(
        again.messages.map(\.payload) == [ByteBuffer(bytes: text.utf8.prefix(Reading.limit))],
        "a message that is compressed is read again"
    )
}

@main
enum FuzzWebSocket {
    static func main() {
        fuzz { start, count in
            if let input = FuzzInput(start, count) { FuzzWebSocket.check(input) }
            return 0
        }
    }

    static func check(_ input: FuzzInput) {
        let (isDeflated, noContextTakeover) = (input.variant & 1 != 0, input.variant & 2 != 0)
        func read(_ pieces: [ByteBuffer]) -> Reading {
            Reading(pieces, input: input.bytes, isDeflated: isDeflated, noContextTakeover: noContextTakeover)
        }
        always(read([input.bytes]) == read(input.pieces), "how the bytes are cut makes no difference")
        roundTrip(input.bytes, input.variant)
    }
}
