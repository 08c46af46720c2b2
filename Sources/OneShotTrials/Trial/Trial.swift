import Foundation
import OneShotCore
import OneShotPreparation
import OneShotRecorder
import OneShotRedaction
import OneShotSandbox
import OneShotSessions
import OneShotStore

/// One agent on one prepared task, once: the phases of ``TrialMachine``, carried out.
actor Trial {
    let run: RunDirectory
    let id: RunID
    /// As its overrides make it.
    let task: PreparedTask
    let agent: any Agent
    let boundary: ModelBoundary?
    let engine: any Engine
    let request: TrialRequest
    let grading: Grading
    let redactor: Redactor
    private let onProgress: @Sendable (TrialProgress) async -> Void

    private(set) var machine: TrialMachine
    private(set) var findings = Findings()
    private var tokens = 0

    /// What is known so far; a trial that fails keeps what it had.
    struct Findings: Sendable {
        var imageDigest = ""
        var baseImage: String?
        /// The commit that the trial started from.
        var baseline: String?
        var usage = Usage()
        var diff = DiffSummary()
        var diffDigest: String?
        var diffText = ""
        var tests: [TestResult] = []
        var criteria: [CriterionResult] = []
        var models: [String] = []
    }

    init(
        run: RunDirectory,
        id: RunID,
        task: PreparedTask,
        agent: any Agent,
        boundary: ModelBoundary?,
        engine: any Engine,
        request: TrialRequest,
        grading: Grading,
        redactor: Redactor,
        onProgress: @escaping @Sendable (TrialProgress) async -> Void
    ) {
        self.run = run
        self.id = id
        self.task = task
        self.agent = agent
        self.boundary = boundary
        self.engine = engine
        self.request = request
        self.grading = grading
        self.redactor = redactor
        self.onProgress = onProgress
        machine = TrialMachine(startingAt: Date())
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
        await Task { [run] in await TreeCopy.remove(run.work) }.value
    }

    private func carryOut() async throws {
        await tell()
        let image = try await engine.image(dockerfile: task.layout.dockerfile) { [weak self] line in
            Task { await self?.tell(note: line) }
        }
        findings.imageDigest = image.digest
        findings.baseImage = image.base
        await pass()

        let base = try await Baseline.create(of: task, at: run.work.appendingPathComponent("base"))
        findings.baseline = base.commit
        let workspace = run.work.appendingPathComponent("workspace")
        try await base.copy(to: workspace)
        await pass()

        try await runAgent(image: image, workspace: workspace)
        await tell()

        let diff = try await base.diff(of: workspace)
        try AtomicFile.write(diff, to: run.diff)
        findings.diff = try await base.summary(of: diff)
        findings.diffDigest = Digest.sha256(diff)
        findings.diffText = String(decoding: diff, as: UTF8.self)
        await TreeCopy.remove(workspace)
        await pass()

        let verifier = Verifier(
            engine: engine,
            image: image,
            layout: task.layout,
            baseline: base,
            environment: task.overrides?.environment(for: .verifier) ?? [:],
            limit: request.verifierLimit
        )
        findings.tests = try await verifier.run(
            diff: run.diff,
            work: run.work.appendingPathComponent("verify"),
            log: try RunLog(run.verifierLog, redactor: redactor),
            label: id.description
        )
        findings.criteria = try grading.testCriteria(findings.tests)
        await pass()

        let judged = try await grading.judgeCriteria(diff: findings.diffText, tests: findings.tests)
        findings.criteria = grading.ordered(findings.criteria + judged)
        await pass()

        try await keepSession()
        machine.handle(.completed, at: Date())
    }

    private func runAgent(image: SandboxImage, workspace: URL) async throws {
        let phase = AgentPhase(
            run: run,
            id: id,
            agent: agent,
            boundary: boundary,
            engine: engine,
            image: image,
            task: task,
            workspace: workspace,
            timeLimit: request.timeLimit,
            budget: request.budget
        )
        let log = try RunLog(run.agentLog, redactor: redactor)
        let ticker = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: .milliseconds(500))
                await tell()
            }
        }
        defer { ticker.cancel() }
        let outcome = try await phase.run(log: log) { [weak self] tokens in await self?.count(tokens) }
        findings.usage = outcome.usage
        if let message = outcome.reading.lastMessage {
            try AtomicFile.write(.text(redactor.redact(message + "\n")), to: run.lastMessage)
        }
        machine.handle(
            .agentEnded(
                exitCode: outcome.exitCode,
                timedOut: outcome.timedOut,
                refusedBy: (outcome.refusal?.limit).flatMap(TrialLimit.init)
            ),
            at: Date()
        )
        if let trouble = outcome.trouble(of: agent, overrides: task.overrides) {
            try? await keepSession()
            throw trouble
        }
    }

    /// Writes the trial's own session, if it had one.
    private func keepSession() async throws {
        guard boundary != nil, FileManager.default.fileExists(atPath: run.traces.path) else { return }
        let clean = run.work.appendingPathComponent("clean.sqlite3")
        try await Cleaner(raw: run.traces, clean: clean, prices: PriceTable.load()).poll()
        try RawStore.settle(run.traces)
        guard let session = try await CleanStore.openForReading(clean).session(id.description) else { return }
        findings.models = session.models
        try AtomicFile.write(.session(redactor.redact(session)), to: run.session)
    }

    private func pass() async {
        machine.handle(.completed, at: Date())
        await tell()
    }

    private func count(_ tokens: Int) { self.tokens = tokens }

    private func tell(note: String? = nil) async {
        guard let record = machine.records.last, machine.outcome == nil else { return }
        await onProgress(
            TrialProgress(
                phase: record.phase,
                seconds: Date().timeIntervalSince(record.startedAt),
                timeLimit: Double(request.timeLimit.components.seconds),
                tokens: tokens,
                tokenLimit: request.budget?.tokens,
                note: note
            )
        )
    }

    private static func line(_ error: any Error) -> String {
        "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
