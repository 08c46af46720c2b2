public import Foundation
import OneShotCore

/// `data/runs/<run_id>/`: where the files of a trial are.
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
    public var agentLog: URL { logs.appendingPathComponent("agent.log") }
    public var verifierLog: URL { logs.appendingPathComponent("verifier.log") }
    /// What only the running trial needs; removed when it ends.
    var work: URL { url.appendingPathComponent(".work") }

    /// The path of one of the run's files as `results.json` writes it.
    func relative(_ file: URL) -> String {
        let path = file.standardizedFileURL.path
        return path.hasPrefix(url.path + "/") ? String(path.dropFirst(url.path.count + 1)) : path
    }

    /// Makes the directory of a new trial, under a name that is its run id.
    static func create(below runs: URL, taskID: String, now: Date = Date()) throws -> (RunDirectory, RunID) {
        let random = String(UInt32.random(in: 0x1000...0xFFFF), radix: 16)
        let name = "\(Slug.make(taskID))_\(Timestamp.compact(now))_\(random)"
        guard let id = RunID(name) else { throw TrialError.unusableName(name) }
        let directory = RunDirectory(runs.appendingPathComponent(name))
        try AtomicFile.makeDirectory(directory.artifacts)
        try AtomicFile.makeDirectory(directory.logs)
        try AtomicFile.makeDirectory(directory.work, mode: 0o711)
        return (directory, id)
    }

    /// The run that a person means: its directory, its id, the start of its id, or `latest`.
    ///
    /// - Throws: ``TrialError/unknownRun(name:directory:)``, ``TrialError/ambiguousRun(name:candidates:)``.
    public static func find(_ name: String, in runs: URL) throws -> RunDirectory {
        if holdsResults(URL(fileURLWithPath: name)) { return RunDirectory(URL(fileURLWithPath: name)) }
        let all = try list(in: runs)
        if name == "latest", let last = all.last { return last }
        let matches = all.filter { $0.name == name || (!name.isEmpty && $0.name.hasPrefix(name)) }
        if let exact = matches.first(where: { $0.name == name }) { return exact }
        guard matches.count <= 1 else {
            throw TrialError.ambiguousRun(name: name, candidates: matches.map(\.name))
        }
        guard let match = matches.first else { throw TrialError.unknownRun(name: name, directory: runs.path) }
        return match
    }

    /// All runs that have results, the oldest first.
    public static func list(in runs: URL) throws -> [RunDirectory] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: runs.path)) ?? []
        return names.map { runs.appendingPathComponent($0) }
            .filter(holdsResults)
            .map { RunDirectory($0) }
            .sorted { ($0.stamp, $0.name) < ($1.stamp, $1.name) }
    }

    private static func holdsResults(_ url: URL) -> Bool {
        FileManager.default.fileExists(atPath: url.appendingPathComponent("results.json").path)
    }

    /// The time in the run's name: runs of several tasks are listed in the order in which they began.
    private var stamp: String { name.split(separator: "_").dropFirst().prefix(2).joined(separator: "_") }
}
