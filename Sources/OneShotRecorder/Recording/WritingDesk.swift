import Foundation
import Logging
import OneShotCore
import OneShotStore

/// The writing task: what it keeps of the exchanges in flight, and how it gets them into the database.
struct WritingDesk {
    private let writer: ExchangeWriter
    private var encoders: [Int: ExchangeEncoder] = [:]
    /// Of exchanges in flight that are in the database.
    private var ids: [Int64: Int64] = [:]
    private var backlog: Backlog
    private var key: FingerprintKey?
    /// Credentials that are in the database.
    private var known: Set<SecretFields.Credential> = []
    /// The database is open, and what earlier recorders left beside it has been found.
    private var store: RawStore?
    /// What an earlier recorder left in flight has been marked.
    private var isOpen = false
    private var nextAttempt = ContinuousClock.now
    private var delay = Self.firstDelay
    /// Tells the exchanges of this recorder from those of others.
    private let nonce = Int64.random(in: 0..<(1 << 30)) << 32

    /// How long changes are gathered before they are written together.
    private static let gathering = Duration.milliseconds(40)
    /// How long a write waits for another process's lock before the changes go to the spool.
    private static let lockPatience = Duration.milliseconds(50)
    private static let firstDelay = Duration.milliseconds(50)
    private static let lastDelay = Duration.seconds(1)
    /// How long the end of the recorder waits for a database that refuses: what is in memory would be lost, what is in
    /// the spool comes into the database at the next start.
    private static let patience = Duration.seconds(10)
    /// More than this waiting means that the database is too slow: the spool is faster.
    private static let pendingLimit = 8 << 20

    init(_ writer: ExchangeWriter) {
        self.writer = writer
        backlog = Backlog(database: writer.database, limit: writer.weightLimit)
    }

    mutating func run() async {
        await begin()
        writer.markStarted()
        var finishedAt: ContinuousClock.Instant?
        while true {
            await catchUp()
            if isUpToDate {
                await writer.waitForWork()
                if !writer.isFinished { try? await Task.sleep(for: Self.gathering) }
            } else if nextAttempt > .now, writer.pendingWeight < Self.pendingLimit {
                try? await Task.sleep(for: Self.gathering)
            }
            let batch = writer.takeBatch()
            if !batch.isEmpty { await write(batch) }
            guard writer.isFinished, batch.isEmpty else { continue }
            if isUpToDate { return }
            let since = finishedAt ?? .now
            finishedAt = since
            let waited = since.duration(to: .now)
            if waited > Self.patience || (waited > .seconds(1) && !backlog.holdsInMemory) {
                writer.note(lost: backlog.dropHeld())
                return
            }
        }
    }

    private var isUpToDate: Bool { isOpen && backlog.isEmpty }

    /// What earlier recorders left is stored before this one takes anything, unless the database refuses.
    private mutating func begin() async {
        do {
            key = try FingerprintKey.loadOrCreate(at: writer.fingerprintKey)
        } catch {
            writer.logger.error("credentials leave no fingerprint: \(error)")
        }
        repeat { await catchUp() } while !isOpen && writer.trouble == nil
    }

    private mutating func openStore() async throws -> RawStore {
        if let store { return store }
        let opened = try writer.openedStore(patience: Self.lockPatience)
        backlog.leftovers = try await Spool.leftovers(beside: writer.database, store: opened)
        if !backlog.leftovers.isEmpty {
            writer.logger.notice("an earlier recorder left changes in its spool: storing them")
        }
        try opened.setPatience(Self.lockPatience)
        store = opened
        return opened
    }
}

// MARK: - Into the database

extension WritingDesk {
    private mutating func write(_ batch: [ExchangeDraft]) async {
        let changes = batch.map { encode($0) }
        if isUpToDate, let store, writer.pendingWeight < Self.pendingLimit {
            do {
                note(try await store.record(changes), of: changes)
                return
            } catch RecordingError.impossible {
                await writeOneByOne(changes)
                return
            } catch {
                failed(error)
            }
        }
        let lost = backlog.append(changes.map(identified))
        for token in lost { encoders[Int(token - nonce)]?.loseBodies() }
        writer.note(lost: Set(lost).count)
        writer.note(backlog.counts)
    }

    /// Gets one step of what has piled up into the database.
    private mutating func catchUp() async {
        guard !isUpToDate, nextAttempt <= .now else { return }
        do {
            let store = try await openStore()
            if !isOpen, backlog.leftovers.isEmpty {
                // Before anything of this recorder is stored, and after everything of earlier ones.
                let abandoned = try await store.closeAbandoned()
                if abandoned > 0 {
                    writer.logger.notice("an earlier recorder left \(abandoned) exchanges in flight: marked as cut")
                }
                isOpen = true
            } else if let step = backlog.next() {
                let changes = step.changes.map(identified)
                do {
                    note(try await store.record(changes, from: step.position), of: changes)
                } catch RecordingError.impossible {
                    await writeOneByOne(changes)
                }
                backlog.didStore(step)
            } else if let name = backlog.removeDrained() {
                try await store.forgetSpool(name)
            }
            succeeded()
        } catch {
            failed(error)
        }
        writer.note(backlog.counts)
    }

    /// One of the changes can never be stored; the others can.
    private mutating func writeOneByOne(_ changes: [ExchangeChange]) async {
        for change in changes {
            do {
                note(try await openStore().record([identified(change)]), of: [change])
            } catch RecordingError.impossible(let reason) {
                writer.logger.error("an exchange with \(change.exchange.url) cannot be stored: \(reason)")
                writer.note(lost: 1)
            } catch {
                failed(error)
                writer.note(lost: Set(backlog.append([identified(change)])).count)
            }
        }
    }

    private mutating func note(_ stored: [Int64], of changes: [ExchangeChange]) {
        for (change, id) in zip(changes, stored) {
            ids[change.token] = change.exchange.state == .inFlight ? id : nil
        }
        succeeded()
    }

    private func identified(_ change: ExchangeChange) -> ExchangeChange {
        var change = change
        change.exchange.id = change.exchange.id ?? ids[change.token]
        return change
    }

    private mutating func succeeded() {
        delay = Self.firstDelay
        writer.note(trouble: nil)
    }

    private mutating func failed(_ error: any Error) {
        writer.note(trouble: error)
        nextAttempt = .now + delay
        delay = min(delay * 2, Self.lastDelay)
    }
}

// MARK: - From drafts to changes

extension WritingDesk {
    private mutating func encode(_ draft: ExchangeDraft) -> ExchangeChange {
        var encoder = encoders.removeValue(forKey: draft.key) ?? ExchangeEncoder()
        let token = nonce + Int64(draft.key)
        let hadBodies = !encoder.hasLostBodies && !draft.hasLostBodies
        var (change, credentials) = encoder.encode(draft, token: token)
        if hadBodies, encoder.hasLostBodies { writer.note(lost: 1) }
        if !draft.isFinal { encoders[draft.key] = encoder }
        change.exchange.id = ids[token]
        for credential in credentials where !known.contains(credential) {
            guard let key else { break }
            // The same few come again and again.
            if known.count >= 1024 { known = [] }
            known.insert(credential)
            change.secrets.append(key.fingerprint(credential.value.utf8, name: credential.name))
        }
        return change
    }
}
