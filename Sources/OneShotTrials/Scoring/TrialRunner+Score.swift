public import Foundation
import OneShotCore
import OneShotPreparation
import OneShotSandbox

/// What is graded again.
public enum ScoringScope: Sendable, Equatable {
    case all
    /// The judge's verdicts stay as they were.
    case testsOnly
    /// The outcomes of the tests stay as they were; weights and bindings are those of the rubric as it is now.
    case judgeOnly
}

extension TrialRunner {
    /// Grades a run again by the task's rubric and tests as they are now: its `diff.patch` on the start commit. The
    /// agent is not run. The results so far are kept beside the new ones as `results.<n>.json`.
    ///
    /// - Parameters:
    ///   - task: where the task is now; by default where the results say it was.
    ///   - overrides: an `overrides.json` in place of the task's own.
    /// - Throws: ``TrialError/noDiff(run:)``, ``TrialError/notScorable(run:reason:)``, and what grading throws; the
    ///   run's files are as before then.
    public func score(
        _ run: RunDirectory,
        task path: URL? = nil,
        overrides: URL? = nil,
        scope: ScoringScope = .all,
        judging: JudgeOptions = JudgeOptions(),
        verifierLimit: Duration = .seconds(600)
    ) async throws -> TrialResults {
        guard let lock = try await FileLock.take(run.lock, within: .seconds(2)) else {
            throw TrialError.busy(run: run.name)
        }
        defer { lock.release() }
        let previous = try ResultsFile.read(run)
        let place = path ?? self.place(ofTask: previous.task)
        let task = try PreparedTask.load(place.standardizedFileURL, overrides: overrides)
        let digests = try task.digests()
        guard FileManager.default.fileExists(atPath: run.diff.path), let diff = try? Data(contentsOf: run.diff) else {
            throw TrialError.noDiff(run: run.name)
        }
        guard digests.repository == previous.hashes["bundle"] else {
            throw TrialError.notScorable(run: run.name, reason: "the task's repo.bundle is another than it ran on")
        }

        try run.makeWork()
        do {
            let applied = try task.applied(at: run.work.appendingPathComponent("overridden"))
            var grader = Grader(
                runner: self,
                grading: Grading(task: applied, judge: try judge(judging)),
                run: run,
                scope: scope,
                limit: verifierLimit
            )
            var results = try await grader.grade(previous, diff: diff, digests: digests, path: relativePath(of: place))
            results.reference = try ReferenceTrial.read(of: task, digests: digests)
            try ResultsFile.keep(previous, in: run)
            let written = try ResultsFile.write(results, diff: String(decoding: diff, as: UTF8.self), to: run)
            await run.removeWork()
            return written
        } catch {
            await Task { await run.removeWork() }.value
            throw error
        }
    }
}

/// One grading of a run that is there already.
private struct Grader {
    let runner: TrialRunner
    let grading: Grading
    let run: RunDirectory
    let scope: ScoringScope
    let limit: Duration
    private var phases: [TrialResults.Phase] = []
    private var baseImage: String?

    private var task: PreparedTask { grading.task }

    init(runner: TrialRunner, grading: Grading, run: RunDirectory, scope: ScoringScope, limit: Duration) {
        self.runner = runner
        self.grading = grading
        self.run = run
        self.scope = scope
        self.limit = limit
    }

    mutating func grade(
        _ previous: TrialResults,
        diff: Data,
        digests: PreparedTask.Digests,
        path: String
    ) async throws -> TrialResults {
        var results = previous
        baseImage = previous.hashes["base_image"]
        if scope != .judgeOnly {
            let began = Date()
            results.tests = try await verify(&results)
            note(.verify, since: began)
        }
        let tested = try grading.testCriteria(results.tests)
        let began = Date()
        let judged: [CriterionResult]
        if scope == .testsOnly {
            judged = previous.criteria.filter { $0.binding == .judge }
        } else {
            let text = String(decoding: diff, as: UTF8.self)
            judged = try await grading.judgeCriteria(diff: text, tests: results.tests)
            note(.judge, since: began)
        }
        results.criteria = grading.ordered(tested + judged)
        if scope != .testsOnly { results.judge = grading.summary(of: results.criteria) }
        results.score = Scoring.score(results.criteria)
        results.coverage = Scoring.coverage(results.criteria)
        results.outcome = .scored
        results.failure = nil
        results.task = path
        results.hashes = digests.byName
        results.hashes["diff"] = Digest.sha256(diff)
        results.hashes["base_image"] = baseImage
        results.hashes["baseline"] = previous.hashes["baseline"]
        results.versions = .init(oneshot: runner.version, schema: TrialResults.schema)
        results.grading = previous.grading + 1
        results.finishedAt = Timestamp.iso(Date())
        results.artifacts = ResultsFile.artifacts(in: run)
        results.sources = ResultsFile.sources(of: results.artifacts)
        results.attempts = results.attempts.map { attempt in
            attempt.attempt == results.attempt ? AttemptSummary(results) : attempt
        }
        results.phases = TrialPhase.allCases.compactMap { name in
            (phases + previous.phases).first { $0.name == name }
        }
        return results
    }

    private mutating func verify(_ results: inout TrialResults) async throws -> [TestResult] {
        let image = try await runner.engine.image(dockerfile: task.layout.dockerfile) { _ in }
        baseImage = image.base
        results.engine = .init(
            name: runner.engine.name,
            version: try await runner.engine.version(),
            imageDigest: image.digest
        )
        let base = try await Baseline.create(of: task, at: run.work.appendingPathComponent("base"))
        if let before = results.hashes["baseline"], before != base.commit {
            throw TrialError.notScorable(
                run: run.name,
                reason: "it began with other files than the task's overlay_repo_files and overrides make now; "
                    + "put those back, or give the overrides that it ran with: --overrides FILE"
            )
        }
        let verifier = Verifier(
            engine: runner.engine,
            image: image,
            layout: task.layout,
            baseline: base,
            environment: task.overrides?.environment(for: .verifier) ?? [:],
            limit: limit
        )
        return try await verifier.runBelievably(
            diff: run.diff,
            work: run.work.appendingPathComponent("verify"),
            log: try RunLog(run.verifierLog, redactor: await runner.redactor()),
            label: run.name
        )
    }

    private mutating func note(_ phase: TrialPhase, since began: Date) {
        phases.append(
            .init(
                name: phase,
                startedAt: Timestamp.iso(began),
                seconds: Trial.seconds(from: began, to: Date())
            )
        )
    }
}
