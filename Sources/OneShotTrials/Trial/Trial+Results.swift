import Foundation
import OneShotCore
import OneShotPreparation

extension Trial {
    /// The results of a trial that has ended.
    func results(_ description: TrialRunner.Description) -> TrialResults {
        let outcome = machine.outcome ?? .infrastructureFailure
        let isScored = outcome == .scored
        let model = description.agent.model ?? findings.models.last
        var hashes = description.digests.byName
        hashes["diff"] = findings.diffDigest
        hashes["base_image"] = findings.baseImage
        hashes["baseline"] = findings.baseline
        return TrialResults(
            schemaVersion: TrialResults.schema,
            runID: id.description,
            taskID: task.metadata.taskID,
            task: description.path,
            startedAt: Timestamp.iso(machine.records.first?.startedAt ?? Date()),
            finishedAt: Timestamp.iso(machine.records.last?.endedAt ?? Date()),
            agent: .init(name: description.agent.name, version: description.agent.version, model: model),
            engine: .init(
                name: description.engine,
                version: description.engineVersion,
                imageDigest: findings.imageDigest
            ),
            outcome: outcome,
            failure: outcome == .cancelled ? "stopped by the person or a signal" : machine.failure,
            limit: machine.limit,
            limits: .init(time: request.timeLimit, budget: request.budget),
            exitCode: machine.exitCode,
            phases: machine.records.map { record in
                .init(
                    name: record.phase,
                    startedAt: Timestamp.iso(record.startedAt),
                    seconds: Self.seconds(from: record.startedAt, to: record.endedAt ?? record.startedAt)
                )
            },
            usage: findings.usage,
            diff: findings.diff,
            tests: findings.tests,
            criteria: isScored ? findings.criteria : [],
            score: isScored ? Scoring.score(findings.criteria) : nil,
            coverage: isScored ? Scoring.coverage(findings.criteria) : 0,
            hashes: hashes,
            versions: .init(oneshot: description.oneshot, schema: TrialResults.schema),
            artifacts: ResultsFile.artifacts(in: run),
            grading: 1
        )
    }

    static func seconds(from start: Date, to end: Date) -> Double {
        (end.timeIntervalSince(start) * 1000).rounded() / 1000
    }
}
