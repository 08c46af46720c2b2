import Foundation
import OneShotCore
import OneShotPreparation
import OneShotRedaction

/// The attempts at one trial: each with files of its own that stay, the newest the one that counts.
struct Attempts: Sendable {
    let runner: TrialRunner
    let request: TrialRequest
    let description: TrialRunner.Description
    let run: RunDirectory
    let id: RunID
    /// For the first attempt; found for each when nil.
    let worker: Trial.Worker?
    let onProgress: @Sendable (TrialProgress) async -> Void

    /// What is to be done next.
    enum Step: Sendable {
        /// The agent works, in the attempt of this number.
        case attempt(Int)
        /// What the agent left is graded; `previous` are the results that it had.
        case grade(AttemptRecord, previous: TrialResults?)
        /// The results are there and have only to be shown.
        case publish(TrialResults)
    }

    /// Carries out a step, and others after it as long as they fail for reasons that are not the agent's and the
    /// request allows another.
    func carryOut(from first: Step) async throws -> TrialResults {
        var step = first
        var tries = 1
        while true {
            let results = try await carryOut(step)
            guard results.outcome == .infrastructureFailure, tries < request.attempts, !Task.isCancelled else {
                return results
            }
            tries += 1
            step = try await next()
        }
    }

    /// What an attempt that did not come to a score leaves to be done. One that was interrupted gets its results here:
    /// what it had used until then.
    func next() async throws -> Step {
        guard let last = run.attempts.last else { return .attempt(1) }
        let results = has(last.results) ? try ResultsFile.read(at: last.results) : nil
        if let results, results.outcome == .scored { return .publish(results) }
        // Without a record not even the image was asked for.
        guard has(last.record) else { return .attempt(last.number) }
        let record = try StrictJSON.read(AttemptRecord.self, at: last.record)
        if record.isGradable(diff: try? Data(contentsOf: last.diff), digests: description.digests.byName) {
            return .grade(record, previous: results)
        }
        if results == nil { try await close(last, record) }
        return .attempt(last.number + 1)
    }

    private func carryOut(_ step: Step) async throws -> TrialResults {
        let diff: String
        var results: TrialResults
        switch step {
        case .publish(let there):
            results = there
            diff = String(decoding: (try? Data(contentsOf: run.diff)) ?? Data(), as: UTF8.self)
        case .attempt(let number):
            let worker =
                if let worker { worker } else { try await runner.worker(for: request, description, onProgress) }
            let attempt = run.attempt(number)
            try run.begin(attempt)
            (results, diff) = try await conduct(record(number, worker.agent), worker)
        case .grade(let record, let previous):
            (results, diff) = try await conduct(record, nil)
            if let previous {
                results.grading = previous.grading + 1
                try ResultsFile.keep(previous, in: run)
            }
        }
        results.follow(try earlier(than: results.attempt))
        try AtomicFile.write(try StrictJSON.encode(results), to: run.attempt(results.attempt).results)
        return try ResultsFile.write(results, diff: diff, to: run)
    }

    private func conduct(_ record: AttemptRecord, _ worker: Trial.Worker?) async throws -> (TrialResults, String) {
        try run.makeWork()
        let task = try description.task.applied(at: run.work.appendingPathComponent("overridden"))
        let trial = Trial(
            run: run,
            record: record,
            id: id,
            task: task,
            worker: worker,
            engine: runner.engine,
            request: request,
            grading: Grading(task: task, judge: description.judge),
            redactor: try await runner.redactor(knowing: worker?.agent.providers ?? []),
            prices: description.prices,
            onProgress: onProgress
        )
        await trial.conduct()
        return (await trial.results(description), await trial.findings.diffText)
    }

    private func record(_ attempt: Int, _ agent: any Agent) -> AttemptRecord {
        AttemptRecord(
            attempt: attempt,
            agent: .init(name: agent.name, version: agent.version, model: agent.model),
            engine: .init(name: description.engine, version: description.engineVersion, imageDigest: ""),
            limits: .init(time: request.timeLimit, budget: request.budget),
            phases: [],
            hashes: description.digests.byName,
            work: nil
        )
    }

    private func earlier(than number: Int) throws -> [AttemptSummary] {
        try run.attempts.filter { $0.number < number && has($0.results) }
            .map { AttemptSummary(try ResultsFile.read(at: $0.results)) }
    }

    /// Ends an attempt whose supervisor was ended: what it had used is in its recorder's database.
    private func close(_ attempt: AttemptDirectory, _ record: AttemptRecord) async throws {
        try run.makeWork()
        let trace = try await TrialTrace.read(
            id.description,
            in: attempt.traces,
            prices: description.prices,
            scratch: run.work
        )
        let spending = trace.map { Spending($0.session) } ?? Spending()
        if let trace {
            try AtomicFile.write(.session(try await runner.redactor().redact(trace.session)), to: attempt.session)
        }
        let phase = record.phases.last
        let ended = (try? attempt.record.resourceValues(forKeys: [.contentModificationDateKey]))?
            .contentModificationDate
        var results = TrialResults(
            schemaVersion: TrialResults.schema,
            runID: id.description,
            taskID: description.task.metadata.taskID,
            task: description.path,
            startedAt: record.phases.first?.startedAt ?? "",
            finishedAt: Timestamp.iso(ended ?? Date()),
            agent: record.agent,
            engine: record.engine,
            outcome: .cancelled,
            failure:
                "interrupted in the phase '\(phase?.name.rawValue ?? "image")': the program was ended from outside",
            limit: nil,
            limits: record.limits,
            exitCode: nil,
            phases: record.phases,
            calls: spending.calls,
            usage: spending.usage,
            costUSD: spending.dollars,
            unpricedCalls: spending.unpricedCalls,
            attempt: record.attempt,
            attempts: [],
            spent: spending,
            strippedTools: trace?.strippedTools,
            diff: DiffSummary(),
            tests: [],
            criteria: [],
            judge: nil,
            score: nil,
            coverage: 0,
            reference: description.reference,
            hashes: record.hashes,
            versions: .init(oneshot: description.oneshot, schema: TrialResults.schema),
            artifacts: ResultsFile.artifacts(in: run),
            sources: [:],
            grading: 1
        )
        results.agent.model = results.agent.model ?? trace?.session.models.last
        results.sources = ResultsFile.sources(of: results.artifacts)
        results.follow(try earlier(than: record.attempt))
        try AtomicFile.write(try StrictJSON.encode(results), to: attempt.results)
        await run.removeWork()
    }

    private func has(_ file: URL) -> Bool { FileManager.default.fileExists(atPath: file.path) }
}
