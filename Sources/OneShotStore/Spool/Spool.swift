public import Foundation
import OneShotCore

/// Up to where a spool has been stored.
public struct SpoolPosition: Sendable, Equatable {
    public var name: String
    public var offset: Int64
}

/// An append-only file beside the database that takes the recorder's changes while the database does not. It holds what
/// the database would hold, so no secrets; it is readable for nobody else.
///
/// The process that writes it holds a lock on it. One that is found without is what a killed recorder left behind.
public final class Spool {
    public let name: String
    private let url: URL
    private let descriptor: Int32
    /// Up to where it has been stored, in bytes.
    private var position: Int64
    private var end: Int64
    /// How many changes are still to be stored.
    public private(set) var count: Int

    /// How much is still to be stored, in bytes.
    public var remainingBytes: Int64 { end - position }

    private init(url: URL, descriptor: Int32, position: Int64, end: Int64, count: Int) {
        self.url = url
        self.descriptor = descriptor
        self.position = position
        self.end = end
        self.count = count
        name = url.lastPathComponent
    }

    deinit { close(descriptor) }

    private static func prefix(_ database: URL) -> String { database.lastPathComponent + "-spool-" }

    /// - Throws: ``FileError/unwritable(path:reason:)``.
    public static func create(beside database: URL) throws -> Spool {
        let name = prefix(database) + String(UInt64.random(in: .min ... .max), radix: 16)
        let url = database.deletingLastPathComponent().appendingPathComponent(name)
        let descriptor = open(url.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError.unwritable(path: url.path, reason: lastError()) }
        flock(descriptor, LOCK_EX | LOCK_NB)
        return Spool(url: url, descriptor: descriptor, position: 0, end: 0, count: 0)
    }

    /// What recorders that have ended left to be stored, the oldest first.
    public static func leftovers(beside database: URL, store: RawStore) async throws -> [Spool] {
        let directory = database.deletingLastPathComponent()
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
            .filter { $0.hasPrefix(prefix(database)) }
        var found: [(spool: Spool, changedAt: timespec)] = []
        for name in names {
            let url = directory.appendingPathComponent(name)
            let position = try await store.position(ofSpool: name)
            let descriptor = open(url.path, O_RDWR | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                continue
            }
            var status = stat()
            fstat(descriptor, &status)
            let spool = Spool(
                url: url,
                descriptor: descriptor,
                position: position,
                end: Int64(status.st_size),
                count: 0
            )
            spool.countRest()
            #if canImport(Darwin)
                found.append((spool, status.st_mtimespec))
            #else
                found.append((spool, status.st_mtim))
            #endif
        }
        return found.sorted {
            ($0.changedAt.tv_sec, $0.changedAt.tv_nsec) < ($1.changedAt.tv_sec, $1.changedAt.tv_nsec)
        }
        .map(\.spool)
    }

    /// Appends all of the changes, or none.
    ///
    /// - Throws: ``FileError/unwritable(path:reason:)``.
    public func append(_ changes: [ExchangeChange]) throws {
        var offset = end
        var bytes = Data()
        do {
            for change in changes {
                bytes.append(SpoolRecord.encode(change))
                // In pieces: all of a burst in one would be in memory twice.
                guard bytes.count >= 1 << 20 else { continue }
                offset = try write(bytes, at: offset)
                bytes = Data()
            }
            offset = try write(bytes, at: offset)
        } catch {
            ftruncate(descriptor, off_t(end))
            throw error
        }
        end = offset
        count += changes.count
    }

    /// - Returns: where the bytes end.
    private func write(_ bytes: Data, at start: Int64) throws -> Int64 {
        try bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let count = pwrite(
                    descriptor,
                    buffer.baseAddress.map { $0 + offset },
                    buffer.count - offset,
                    off_t(start) + off_t(offset)
                )
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw FileError.unwritable(path: url.path, reason: Self.lastError()) }
                offset += count
            }
            return start + Int64(offset)
        }
    }

    /// The next changes to store, about as many as weigh `limit`, and where they end.
    ///
    /// - Returns: nil when there are none. A record that was not written to its end, or was damaged, is the end.
    public func next(limit: Int) -> (changes: [ExchangeChange], position: SpoolPosition)? {
        var changes: [ExchangeChange] = []
        var offset = position
        while offset - position < limit, let header = read(SpoolRecord.headerLength, at: offset),
            let length = SpoolRecord.length(ofHeader: header),
            let payload = read(length, at: offset + Int64(SpoolRecord.headerLength)),
            let change = SpoolRecord.decode(header: header, payload: payload)
        {
            changes.append(change)
            offset += Int64(SpoolRecord.headerLength + length)
        }
        guard !changes.isEmpty else {
            count = 0
            end = position
            return nil
        }
        return (changes, SpoolPosition(name: name, offset: offset))
    }

    /// What ``next(limit:)`` gave has been stored.
    public func advance(to position: SpoolPosition, count stored: Int) {
        self.position = position.offset
        count = max(0, count - stored)
    }

    /// Removes the file.
    public func remove() { unlink(url.path) }

    private func countRest() {
        var offset = position
        while let header = read(SpoolRecord.headerLength, at: offset), let length = SpoolRecord.length(ofHeader: header)
        {
            offset += Int64(SpoolRecord.headerLength + length)
            guard offset <= end else { return }
            count += 1
        }
    }

    private func read(_ length: Int, at offset: Int64) -> Data? {
        guard length >= 0, offset + Int64(length) <= end else { return nil }
        var bytes = Data(count: length)
        let isWhole = bytes.withUnsafeMutableBytes { buffer in
            var done = 0
            while done < length {
                let count = pread(
                    descriptor,
                    buffer.baseAddress.map { $0 + done },
                    length - done,
                    off_t(offset) + off_t(done)
                )
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
        return isWhole ? bytes : nil
    }

    private static func lastError() -> String { String(cString: strerror(errno)) }
}
