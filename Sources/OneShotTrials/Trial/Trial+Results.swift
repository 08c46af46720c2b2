import Foundation
import OneShotCore
import OneShotPreparation

extension Trial {
    /// The results of a trial that has ended.
    func results(_ description: TrialRunner.Description) -> TrialResults {
        let outcome = machine.outcome ?? .infrastructureFailure
        let isScored = outcome == .scored
        var hashes = description.digests.byName
        hashes["diff"] = findings.diffDigest
        hashes["base_image"] = findings.baseImage
        hashes["baseline"] = findings.baseline
        let criteria = isScored ? findings.criteria : []
        let artifacts = ResultsFile.artifacts(in: run)
        let spending = findings.spending
        return TrialResults(
            schemaVersion: TrialResults.schema,
            runID: id.description,
            taskID: task.metadata.taskID,
            task: description.path,
            startedAt: Timestamp.iso(machine.records.first?.startedAt ?? Date()),
            finishedAt: Timestamp.iso(machine.records.last?.endedAt ?? Date()),
            agent: .init(
                name: record.agent.name,
                version: record.agent.version,
                model: record.agent.model ?? findings.model
            ),
            engine: .init(
                name: description.engine,
                version: description.engineVersion,
                imageDigest: findings.imageDigest
            ),
            outcome: outcome,
            failure: outcome == .cancelled ? "stopped by the person or a signal" : machine.failure,
            limit: machine.limit,
            limits: record.limits,
            exitCode: machine.exitCode,
            phases: machine.phases,
            calls: spending.calls,
            usage: spending.usage,
            costUSD: spending.dollars,
            unpricedCalls: spending.unpricedCalls,
            attempt: record.attempt,
            attempts: [],
            spent: spending,
            strippedTools: findings.strippedTools,
            diff: findings.diff,
            tests: findings.tests,
            criteria: criteria,
            judge: grading.summary(of: criteria),
            score: isScored ? Scoring.score(criteria) : nil,
            coverage: isScored ? Scoring.coverage(criteria) : 0,
            reference: description.reference,
            hashes: hashes,
            versions: .init(oneshot: description.oneshot, schema: TrialResults.schema),
            artifacts: artifacts,
            sources: ResultsFile.sources(of: artifacts),
            grading: 1
        )
    }

    static func seconds(from start: Date, to end: Date) -> Double {
        (end.timeIntervalSince(start) * 1000).rounded() / 1000
    }
}
