public import Foundation
import OneShotCore
import OneShotSandbox

/// `data/runs/<run_id>/`: where the files of a trial are. Its `artifacts` and `logs` are links into the attempt that
/// counts, the newest.
public struct RunDirectory: Sendable, Equatable {
    public let url: URL

    public init(_ url: URL) { self.url = url.standardizedFileURL }

    public var name: String { url.lastPathComponent }
    public var results: URL { url.appendingPathComponent("results.json") }
    public var report: URL { url.appendingPathComponent("scoring_results.md") }
    public var artifacts: URL { url.appendingPathComponent("artifacts") }
    public var logs: URL { url.appendingPathComponent("logs") }
    /// From the start commit to what the agent left; whole, however long.
    public var diff: URL { artifacts.appendingPathComponent("diff.patch") }
    public var lastMessage: URL { artifacts.appendingPathComponent("last_message.md") }
    public var session: URL { artifacts.appendingPathComponent("session_clean.json") }
    public var traces: URL { artifacts.appendingPathComponent("traces.sqlite3") }
    /// What the agent itself wrote down about its session.
    public var agentFiles: URL { artifacts.appendingPathComponent("agent") }
    public var agentLog: URL { logs.appendingPathComponent("agent.log") }
    public var verifierLog: URL { logs.appendingPathComponent("verifier.log") }
    /// What was asked for, so that it can be done again.
    var record: URL { url.appendingPathComponent("trial.json") }
    /// Held by whoever writes here.
    var lock: URL { url.appendingPathComponent(".lock") }
    /// What only the running trial needs, once ``makeWork()`` has made it.
    var work: URL { workLink.pathLedTo ?? workLink }
    /// A link, since a sandbox sees where on the host the directories lie that it was given.
    private var workLink: URL { url.appendingPathComponent(".work") }

    /// Makes the directory for what only the running trial needs, if it is not there yet.
    func makeWork() throws {
        if FileManager.default.fileExists(atPath: work.path) { return }
        try? FileManager.default.removeItem(at: workLink)
        let directory = try TrialDirectory.make()
        do {
            try FileManager.default.createSymbolicLink(at: workLink, withDestinationURL: directory)
        } catch {
            try? FileManager.default.removeItem(at: directory)
            throw FileError.unwritable(path: workLink.path, reason: "no link can be made there")
        }
    }

    func removeWork() async {
        let directory = work
        // Whatever a link leads to that is not ours stays.
        if TrialDirectory.isOne(directory) {
            for entry in TrialDirectory.content(of: directory) { await TreeCopy.remove(entry) }
            await TreeCopy.remove(directory)
        }
        await TreeCopy.remove(workLink)
    }

    /// The path of one of the run's files as `results.json` writes it.
    func relative(_ file: URL) -> String {
        let path = file.standardizedFileURL.path
        return path.hasPrefix(url.path + "/") ? String(path.dropFirst(url.path.count + 1)) : path
    }

    /// Makes the directory of a new trial, under a name that is its run id and that no other trial gets. It is there with
    /// what was asked for in it, or not at all.
    ///
    /// - Returns: with the lock on it, taken.
    static func create(
        below runs: URL,
        taskID: String,
        request: TrialRequest,
        engine: String,
        version: String,
        now: Date = Date()
    ) throws -> (RunDirectory, RunID, FileLock) {
        try AtomicFile.makeDirectory(runs)
        removeHalfMade(in: runs)
        while true {
            let random = String(UInt32.random(in: 0x1000...0xFFFF), radix: 16)
            let name = "\(Slug.make(taskID))_\(Timestamp.compact(now))_\(random)"
            guard let id = RunID(name) else { throw TrialError.unusableName(name) }
            let directory = RunDirectory(runs.appendingPathComponent(name))
            let partial = halfMade(name, in: runs)
            guard mkdir(partial.url.path, 0o755) == 0 else {
                if errno == EEXIST { continue }
                throw FileError.unwritable(path: directory.url.path, reason: String(cString: strerror(errno)))
            }
            guard let lock = try FileLock.take(partial.lock) else { throw TrialError.busy(run: name) }
            try TrialRecord(
                runID: id,
                request: request,
                engine: engine,
                createdAt: Timestamp.iso(now),
                oneshot: version
            )
            .write(to: partial)
            if rename(partial.url.path, directory.url.path) == 0 { return (directory, id, lock) }
            let failure = errno
            try? FileManager.default.removeItem(at: partial.url)
            guard failure == EEXIST || failure == ENOTEMPTY else {
                throw FileError.unwritable(path: directory.url.path, reason: String(cString: strerror(failure)))
            }
        }
    }

    private static func holds(_ name: String, in url: URL) -> Bool {
        FileManager.default.fileExists(atPath: url.appendingPathComponent(name).path)
    }
}

extension URL {
    /// Where this symbolic link leads; nil when it is none.
    fileprivate var pathLedTo: URL? {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: path)).map { URL(fileURLWithPath: $0) }
    }
}

// MARK: - Finding

extension RunDirectory {
    /// How far a run is.
    public enum State: String, Sendable {
        /// It has results.
        case finished
        case running
        /// Whoever ran it was ended; `oneshot run --resume` goes on with it.
        case interrupted
    }

    public var state: State {
        if Self.holds("results.json", in: url) { return .finished }
        guard let lock = try? FileLock.take(lock, .shared) else { return .running }
        lock.release()
        return .interrupted
    }

    /// The run that a person means: its directory, its id, the start of its id, or `latest`.
    ///
    /// - Parameter unfinished: whether runs without results are meant too.
    /// - Throws: ``TrialError/unknownRun(name:directory:)``, ``TrialError/ambiguousRun(name:candidates:)``.
    public static func find(_ name: String, in runs: URL, unfinished: Bool = false) throws -> RunDirectory {
        let place = URL(fileURLWithPath: name)
        if holds("results.json", in: place) || (unfinished && holds("trial.json", in: place)) {
            return RunDirectory(place)
        }
        let all = try list(in: runs, unfinished: unfinished)
        if name == "latest", let last = all.last { return last }
        let matches = all.filter { $0.name == name || (!name.isEmpty && $0.name.hasPrefix(name)) }
        if let exact = matches.first(where: { $0.name == name }) { return exact }
        guard matches.count <= 1 else {
            throw TrialError.ambiguousRun(name: name, candidates: matches.map(\.name))
        }
        guard let match = matches.first else { throw TrialError.unknownRun(name: name, directory: runs.path) }
        return match
    }

    /// All runs that have results, and with `unfinished` those that have none yet, the oldest first. What never became a
    /// run goes at this occasion.
    public static func list(in runs: URL, unfinished: Bool = false) throws -> [RunDirectory] {
        removeHalfMade(in: runs)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: runs.path)) ?? []
        return names.map { runs.appendingPathComponent($0) }
            .filter { holds("results.json", in: $0) || (unfinished && holds("trial.json", in: $0)) }
            .map { RunDirectory($0) }
            .sorted { ($0.stamp, $0.name) < ($1.stamp, $1.name) }
    }

    /// The time in the run's name: runs of several tasks are listed in the order in which they began.
    private var stamp: String { name.split(separator: "_").dropFirst().prefix(2).joined(separator: "_") }
}
