import Foundation
import OneShotAdmission
import OneShotCore
import OneShotPreparation
import OneShotRedaction
import OneShotSandbox

/// One validation: the stages in their order, each on what the ones before it found.
struct Validation: Sendable {
    let runner: TrialRunner
    /// A copy of ours.
    let original: PreparedTask
    let overrides: URL?
    /// As its overrides make it.
    let task: PreparedTask
    let redactor: Redactor
    let options: ValidationOptions
    let scratch: URL
    let onProgress: @Sendable (String) async -> Void
    private(set) var record: ValidationRecord

    init(
        runner: TrialRunner,
        task original: PreparedTask,
        overrides: URL?,
        redactor: Redactor,
        seed: UInt64,
        options: ValidationOptions,
        scratch: URL,
        onProgress: @escaping @Sendable (String) async -> Void
    ) throws {
        self.runner = runner
        self.original = original
        self.overrides = overrides
        self.redactor = redactor
        task = try original.applied(at: scratch.appendingPathComponent("overridden"))
        self.options = options
        self.scratch = scratch
        self.onProgress = onProgress
        record = ValidationRecord(
            schemaVersion: ValidationRecord.schema,
            taskID: task.metadata.taskID,
            validatedAt: "",
            admitted: false,
            reasons: [],
            warnings: [],
            engine: .init(name: runner.engine.name, version: "", imageDigest: ""),
            settings: .init(repeats: options.repeats, mutants: options.mutants, seed: seed),
            controls: [],
            mutation: .init(),
            flaky: [],
            leaks: .init(),
            nearest: nil,
            stages: [],
            digests: try original.digests(),
            versions: .init(oneshot: runner.version, schema: ValidationRecord.schema)
        )
    }

    mutating func run() async throws {
        try await prove()
        record.reasons += DraftedSuites.reasons(
            try TestSuites.read(task.layout.suites).suites,
            bound: task.rubric.testNames,
            controls: record.controls,
            flaky: record.flaky
        )
    }

    private mutating func prove() async throws {
        record.engine.version = try await runner.engine.version()
        guard !task.rubric.testNames.isEmpty else {
            record.reasons.append("no criterion of the rubric is bound to tests; only those can be proved")
            return
        }
        let began = Date()
        await onProgress("making the environment ready")
        let image: SandboxImage
        do {
            image = try await runner.engine.image(dockerfile: task.layout.dockerfile) { _ in }
        } catch let error as SandboxError {
            record.reasons.append("\(error)")
            return
        }
        record.engine.imageDigest = image.digest
        endStage("image", since: began)
        let bench = note("baseline", try await timed { try await makeBench(image: image) })
        let nothing = note("nothing", try await bench.timed(bench.plan.nothing, onProgress))
        take(nothing)
        // What keeps the start from being graded keeps everything from it.
        if let trouble = nothing.first(where: { $0.failure != nil }) {
            record.reasons = Verdict.reasons(trouble)
            return
        }
        try await proveSolution(bench, before: nothing.first { $0.planned.name == "empty" }?.tests ?? [])
        if record.reasons.isEmpty {
            var limited = bench
            limited.options.verifierLimit = limit
            // Forged results name the cases, too.
            limited.plan.shape.testNames += try cases()
            let others = note("candidates", try await limited.timed(limited.plan.others, onProgress))
            take(others)
            try judge(others)
        }
        let leaks = note("leaks", try await timed { try await searchLeaks(bench) })
        record.leaks = leaks.summary
        record.reasons += leaks.reasons
        record.warnings += leaks.warnings
        findNeighbour()
    }

