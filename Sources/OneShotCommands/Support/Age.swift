import ArgumentParser
import OneShotCore

/// A length of time as a person writes it: `30d`, `12h`, `90m`, `2w`.
struct Age: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        let seconds: [Character: Int64] = ["m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let unit = argument.last.flatMap({ seconds[$0] }), let count = Int64(argument.dropLast()),
            (0...1_000_000).contains(count)
        else { return nil }
        duration = .seconds(count * unit)
    }

    /// The point in time so long ago (RFC 3339).
    var timestamp: String {
        Timestamp.iso(milliseconds: Timestamp.milliseconds() - duration.components.seconds * 1000)
    }
}
