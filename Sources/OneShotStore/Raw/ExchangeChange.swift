public import Foundation
public import OneShotCore

/// What is new of an exchange since the last time it was stored. Of the bodies only what was added is in it.
public struct ExchangeChange: Sendable, Equatable {
    /// Tells the exchange from all others until it has an id: unique in this database while it is in flight.
    public var token: Int64
    /// The columns. The bodies in it are ignored, and its id is nil where it is not known yet.
    public var exchange: Exchange
    public var request: BodyChange?
    public var response: BodyChange?
    /// Credentials that the exchange carried, for the table `secrets`.
    public var secrets: [SecretFingerprint]

    public init(
        token: Int64,
        exchange: Exchange,
        request: BodyChange? = nil,
        response: BodyChange? = nil,
        secrets: [SecretFingerprint] = []
    ) {
        self.token = token
        self.exchange = exchange
        self.request = request
        self.response = response
        self.secrets = secrets
    }

    /// How much memory it holds, about.
    public var weight: Int { 2048 + exchange.metaJSON.utf8.count + (request?.weight ?? 0) + (response?.weight ?? 0) }
}

/// What was added to a body.
///
/// A stored body is a list of segments, which other bodies share, and a tail that is its own. A tail is replaced by
/// each change, so that a body that is still growing can be read up to its last byte.
public struct BodyChange: Sendable, Equatable {
    /// How the column of the view `traces` is made of the stored bytes.
    public enum Form: Int, Sendable {
        /// As they are.
        case text = 0
        /// `{"_raw": "…"}`, escaped by the view.
        case raw = 1
        /// The bytes are in base64; `{"_base64": "…"}`.
        case base64 = 2
        /// Elements with commas between them; the view adds the brackets.
        case array = 3
    }

    public var form: Form
    /// What is stored already is forgotten.
    public var replaces = false
    /// The body turned out not to be text: so many of the bytes that are stored already become base64, and the others,
    /// at most two, are part of what follows here. A multiple of three.
    public var reencoded: Int?
    /// Whole segments that follow those that are stored.
    public var segments: [Data]
    /// What follows the last segment.
    public var tail: Data
    /// Of everything stored of this body, in bytes.
    public var size: Int

    public init(form: Form, segments: [Data] = [], tail: Data = Data(), size: Int) {
        self.form = form
        self.segments = segments
        self.tail = tail
        self.size = size
    }

    var weight: Int { tail.count + segments.reduce(0) { $0 + $1.count + 64 } }

    /// A body that is known from its first byte to its last.
    static func whole(_ text: Data) -> BodyChange {
        var cutter = SegmentCutter()
        var segments: [Data] = []
        text.withUnsafeBytes { cutter.append($0) { segments.append($0) } }
        if cutter.hasSegments { cutter.finish { segments.append($0) } }
        var change = BodyChange(form: .text, segments: segments, tail: cutter.tail, size: text.count)
        change.replaces = true
        return change
    }
}
