/// How much of the bodies a reader takes at once, in bytes as they are stored.
public struct BodyLimits: Sendable {
    /// A longer body is not read: its exchange comes without it.
    public var longest: Int
    /// The same while the exchange is in flight, and is read again and again as it grows.
    public var longestInFlight: Int
    /// A page ends early once its bodies come to this.
    public var page: Int

    public init(longest: Int, longestInFlight: Int, page: Int) {
        self.longest = longest
        self.longestInFlight = longestInFlight
        self.page = page
    }

    public static var none: BodyLimits { BodyLimits(longest: .max, longestInFlight: .max, page: .max) }

    /// For who wants the rows alone.
    public static var withoutBodies: BodyLimits { BodyLimits(longest: -1, longestInFlight: -1, page: .max) }

    /// For who follows the calls of models: providers refuse longer requests, and no answer comes near.
    public static var modelCalls: BodyLimits {
        BodyLimits(longest: 50 << 20, longestInFlight: 4 << 20, page: 4 << 20)
    }
}
