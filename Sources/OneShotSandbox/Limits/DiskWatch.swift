import Foundation
import OneShotCore
import OneShotProcess

/// Looks how much a sandbox writes to the host's disk, where no file system of its own limits it.
///
/// It is a watch and not a wall: between two looks, more can be written. A look at the whole tree takes place when the
/// disk has lost room, and otherwise so seldom that it takes a twentieth of the time.
struct DiskWatch: Sendable {
    /// The directories that the sandbox may write to.
    var places: [URL]
    var limit: Int
    /// Less than this must stay free for the machine, whoever has taken the room.
    var leastFree = 256 << 20

    private static let pause = Duration.milliseconds(100)
    private static let interval = Duration.seconds(2)

    enum Finding: Sendable, Equatable {
        /// The sandbox holds more than it may.
        case limit
        /// The machine has hardly any room left, whoever has taken it.
        case disk(place: String, free: Int)
    }

    /// - Returns: what there is to stop for; nil when the task was cancelled before.
    func finding() async -> Finding? {
        let clock = ContinuousClock()
        var freeAtLook = places.compactMap(Self.free).min() ?? .max
        var next = clock.now + Self.interval
        repeat {
            if let disk = fullDisk { return disk }
            let free = places.compactMap(Self.free).min() ?? .max
            // What others give back is no room for this sandbox.
            freeAtLook = max(freeAtLook, free)
            guard freeAtLook - free > limit / 16 || clock.now >= next else { continue }
            let start = clock.now
            if await used() > limit { return .limit }
            freeAtLook = free
            next = clock.now + max(Self.interval, (clock.now - start) * 20)
        } while (try? await Task.sleep(for: Self.pause)) != nil
        return nil
    }

    private var fullDisk: Finding? {
        places.lazy.compactMap { place in Self.free(at: place).map { (place.path, $0) } }
            .first { $0.1 < leastFree }.map { .disk(place: $0.0, free: $0.1) }
    }

    /// What the directories hold, on the disk. Files that go meanwhile are no trouble.
    func used() async -> Int {
        let words = ["-s", "-k", "--"] + places.map(\.path)
        guard let result = try? await Command("du", words, timeout: .seconds(60)).run() else { return 0 }
        return result.text.split(separator: "\n").compactMap { $0.split(separator: "\t").first.flatMap { Int($0) } }
            .reduce(0, +) * 1024
    }

    private static func free(at place: URL) -> Int? {
        var status = statvfs()
        guard statvfs(place.path, &status) == 0 else { return nil }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }

    /// Runs `body`, and `stop`s it when there is no more room.
    ///
    /// - Returns: what `body` returned, or `.signal(SIGXFSZ)`, the signal for a file that has grown too large, when
    ///   the limit was passed.
    /// - Throws: ``SandboxError/noSpace(place:free:needed:)`` when the machine's disk was about to be full.
    func during(
        _ body: () async throws -> CommandResult,
        stop: @escaping @Sendable () async -> Void
    ) async throws -> CommandResult {
        if case .disk(let place, let free) = fullDisk {
            throw SandboxError.noSpace(place: place, free: free, needed: leastFree)
        }
        let watching = Task {
            let finding = await finding()
            if finding != nil { await stop() }
            return finding
        }
        defer { watching.cancel() }
        let result = try await body()
        watching.cancel()
        switch await watching.value {
        case nil: return result
        case .limit: return CommandResult(exit: .signal(SIGXFSZ))
        case .disk(let place, let free): throw SandboxError.noSpace(place: place, free: free, needed: leastFree)
        }
    }
}
