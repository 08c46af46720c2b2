import Foundation
import OneShotStore

/// Changes that the database has not taken yet, in their order: first what earlier recorders left in spools, then this
/// recorder's spool, then what waits in memory because the spool could not be written. Used by the writing task only.
struct Backlog {
    struct Counts: Sendable, Equatable {
        var spooled = 0
        var held = 0
    }

    /// What to store next.
    struct Step {
        var changes: [ExchangeChange]
        /// Nil for changes that were held in memory.
        var position: SpoolPosition?
        fileprivate var spool: Spool?
    }

    let database: URL
    var leftovers: [Spool] = []
    private var spool: Spool?
    private var held: [ExchangeChange] = []
    private var heldWeight = 0
    /// In memory, in bytes.
    private let limit: Int
    /// On disk, in bytes: the rest of the disk is not ours to fill.
    private static let spoolLimit: Int64 = 8 << 30
    private static let stepWeight = 1 << 20

    init(database: URL, limit: Int) {
        self.database = database
        self.limit = limit
    }

    var isEmpty: Bool { leftovers.isEmpty && spool == nil && held.isEmpty }
    var holdsInMemory: Bool { !held.isEmpty }

    var counts: Counts {
        Counts(spooled: leftovers.reduce(spool?.count ?? 0) { $0 + $1.count }, held: held.count)
    }

    /// Takes changes in: to the spool, or into memory where that fails.
    ///
    /// - Returns: the tokens of the exchanges whose bodies, or which themselves, had to be let go.
    mutating func append(_ changes: [ExchangeChange]) -> [Int64] {
        if (try? intoSpool(held + changes)) != nil {
            held = []
            heldWeight = 0
            return []
        }
        var lost: [Int64] = []
        for var change in changes {
            if heldWeight + change.weight > limit {
                let hasBodies = change.request != nil || change.response != nil
                change.request = nil
                change.response = nil
                let isCounted = Self.isMarked(change.exchange.metaJSON)
                if hasBodies { change.exchange.metaJSON = Self.marked(change.exchange.metaJSON) }
                // The rows alone are small, but not nothing.
                let hasRoom = heldWeight + change.weight <= limit + limit / 4
                if !isCounted, hasBodies || !hasRoom { lost.append(change.token) }
                guard hasRoom else { continue }
            }
            held.append(change)
            heldWeight += change.weight
        }
        return lost
    }

    /// It was counted as lost when this was written.
    private static func isMarked(_ meta: String) -> Bool { meta.containsBytes("\"bodies_lost\"") }

    private static func marked(_ meta: String) -> String {
        isMarked(meta) ? meta : meta.dropLast() + ",\"bodies_lost\":true}"
    }

    private mutating func intoSpool(_ changes: [ExchangeChange]) throws {
        let spool = try spool ?? Spool.create(beside: database)
        self.spool = spool
        guard spool.remainingBytes < Self.spoolLimit else { throw CocoaError(.fileWriteOutOfSpace) }
        try spool.append(changes)
    }

    /// What to store next, about 1 MiB; nil when nothing is left.
    mutating func next() -> Step? {
        while let leftover = leftovers.first {
            if let (changes, position) = leftover.next(limit: Self.stepWeight) {
                return Step(changes: changes, position: position, spool: leftover)
            }
            return nil
        }
        if let spool, let (changes, position) = spool.next(limit: Self.stepWeight) {
            return Step(changes: changes, position: position, spool: spool)
        }
        guard spool == nil, !held.isEmpty else { return nil }
        var weight = 0
        let some = held.prefix { change in
            defer { weight += change.weight }
            return weight < Self.stepWeight
        }
        return Step(changes: Array(some), position: nil, spool: nil)
    }

    /// The step has been stored, or can never be.
    mutating func didStore(_ step: Step) {
        if let spool = step.spool, let position = step.position {
            spool.advance(to: position, count: step.changes.count)
        } else {
            held.removeFirst(step.changes.count)
            heldWeight = held.reduce(0) { $0 + $1.weight }
        }
    }

    /// Removes the first spool, which has nothing left.
    ///
    /// - Returns: its name; nil when there is none.
    mutating func removeDrained() -> String? {
        if !leftovers.isEmpty {
            let drained = leftovers.removeFirst()
            drained.remove()
            return drained.name
        }
        guard let drained = spool else { return nil }
        spool = nil
        drained.remove()
        return drained.name
    }

    /// Lets go of what is only in memory.
    mutating func dropHeld() -> Int {
        defer {
            held = []
            heldWeight = 0
        }
        return Set(held.map(\.token)).count
    }
}
