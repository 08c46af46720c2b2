import OneShotCore
import OneShotWire

/// An answer, fed with the bytes of its body as they come: server-sent events, one JSON document, or an array of them.
/// How the bytes are cut into pieces makes no difference.
struct AnswerStream<Decoder: AnswerDecoder>: Sendable {
    private enum Body: Sendable {
        case unknown
        case events(ServerSentEventParser)
        case elements(JSONElements)
        case document
    }

    private var body = Body.unknown
    /// What came before the form was known, all of a document, and of anything else the first bytes.
    private var bytes: [UInt8] = []
    private var hasEvents = false
    private(set) var decoder: Decoder

    /// A text that is nothing that we know is cut to this many bytes.
    private static var longestText: Int { 400 }

    init(_ decoder: Decoder) { self.decoder = decoder }

    /// Takes in an answer that came in one piece and has been parsed.
    mutating func take(document: JSON) { decoder.take(whole: document) }

    mutating func feed(_ text: String) {
        var text = text
        text.withUTF8 { feed($0) }
    }

    mutating func feed(_ piece: UnsafeBufferPointer<UInt8>) {
        guard case .unknown = body else { return feedKnown(piece) }
        bytes.append(contentsOf: piece)
        guard let first = bytes.first(where: { !Self.isBlank($0) }) else { return }
        switch first {
        case UInt8(ascii: "{"): body = .document
        case UInt8(ascii: "["): body = .elements(JSONElements())
        default: body = .events(ServerSentEventParser())
        }
        if case .document = body { return }
        let opening = bytes
        bytes.removeAll()
        opening.withUnsafeBufferPointer { feedKnown($0) }
    }

    private mutating func feedKnown(_ piece: UnsafeBufferPointer<UInt8>) {
        switch body {
        case .unknown: return
        case .document: bytes.append(contentsOf: piece)
        case .elements(var elements):
            body = .unknown
            elements.feed(piece) { take($0, named: nil) }
            body = .elements(elements)
        case .events(var parser):
            if !hasEvents, bytes.count < Self.longestText {
                bytes.append(contentsOf: piece.prefix(Self.longestText - bytes.count))
            }
            // Let go of the other reference, so that the parser's buffers grow in place.
            body = .unknown
            parser.feed(piece) { take($1, named: $0) }
            body = .events(parser)
        }
    }

    private mutating func take(_ data: UnsafeBufferPointer<UInt8>, named name: UnsafeBufferPointer<UInt8>?) {
        hasEvents = true
        if decoder.addDelta(data) { return }
        if data.elementsEqual("[DONE]".utf8) { return decoder.end() }
        // What is cut is no JSON.
        guard let event = try? JSON(parsing: data) else { return }
        guard event["type"] == nil, let name, !name.isEmpty, case .object(let members) = event else {
            return decoder.add(event)
        }
        decoder.add(.object([.init("type", .string(String(decoding: name, as: UTF8.self)))] + members))
    }

    /// The answer, were its body to end here.
    var answer: ModelCall.Answer { ended.answer }

    /// The decoder, were the body to end here.
    var ended: Decoder {
        var copy = self
        switch body {
        case .unknown, .elements: break
        case .document:
            guard let document = try? JSON(parsing: bytes) else { break }
            copy.decoder.take(whole: document)
        case .events:
            // A last event that lacks only its empty line is whole.
            copy.feed("\n\n")
        }
        return copy.decoder
    }

    /// The beginning of a body that is neither JSON nor a stream of events.
    var strangeText: String? {
        switch body {
        case .events where !hasEvents: String(decoding: bytes, as: UTF8.self)
        case .document where (try? JSON(parsing: bytes)) == nil:
            String(decoding: bytes.prefix(Self.longestText), as: UTF8.self)
        default: nil
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        // The last three are a byte order mark.
        [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains(byte)
    }
}
