import Foundation

/// The images of ours in an engine, as far as it matters for the room that they take.
struct ImageShelf: Sendable, Equatable {
    struct Item: Sendable, Equatable {
        var reference: String
        /// With what it is built on.
        var bytes: Int
        /// The image that it is built on, if that is known.
        var base: String?
        var lastUse: Date
    }

    /// One that was used so short a time ago may belong to a trial that is just between two of its sandboxes.
    static let inUse: TimeInterval = 60 * 60

    var items: [Item]
    /// By name. A base counts once, and stays.
    var bases: [String: Int] = [:]

    /// Each image without its base, and each base once. Layers above the base that two images share count twice.
    var bytes: Int {
        let used = Set(items.compactMap(\.base))
        return items.map(own).reduce(0, +) + used.compactMap { bases[$0] }.reduce(0, +)
    }

    /// The images to remove so that the rest takes no more than `quota`: those that were not used for the longest time,
    /// and none that may be in use.
    func surplus(over quota: Int, now: Date = Date()) -> [Item] {
        var excess = bytes - quota
        return removable(now: now).prefix { item in
            defer { excess -= own(item) }
            return excess > 0
        }
    }

    /// The one used longest ago first.
    func removable(now: Date = Date()) -> [Item] {
        items.filter { now.timeIntervalSince($0.lastUse) > Self.inUse }.sorted { $0.lastUse < $1.lastUse }
    }

    private func own(_ item: Item) -> Int { max(0, item.bytes - (item.base.flatMap { bases[$0] } ?? 0)) }
}
