import Foundation
import NIOCore
import OneShotStore
import OneShotWire

/// From the bytes of one body, as they come, to what the database stores of it: content coding undone, secrets taken
/// out, text told from binary, cut into segments. What it keeps does not depend on how long the body is.
struct BodyEncoder {
    /// What the body is, as far as the message's head tells.
    struct Kind {
        var codings: [String] = []
        var isDeclaredText = false
        /// A response: JSON is stored as it is, other text as `{"_raw": …}`.
        var mayBeRaw = false
        /// Elements of an array, rendered already.
        var isArray = false

        init(request head: HTTPHead?) { self.init(head) }

        init(response head: HTTPHead?) {
            self.init(head)
            mayBeRaw = true
        }

        private init(_ head: HTTPHead?) {
            codings = (head?.tokens("content-encoding") ?? []).filter { $0 != "identity" }
            let type = head?.first("content-type")?.lowercased() ?? ""
            isDeclaredText = type.hasPrefix("text/") || type.containsBytes("json") || type.containsBytes("xml")
        }

        private init() {}

        static var messages: Kind {
            var kind = Kind()
            kind.isDeclaredText = true
            kind.isArray = true
            return kind
        }
    }

    private let kind: Kind
    private var decoder: ContentDecoder?
    /// What came before the decoder gave its first byte: were it not in that coding at all, this is the body.
    private var undecoded = ByteBuffer()
    private var hasDecoded = false
    private var filter: SecretFilter
    private var validator: TextValidator
    private var json: JSONValidator?
    private var base64: Base64Stream?
    private var cutter = SegmentCutter()
    private var segments: [Data] = []
    private var reencoded: Int?
    /// Bytes in segments that earlier changes carried, and the last two of these bytes.
    private var handedOver = 0
    private var lastHandedOver = Data()
    /// What the store makes of those of them that turned out not to be text.
    private var reencodedDigits = 0
    private var room: Int
    private var hasChanged = false
    /// The body is longer than what is kept.
    private(set) var isTruncated = false
    /// Why the content coding could not be undone.
    private(set) var trouble: String?

    private static let undecodedLimit = 64 << 10
    /// The decoder is fed in small pieces: what a bomb makes of one piece is in memory at once.
    private static let decoderPiece = 1 << 10

    /// - Parameter limit: the most bytes to keep.
    init(_ kind: Kind, secrets: [String], limit: Int) {
        self.kind = kind
        filter = SecretFilter(secrets)
        validator = TextValidator(isLenient: kind.isDeclaredText)
        json = kind.mayBeRaw ? JSONValidator() : nil
        room = limit
        guard !kind.codings.isEmpty else { return }
        do {
            decoder = try ContentDecoder(codings: kind.codings, limit: limit)
        } catch {
            trouble = "\(error)"
            // Coded bytes are not the text that the head declares.
            validator = TextValidator(isLenient: false)
        }
    }

    mutating func add(secrets: [String]) { filter.add(secrets) }

    mutating func append(_ piece: ByteBuffer) {
        guard piece.readableBytes > 0 else { return }
        hasChanged = true
        guard decoder != nil else {
            if trouble == nil || !hasDecoded { store(filter.take(piece)) }
            return
        }
        var input = piece
        while let some = input.readSlice(length: min(Self.decoderPiece, input.readableBytes)), some.readableBytes > 0 {
            decode(some, rest: input)
            if decoder == nil { return }
        }
    }

    private mutating func decode(_ piece: ByteBuffer, rest: ByteBuffer) {
        guard let decoder else { return }
        var output = ByteBuffer()
        var failure: ContentDecodingError?
        do {
            try decoder.feed(piece, into: &output)
        } catch {
            failure = error
        }
        if output.readableBytes > 0 {
            hasDecoded = true
            undecoded = ByteBuffer()
            store(filter.take(output))
        } else if !hasDecoded, undecoded.readableBytes <= Self.undecodedLimit {
            undecoded.writeImmutableBuffer(piece)
        }
        guard let failure else { return }
        self.decoder = nil
        if case .tooLong = failure {
            isTruncated = true
            hasDecoded = true
        }
        trouble = "\(failure)"
        if !hasDecoded, undecoded.readableBytes <= Self.undecodedLimit {
            // It is not in this coding: kept as it came.
            validator = TextValidator(isLenient: false)
            store(filter.take(undecoded))
            store(filter.take(rest))
        } else {
            hasDecoded = true
        }
        undecoded = ByteBuffer()
    }