    /// The solution N times; what its suites' cases came to is what they have to come to from here on.
    private mutating func proveSolution(_ bench: ControlBench, before: [TestResult]) async throws {
        var runs = note("solution", try await bench.timed(bench.plan.solutions, onProgress))
        var expected = ExpectedResults.computed(before: before, after: runs.map(\.tests))
        let flaky = Verdict.flaky(runs.map(\.tests), setAside: expected)
        // A suite of which nothing has to pass would fail every run.
        expected.suites.removeAll { ($0.failToPass + $0.passToPass).isEmpty }
        record.flaky = flaky.tests + flaky.cases
        if runs.allSatisfy({ $0.failure == nil }), !expected.suites.isEmpty {
            for layout in Set([task.layout.expectedResults, original.layout.expectedResults]) {
                try expected.write(to: layout)
            }
            let again = PlannedControl(
                name: "solution, by expected.json",
                group: .solution,
                expected: .one,
                method: .diff(bench.plan.solution)
            )
            runs = try runs.map { try regraded($0, by: expected) }
            runs += note("expected", try await bench.timed([again], onProgress))
        }
        take(runs)
        if !flaky.cases.isEmpty {
            record.warnings.append("set aside, since they do not always pass with the solution: \(list(flaky.cases))")
        }
        if !flaky.tests.isEmpty {
            record.reasons.append(
                "flaky with the solution: \(list(flaky.tests)); mend them, or drop them with 'oneshot validate --fix'"
            )
        }
    }

    private func cases() throws -> [String] {
        try ExpectedResults.read(task.layout.expectedResults)?.suites.flatMap { $0.failToPass + $0.passToPass } ?? []
    }

    /// A mutant may loop for ever, and need not be waited for much longer than for the solution.
    private var limit: Duration {
        let slowest = record.controls.filter { $0.group == .solution }.map(\.seconds).max() ?? 0
        return min(options.verifierLimit, .seconds(max(30, slowest * 5)))
    }

    private mutating func judge(_ outcomes: [ControlOutcome]) throws {
        let (mutation, reason) = Verdict.mutation(outcomes)
        record.mutation = mutation
        if let reason { record.reasons.append(reason) }
        let misses = outcomes.filter { [.mutant, .nearMiss].contains($0.planned.group) && $0.failure == nil }
        if misses.isEmpty, options.mutants == 0 {
            record.reasons.append("no near miss was tried; allow some with --mutants")
        }
    }

    private mutating func take(_ outcomes: [ControlOutcome]) {
        record.controls += outcomes.map(\.control)
        for reason in outcomes.flatMap(Verdict.reasons) where !record.reasons.contains(reason) {
            record.reasons.append(reason)
        }
        record.warnings += outcomes.flatMap(Verdict.warnings)
    }

    private mutating func findNeighbour() {
        let began = Date()
        record.nearest = NearestTask.find(for: task, named: original.slug, in: runner.workspace)
        if let nearest = record.nearest, nearest.similarity >= Verdict.nearDuplicate {
            record.warnings.append(
                "\(nearest.task) is nearly the same task (\(Int(nearest.similarity * 100)) % in common); keep one of them"
            )
        }
        endStage("duplicates", since: began)
    }

    private func list(_ names: [String]) -> String {
        names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", …" : "")
    }

    /// Cases that are set aside may have failed a suite. What has to pass has passed in every run, so the suite has.
    private func regraded(_ run: ControlOutcome, by expected: ExpectedResults) throws -> ControlOutcome {
        var run = run
        for index in run.tests.indices {
            guard let suite = expected[run.tests[index].name], !(suite.failToPass + suite.passToPass).isEmpty else {
                continue
            }
            run.tests[index].status = .passed
        }
        run.criteria = try Grading(task: task, judge: nil).testCriteria(run.tests)
        return run
    }

    /// Keeps how long a stage took.
    private mutating func note<Value>(_ name: String, _ timed: (value: Value, began: Date)) -> Value {
        endStage(name, since: timed.began)
        return timed.value
    }

    private func timed<Value: Sendable>(
        _ body: () async throws -> Value
    ) async throws -> (value: Value, began: Date) {
        let began = Date()
        return (try await body(), began)
    }

    private mutating func endStage(_ name: String, since began: Date) {
        record.stages.append(.init(name: name, seconds: Trial.seconds(from: began, to: Date())))
    }
}
