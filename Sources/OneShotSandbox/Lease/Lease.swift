import Foundation
import OneShotProcess

/// How long a sandbox may stand: as long as its owner runs, and a day at most. It travels with containers as a label,
/// and with local sandboxes as a file, so that whoever comes next can clear away what was orphaned.
struct Lease: Sendable, Equatable, Codable {
    static let longest: TimeInterval = 24 * 60 * 60

    /// The boot and the process-id namespace that the owner's number belongs to: elsewhere it is another process.
    var place: String
    var owner: ProcessIdentity?
    /// Seconds since 1970.
    var expires: Int

    /// A lease of this process.
    init(now: Date = Date()) {
        place = Self.here
        owner = .current
        expires = Int(now.timeIntervalSince1970 + Self.longest)
    }

    /// - Returns: nil when the text is not ``text``.
    init?(_ text: String) {
        guard let lease = try? JSONDecoder().decode(Lease.self, from: Data(text.utf8)) else { return nil }
        self = lease
    }

    /// One line.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and an integer always have a JSON form.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Whether nobody stands behind the sandbox any more. The owner of another place is taken to run: only time ends
    /// such a lease.
    func isOver(now: Date = Date()) -> Bool {
        if Int(now.timeIntervalSince1970) > expires { return true }
        guard place == Self.here, let owner else { return false }
        return !owner.isRunning
    }

    static var here: String {
        #if os(Linux)
            let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
            let namespace = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
            return "\(boot.prefix(8))/\(namespace.filter(\.isNumber))"
        #else
            return "here"
        #endif
    }
}