    /// Bytes of the body proper, without coding and secrets.
    private mutating func store(_ bytes: ByteBuffer) {
        guard bytes.readableBytes > 0 else { return }
        var bytes = bytes
        if bytes.readableBytes > room {
            isTruncated = true
            bytes = bytes.readSlice(length: room) ?? ByteBuffer()
        }
        room -= bytes.readableBytes
        if base64 != nil {
            cut(base64: Data(bytes.readableBytesView))
            return
        }
        let isText = bytes.withUnsafeReadableBytes { validator.take($0) }
        guard isText else {
            becomeBase64(Data(bytes.readableBytesView))
            return
        }
        if json != nil { bytes.withUnsafeReadableBytes { json?.take($0) } }
        bytes.withUnsafeReadableBytes { cut($0) }
    }

    private mutating func cut(_ bytes: UnsafeRawBufferPointer) {
        var made: [Data] = []
        cutter.append(bytes) { made.append($0) }
        segments += made
    }

    private mutating func cut(base64 bytes: Data) {
        guard let digits = base64?.append(bytes), !digits.isEmpty else { return }
        digits.withUnsafeBytes { cut($0) }
    }

    /// What was taken for text is none. The store does the same with what it has already.
    private mutating func becomeBase64(_ more: Data) {
        let carried = handedOver % 3
        if handedOver > 0 {
            reencoded = handedOver - carried
            reencodedDigits = (handedOver - carried) / 3 * 4
        }
        var pending = Data(lastHandedOver.suffix(carried))
        for segment in segments { pending.append(segment) }
        pending.append(cutter.tail)
        pending.append(more)
        segments = []
        cutter = SegmentCutter(inline: handedOver == 0)
        base64 = Base64Stream()
        json = nil
        cut(base64: pending)
    }

    /// What has come since the last time, for the store; nil when that is nothing.
    ///
    /// - Parameters:
    ///   - isFinal: nothing follows.
    ///   - isWhole: and nothing is missing.
    mutating func change(isFinal: Bool, isWhole: Bool) -> BodyChange? {
        if isFinal { finish(isWhole: isWhole) }
        guard hasChanged else { return nil }
        hasChanged = false
        var tail = cutter.tail
        if let base64 { tail.append(base64.ending) }
        let size = reencodedDigits + cutter.cutBytes + tail.count
        if isFinal, !kind.mayBeRaw, cutter.hasSegments, tail.count >= 128 {
            // The end of a request is sent again with the next one.
            segments.append(tail)
            tail = Data()
        }
        let form: BodyChange.Form =
            base64 != nil ? .base64 : kind.isArray ? .array : !kind.mayBeRaw || json?.isComplete == true ? .text : .raw
        var change = BodyChange(form: form, segments: segments, tail: tail, size: size)
        change.reencoded = reencoded
        for segment in segments {
            handedOver += segment.count
            lastHandedOver = Data((lastHandedOver + segment.suffix(2)).suffix(2))
        }
        segments = []
        reencoded = nil
        return change
    }

    private mutating func finish(isWhole: Bool) {
        if let decoder {
            let end = try? decoder.finish()
            if end != .whole, isWhole { trouble = "the body ends inside its content coding" }
            if end != .whole, !hasDecoded, undecoded.readableBytes > 0 {
                validator = TextValidator(isLenient: false)
                store(filter.take(undecoded))
                undecoded = ByteBuffer()
            }
            self.decoder = nil
        }
        let rest = filter.finish()
        if rest.readableBytes > 0 {
            hasChanged = true
            store(rest)
        }
        if isWhole, !isTruncated, base64 == nil, !validator.isBetweenCharacters {
            hasChanged = true
            becomeBase64(Data())
        }
        // Only now it is known whether it is JSON.
        if json != nil, cutter.cutBytes + cutter.tailCount > 0 { hasChanged = true }
    }
}
