import Foundation
import OneShotCore

/// `results.json` and `scoring_results.md` of a run.
public enum ResultsFile {
    /// - Throws: `FileError` that names the key which does not fit.
    public static func read(_ run: RunDirectory) throws -> TrialResults { try read(at: run.results) }

    /// Those of any version of the format.
    static func read(at file: URL) throws -> TrialResults {
        guard let data = try? Data(contentsOf: file) else {
            throw FileError.unreadable(path: file.path, reason: "no such file, or no permission")
        }
        guard let document = try? JSON(parsing: data), document["schema_version"]?.int == 1 else {
            return try StrictJSON.decode(TrialResults.self, from: data, path: file.path)
        }
        let text = ResultsUpgrade.upgraded(document).compactText
        return try StrictJSON.decode(TrialResults.self, from: Data(text.utf8), path: file.path)
    }

    /// The text of `scoring_results.md`.
    public static func report(_ run: RunDirectory) throws -> String {
        guard let data = try? Data(contentsOf: run.report) else {
            throw FileError.unreadable(path: run.report.path, reason: "no such file, or no permission")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// Writes both files; the report first, so that where results are, their report is too.
    ///
    /// - Returns: the results as they were written.
    @discardableResult
    static func write(_ results: TrialResults, diff: String, to run: RunDirectory) throws -> TrialResults {
        var results = results
        results.artifacts["report"] = run.relative(run.report)
        try AtomicFile.write(TrialReport(results: results, diff: diff).markdown, to: run.report)
        try AtomicFile.write(try StrictJSON.encode(results), to: run.results)
        return results
    }

    /// Keeps the results of the last grading as `results.<n>.json`.
    static func keep(_ results: TrialResults, in run: RunDirectory) throws {
        let kept = run.url.appendingPathComponent("results.\(results.grading).json")
        try AtomicFile.write(try StrictJSON.encode(results), to: kept)
    }

    /// The files that a run has, by name.
    static func artifacts(in run: RunDirectory) -> [String: String] {
        let files = [
            "diff": run.diff, "session": run.session, "traces": run.traces, "last_message": run.lastMessage,
            "agent_log": run.agentLog, "verifier_log": run.verifierLog,
        ]
        let own = ((try? Digest.files(below: run.agentFiles)) ?? []).map { path in
            ("agent/\(path)", run.agentFiles.appendingPathComponent(path))
        }
        return files.filter { FileManager.default.fileExists(atPath: $0.value.path) }.merging(own) { $1 }
            .mapValues(run.relative)
    }

    /// Where the numbers of results with these artifacts come from.
    static func sources(of artifacts: [String: String]) -> [String: String] {
        let keys = [
            ("calls", "traces"), ("usage", "traces"), ("cost_usd", "traces"), ("unpriced_calls", "traces"),
            ("diff", "diff"), ("tests", "verifier_log"),
        ]
        let files = keys.compactMap { key, artifact in artifacts[artifact].map { (key, $0) } }
        return Dictionary(files, uniquingKeysWith: { $1 }).merging(
            [
                "phases": "the program's own clock", "spent": "attempts", "score": "criteria", "coverage": "criteria",
                "criteria": "tests and judge", "limits": "trial.json",
            ]
        ) { first, _ in first }
    }
}
