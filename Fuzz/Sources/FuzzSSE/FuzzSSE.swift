import FuzzSupport
import NIOCore
import OneShotWire

/// A stream in one of the content codings, as the tee reads it.
private struct Decoded {
    var bytes = ByteBuffer()
    var end: ContentDecoder.End?
    var error: ContentDecodingError?

    init(_ pieces: [ByteBuffer], codings: [String]) {
        do throws(ContentDecodingError) {
            let decoder = try ContentDecoder(codings: codings, limit: Self.limit)
            for piece in pieces { try decoder.feed(piece, into: &bytes) }
            end = try decoder.finish()
        } catch {
            self.error = error
        }
        always(bytes.readableBytes <= Self.limit, "the limit is kept")
    }

    static let limit = 256 << 10
}

private func events(_ pieces: [ByteBuffer]) -> ([ServerSentEvent], Int?) {
    var parser = ServerSentEventParser()
    return (pieces.flatMap { parser.feed($0.readableBytesView) }, parser.reconnectionTimeMs)
}

/// The rules of the WHATWG in the simplest way, for streams that are there as a whole.
private func reference(_ bytes: ByteBuffer) -> [ServerSentEvent] {
    var text = Array(bytes.readableBytesView)
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
    var lines: [[UInt8]] = [[]]
    var index = 0
    while index < text.count {
        if text[index] == 0x0D || text[index] == 0x0A {
            if text[index] == 0x0D, index + 1 < text.count, text[index + 1] == 0x0A { index += 1 }
            lines.append([])
        } else {
            lines[lines.count - 1].append(text[index])
        }
        index += 1
    }
    var events: [ServerSentEvent] = []
    var (data, type, id): ([[UInt8]], String, String) = ([], "", "")
    for line in lines.dropLast() {
        if line.isEmpty {
            let all = Array(data.joined(separator: [0x0A]))
            if !data.isEmpty {
                let name = type.isEmpty ? "message" : type
                events.append(ServerSentEvent(type: name, data: String(decoding: all, as: UTF8.self), id: id))
            }
            (data, type) = ([], "")
            continue
        }
        let parts = line.split(separator: 0x3A, maxSplits: 1, omittingEmptySubsequences: false)
        var value = parts.count == 2 ? Array(parts[1]) : []
        if value.first == 0x20 { value.removeFirst() }
        switch String(decoding: parts[0], as: UTF8.self) {
        case "data": data.append(value)
        case "event": type = String(decoding: value, as: UTF8.self)
        case "id" where !value.contains(0): id = String(decoding: value, as: UTF8.self)
        default: break
        }
    }
    return events
}

@main
enum FuzzSSE {
    static func main() {
        fuzz { start, count in
            if let input = FuzzInput(start, count) { FuzzSSE.check(input) }
            return 0
        }
    }

    static func check(_ input: FuzzInput) {
        let codings = [
            [], ["gzip"], ["deflate"], ["br"], ["zstd"], ["gzip", "br"], ["zstd", "gzip"], ["deflate", "deflate"],
        ]
        let chosen = codings[Int(input.variant & 7)]
        let whole = Decoded([input.bytes], codings: chosen)
        let cut = Decoded(input.pieces, codings: chosen)
        always((whole.error == nil) == (cut.error == nil), "a body is read or refused, however it is cut")
        let common = min(whole.bytes.readableBytes, cut.bytes.readableBytes)
        always(whole.bytes.readableBytesView.prefix(common) == cut.bytes.readableBytesView.prefix(common), "same bytes")
        if whole.error == nil {
            always(whole.end == cut.end && whole.bytes == cut.bytes, "how a body is cut makes no difference")
            always(!chosen.isEmpty || whole.bytes == input.bytes, "no coding changes no byte")
        }
        let stream = whole.bytes.getSlice(at: whole.bytes.readerIndex, length: min(common, 16 << 10)) ?? ByteBuffer()
        var rest = stream
        var pieces: [ByteBuffer] = []
        while let piece = rest.readSlice(length: min(rest.readableBytes, 1 + pieces.count % 5)), piece.readableBytes > 0
        {
            pieces.append(piece)
        }
        let (all, retry) = events([stream])
        let (same, sameRetry) = events(pieces)
        always(all == same && retry == sameRetry, "how a stream is cut makes no difference")
        always(all == reference(stream), "events are those of the rules")
    }
}
