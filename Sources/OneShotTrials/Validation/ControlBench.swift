import Foundation
import OneShotAdmission
import OneShotCore
import OneShotPreparation
import OneShotRedaction
import OneShotSandbox

/// Grades candidates: the environment and the start of the task are made once, and each candidate gets a copy.
struct ControlBench: Sendable {
    let runner: TrialRunner
    /// As it is on disk; trials apply its overrides themselves.
    let original: PreparedTask
    let overrides: URL?
    let task: PreparedTask
    let redactor: Redactor
    let image: SandboxImage
    let baseline: Baseline
    var plan: ValidationPlan
    var options: ValidationOptions
    let scratch: URL

    /// Some at once.
    ///
    /// - Returns: in the order of `controls`.
    /// - Throws: only `CancellationError`; a candidate that cannot be graded says why.
    func grade(
        _ controls: [PlannedControl],
        onProgress: @escaping @Sendable (String) async -> Void
    ) async throws -> [ControlOutcome] {
        try await withThrowingTaskGroup(of: (Int, ControlOutcome).self) { group in
            var outcomes = [ControlOutcome?](repeating: nil, count: controls.count)
            for (index, control) in controls.enumerated() {
                if index >= options.width, let (done, outcome) = try await group.next() { outcomes[done] = outcome }
                await onProgress("\(control.group.noun): \(control.name)")
                group.addTask { (index, try await grade(control)) }
            }
            while let (done, outcome) = try await group.next() { outcomes[done] = outcome }
            return outcomes.compactMap(\.self)
        }
    }

    /// As ``grade(_:onProgress:)``, with when it began.
    func timed(
        _ controls: [PlannedControl],
        _ onProgress: @escaping @Sendable (String) async -> Void
    ) async throws -> (value: [ControlOutcome], began: Date) {
        let began = Date()
        return (try await grade(controls, onProgress: onProgress), began)
    }

    private func grade(_ control: PlannedControl) async throws -> ControlOutcome {
        var outcome = ControlOutcome(planned: control)
        let began = Date()
        do {
            switch control.method {
            case .diff(let diff): try await verify(diff, control, &outcome)
            case .trial(let agent): try await runTrial(agent, &outcome)
            }
        } catch {
            try Task.checkCancellation()
            if error is CancellationError { throw error }
            if case TrialError.workspace = error { outcome.isInapplicable = true }
            outcome.failure = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
        }
        try Task.checkCancellation()
        outcome.seconds = Trial.seconds(from: began, to: Date())
        return outcome
    }

    private func verify(_ diff: Data, _ control: PlannedControl, _ outcome: inout ControlOutcome) async throws {
        let work = scratch.appendingPathComponent("control-\(UUID().uuidString.prefix(8))")
        try AtomicFile.makeDirectory(work)
        let file = work.appendingPathComponent("diff.patch")
        try AtomicFile.write(diff, to: file)
        let verifier = Verifier(
            engine: runner.engine,
            image: image,
            layout: task.layout,
            baseline: baseline,
            environment: task.overrides?.environment(for: .verifier) ?? [:],
            limit: options.verifierLimit
        )
        let result: Result<[TestResult], any Error>
        do {
            result = .success(
                try await verifier.run(
                    diff: file,
                    work: work.appendingPathComponent("verify"),
                    log: try RunLog(work.appendingPathComponent("verifier.log"), redactor: redactor),
                    label: "validation",
                    order: control.order
                )
            )
        } catch {
            result = .failure(error)
        }
        await Task { await TreeCopy.remove(work) }.value
        outcome.tests = try result.get()
        outcome.criteria = try Grading(task: task, judge: nil).testCriteria(outcome.tests)
    }

    private func runTrial(_ agent: AgentChoice, _ outcome: inout ControlOutcome) async throws {
        let request = TrialRequest(
            task: original.layout.directory,
            agent: agent,
            timeLimit: .seconds(60),
            verifierLimit: options.verifierLimit,
            judges: false,
            overrides: overrides
        )
        let (results, run) = try await runner.run(request, runs: scratch.appendingPathComponent("runs"))
        outcome.tests = results.tests
        outcome.criteria = results.criteria.filter { $0.binding == .tests }
        if results.outcome != .scored { outcome.failure = results.failure ?? "it could not be graded" }
        let log = (try? String(contentsOf: run.agentLog, encoding: .utf8)) ?? ""
        outcome.found = log.textLines.filter { $0.hasPrefix(Tamper.probeMark) }
            .map { String($0.dropFirst(Tamper.probeMark.count)) }
    }
}

extension ValidationRecord.Control.Group {
    /// For a line of progress.
    fileprivate var noun: String {
        switch self {
        case .nothing: "without work"
        case .solution: "with the solution"
        case .nearMiss: "near miss"
        case .mutant: "mutant"
        case .tamper: "tamper"
        }
    }
}
