import Foundation
import OneShotCore
import OneShotPreparation
import OneShotRecorder
import OneShotRedaction
import OneShotSandbox

/// One agent on one prepared task, once: the phases of ``TrialMachine``, carried out.
actor Trial {
    let run: RunDirectory
    let attempt: AttemptDirectory
    let id: RunID
    /// As its overrides make it.
    let task: PreparedTask
    /// Nil for a trial whose agent has ended, and which is only graded.
    let worker: Worker?
    let engine: any Engine
    let request: TrialRequest
    let grading: Grading
    let redactor: Redactor
    let prices: PriceTable
    private let onProgress: @Sendable (TrialProgress) async -> Void

    private(set) var machine: TrialMachine
    private(set) var findings = Findings()
    /// How far it is, as it is on disk.
    private(set) var record: AttemptRecord
    private var activity: SessionActivity?

    /// Who does the task, and what it reaches.
    struct Worker: Sendable {
        var agent: any Agent
        var boundary: ModelBoundary?
        /// How the world outside is reached; directly when nil.
        var proxy: UpstreamProxy?
    }

    /// What is known so far; a trial that fails keeps what it had.
    struct Findings: Sendable {
        var imageDigest = ""
        var baseImage: String?
        /// The commit that the trial started from.
        var baseline: String?
        var spending = Spending()
        var diff = DiffSummary()
        var diffDigest: String?
        var diffText = ""
        var tests: [TestResult] = []
        var criteria: [CriterionResult] = []
        var model: String?
        var strippedTools: [String: Int]?
        /// The last line on the agent's standard error.
        var complaint = ""
    }

    /// - Parameter record: of the attempt as it begins, or of one whose agent has ended, which then is only graded.
    init(
        run: RunDirectory,
        record: AttemptRecord,
        id: RunID,
        task: PreparedTask,
        worker: Worker?,
        engine: any Engine,
        request: TrialRequest,
        grading: Grading,
        redactor: Redactor,
        prices: PriceTable,
        onProgress: @escaping @Sendable (TrialProgress) async -> Void
    ) {
        self.run = run
        attempt = run.attempt(record.attempt)
        self.record = record
        self.id = id
        self.task = task
        self.worker = worker
        self.engine = engine
        self.request = request
        self.grading = grading
        self.redactor = redactor
        self.prices = prices
        self.onProgress = onProgress
        guard let work = record.work else {
            machine = TrialMachine(startingAt: Date())
            return
        }
        machine = TrialMachine(
            grading: record.phases.filter { $0.name <= .diff }.compactMap(TrialMachine.Record.init),
            limit: work.limit,
            exitCode: work.exitCode,
            startingAt: Date()
        )
        findings.spending = work.spending
        findings.model = work.model
        findings.strippedTools = work.strippedTools
        findings.diff = work.diff
        findings.diffDigest = work.diffDigest
        findings.baseline = work.baseline
    }

    /// Carries out all phases. However it ends, nothing is left running, and the machine has an outcome.
    func conduct() async {
        do {
            try await carryOut()
        } catch {
            if error is CancellationError || Task.isCancelled {
                machine.handle(.cancelled, at: Date())
            } else {
                machine.handle(.failed(reason: Self.line(error)), at: Date())
            }
        }
        await Task { [run] in await run.removeWork() }.value
    }

    private func carryOut() async throws {
        try run.makeWork()
        try save()
        await tell()
        let image = try await engine.image(dockerfile: task.layout.dockerfile) { [weak self] line in
            Task { await self?.tell(note: line) }
        }
        findings.imageDigest = image.digest
        findings.baseImage = image.base
        if worker != nil { try await pass() }

        let base = try await Baseline.create(of: task, at: run.work.appendingPathComponent("base"))
        if let worker {
            findings.baseline = base.commit
            try await work(worker, on: base, image: image)
            guard machine.outcome == nil else { return }
        } else {
            guard base.commit == findings.baseline else {
                throw TrialError.notScorable(run: run.name, reason: "the task's start is another than the agent's was")
            }
            findings.diffText = String(decoding: try Data(contentsOf: attempt.diff), as: UTF8.self)
        }
        try await grade(on: base, image: image)
    }

    /// The agent, and what it left.
    private func work(_ worker: Worker, on base: Baseline, image: SandboxImage) async throws {
        let workspace = run.work.appendingPathComponent("workspace")
        try await base.copy(to: workspace)
        try await pass()

        try await run(worker, image: image, workspace: workspace)
        guard machine.outcome == nil else { return }
        try save()
        await tell()

        let diff = try await base.diff(of: workspace)
        try AtomicFile.write(diff, to: attempt.diff)
        findings.diff = try await base.summary(of: diff)
        let digest = Digest.sha256(diff)
        findings.diffDigest = digest
        findings.diffText = String(decoding: diff, as: UTF8.self)
        if let trouble = neverStarted { throw trouble }
        record.work = .init(
            limit: machine.limit,
            exitCode: machine.exitCode,
            spending: findings.spending,
            model: findings.model,
            strippedTools: findings.strippedTools,
            diff: findings.diff,
            diffDigest: digest,
            baseline: base.commit
        )
        // From here on nothing of the agent's is lost, whatever happens to this process.
        try await pass()
        await TreeCopy.remove(workspace)
    }

    /// Nil, or why a command line of the person's own cannot have begun: its program was not found inside or could not be
    /// run, as shells say it, and it did nothing.
    private var neverStarted: TrialError? {
        guard let code = machine.exitCode, code == 127 || code == 126, findings.diff.files.isEmpty,
            findings.spending.calls == 0
        else { return nil }
        let reason = findings.complaint.isEmpty ? "it ended with \(code)" : findings.complaint
        return .agentNotStarted(name: record.agent.name, reason: reason)
    }

    private func grade(on base: Baseline, image: SandboxImage) async throws {
        let verifier = Verifier(
            engine: engine,
            image: image,
            layout: task.layout,
            baseline: base,
            environment: task.overrides?.environment(for: .verifier) ?? [:],
            limit: request.verifierLimit
        )
        findings.tests = try await verifier.runBelievably(
            diff: attempt.diff,
            work: run.work.appendingPathComponent("verify"),
            log: try RunLog(run.verifierLog, redactor: redactor),
            label: id.description
        )
        findings.criteria = try grading.testCriteria(findings.tests)
        try await pass()

        let judged = try await grading.judgeCriteria(diff: findings.diffText, tests: findings.tests)
        findings.criteria = grading.ordered(findings.criteria + judged)
        try await pass()
        machine.handle(.completed, at: Date())
    }

    private func run(_ worker: Worker, image: SandboxImage, workspace: URL) async throws {
        let phase = AgentPhase(
            run: run,
            id: id,
            agent: worker.agent,
            boundary: worker.boundary,
            engine: engine,
            image: image,
            task: task,
            workspace: workspace,
            timeLimit: request.timeLimit,
            budget: request.budget,
            environment: request.options.environment,
            redactor: redactor,
            proxy: worker.proxy
        )
        let log = try RunLog(run.agentLog, redactor: redactor)
        let ticker = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: .milliseconds(500))
                await tell()
            }
        }
        defer { ticker.cancel() }
        let outcome = try await phase.run(log: log) { [weak self] in await self?.note($0) }
        findings.complaint = outcome.complaint
        if let message = outcome.reading.lastMessage {
            try AtomicFile.write(.text(redactor.redact(message + "\n")), to: run.lastMessage)
        }
        try await keepSession()
        if let stop = outcome.refusalOfAll(by: worker.agent) {
            return machine.handle(.refused(reason: stop.message), at: Date())
        }
        machine.handle(
            .agentEnded(
                exitCode: outcome.exitCode,
                stoppedAt: outcome.stoppedAt,
                refusedBy: (outcome.refusal?.limit).flatMap(TrialLimit.init)
            ),
            at: Date()
        )
        if let trouble = outcome.trouble(of: worker.agent, overrides: task.overrides) { throw trouble }
    }

    /// Writes the trial's own session, if it had one.
    private func keepSession() async throws {
        guard
            let trace = try await TrialTrace.read(
                id.description,
                in: attempt.traces,
                prices: prices,
                scratch: run.work
            )
        else { return }
        findings.spending = Spending(trace.session)
        findings.model = trace.session.models.last
        findings.strippedTools = trace.strippedTools
        try AtomicFile.write(.session(redactor.redact(trace.session)), to: attempt.session)
    }

    private func pass() async throws {
        machine.handle(.completed, at: Date())
        try save()
        await tell()
    }

    /// Writes down how far the attempt is.
    private func save() throws {
        record.phases = machine.phases
        try AtomicFile.write(try StrictJSON.encode(record), to: attempt.record)
    }

    private func note(_ activity: SessionActivity) { self.activity = activity }

    private func tell(note: String? = nil) async {
        guard let record = machine.records.last, machine.outcome == nil else { return }
        await onProgress(
            TrialProgress(
                phase: record.phase,
                seconds: Date().timeIntervalSince(record.startedAt),
                timeLimit: Double(request.timeLimit.components.seconds),
                tokens: activity?.usage.freshTokens ?? 0,
                tokenLimit: request.budget?.tokens,
                turns: activity?.calls ?? 0,
                lastTool: activity?.lastTool,
                note: note
            )
        )
    }

    private static func line(_ error: any Error) -> String {
        "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
