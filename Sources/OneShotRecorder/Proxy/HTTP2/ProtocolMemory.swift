import NIOConcurrencyHelpers
import NIOCore

/// Which version of HTTP origins have chosen, so that a later client can be offered the same without waiting.
final class ProtocolMemory: Sendable {
    enum Version: Sendable { case http1, http2 }

    private struct Entry {
        var version: Version
        var until: NIODeadline
    }

    private let entries = NIOLockedValueBox<[Origin: Entry]>([:])
    private static let capacity = 1000
    private static let lifetime = TimeAmount.minutes(30)

    func known(of origin: Origin, now: NIODeadline = .now()) -> Version? {
        entries.withLockedValue { entries in
            guard let entry = entries[origin], entry.until > now else { return nil }
            return entry.version
        }
    }

    func note(_ version: Version, of origin: Origin, now: NIODeadline = .now()) {
        entries.withLockedValue { entries in
            if entries.count >= Self.capacity, entries[origin] == nil { entries = [:] }
            entries[origin] = Entry(version: version, until: now + Self.lifetime)
        }
    }
}
