public import Foundation
import OneShotCore
import OneShotPreparation
import OneShotSandbox

extension TrialRunner {
    /// Proves that a task can be failed and can be passed: an agent that does nothing and a command that changes
    /// nothing score 0, the solution scores 1, twice. Only criteria that are bound to tests count. Writes
    /// `validation.json`.
    ///
    /// - Parameters:
    ///   - overrides: an `overrides.json` in place of the task's own.
    ///   - onCheck: called before each check with its name.
    /// - Throws: what keeps a check from being made, such as a broken task; a check that goes wrong is no error.
    public func validate(
        _ directory: URL,
        overrides: URL? = nil,
        verifierLimit: Duration = .seconds(600),
        onCheck: @escaping @Sendable (String) async -> Void = { _ in }
    ) async throws -> ValidationRecord {
        let task = try PreparedTask.load(directory, overrides: overrides)
        let digests = try task.digests()
        var record = ValidationRecord(
            schemaVersion: 1,
            taskID: task.metadata.taskID,
            validatedAt: "",
            admitted: false,
            reasons: [],
            engine: .init(name: engine.name, version: try await engine.version(), imageDigest: ""),
            checks: [],
            digests: digests,
            versions: .init(oneshot: version, schema: 1)
        )
        if task.rubric.testNames.isEmpty {
            record.reasons.append("no criterion of the rubric is bound to tests; only those can be proved")
        } else {
            let scratch = workspace.state.appendingPathComponent("validation-\(UUID().uuidString.prefix(8))")
            try AtomicFile.makeDirectory(scratch)
            do {
                try await check(
                    directory,
                    overrides,
                    below: scratch,
                    limit: verifierLimit,
                    onCheck: onCheck,
                    record: &record
                )
                await TreeCopy.remove(scratch)
            } catch {
                await Task { await TreeCopy.remove(scratch) }.value
                throw error
            }
        }
        if try task.digests() != digests { record.reasons.append("the task's files changed while it was validated") }
        record.validatedAt = Timestamp.iso(Date())
        record.admitted = record.reasons.isEmpty
        try AtomicFile.write(try StrictJSON.encode(record), to: task.layout.validation)
        return record
    }

    private static let plan: [(name: String, agent: AgentChoice, expected: Double)] = [
        ("nop", .nop, 0), ("empty", .command("true"), 0), ("oracle", .oracle, 1), ("oracle again", .oracle, 1),
    ]

    private func check(
        _ directory: URL,
        _ overrides: URL?,
        below scratch: URL,
        limit: Duration,
        onCheck: @Sendable (String) async -> Void,
        record: inout ValidationRecord
    ) async throws {
        for (name, agent, expected) in Self.plan {
            await onCheck(name)
            let request = TrialRequest(
                task: directory,
                agent: agent,
                timeLimit: .seconds(600),
                verifierLimit: limit,
                judges: false,
                overrides: overrides
            )
            let (results, _) = try await run(request, runs: scratch)
            try Task.checkCancellation()
            record.engine = results.engine
            record.checks.append(Self.check(name, results, expected: expected))
            record.reasons += Self.reasons(name, results, expected: expected)
            // What keeps one check from being graded keeps the others too.
            guard results.outcome == .scored else { return }
        }
    }

    private static func check(_ name: String, _ results: TrialResults, expected: Double) -> ValidationRecord.Check {
        let score = Scoring.score(results.criteria)
        return .init(
            name: name,
            expected: expected,
            score: score,
            tests: results.tests,
            passed: results.outcome == .scored && score == expected,
            seconds: Scoring.rounded(results.phases.reduce(0) { $0 + $1.seconds })
        )
    }

    /// Why a check does not prove what it should; empty when it does.
    static func reasons(_ name: String, _ results: TrialResults, expected: Double) -> [String] {
        guard results.outcome == .scored else { return ["\(name): \(results.failure ?? "it could not be graded")"] }
        return results.criteria.compactMap { criterion in
            guard let value = criterion.value, value != expected else { return nil }
            let tests = results.tests.filter { criterion.source.tests.contains($0.name) }
            if expected == 0 {
                let passing = tests.filter { $0.status == .passed }.map(\.name).joined(separator: ", ")
                return "\(name): '\(criterion.id)' is worth \(value) without any work: \(passing) passed"
            }
            let failing = tests.filter { $0.status != .passed }
                .map { "\($0.name) \($0.status.rawValue)\($0.message.isEmpty ? "" : ": \($0.firstLine)")" }
            return "\(name): '\(criterion.id)' is worth \(value) with the solution: \(failing.joined(separator: "; "))"
        }
    }
}

extension TestResult {
    /// The first line of its message, not too long.
    var firstLine: String { String(message.split(whereSeparator: \.isNewline).first?.prefix(200) ?? "") }
}
