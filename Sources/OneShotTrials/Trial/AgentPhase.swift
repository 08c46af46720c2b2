import Foundation
import OneShotCore
import OneShotPreparation
import OneShotProcess
import OneShotRecorder
import OneShotSandbox

/// The agent at work: its sandbox, and the recorder that is its only way out.
struct AgentPhase: Sendable {
    let run: RunDirectory
    let id: RunID
    let agent: any Agent
    let boundary: ModelBoundary?
    let engine: any Engine
    let image: SandboxImage
    let task: PreparedTask
    /// The host's directory that is the agent's `/workspace`.
    let workspace: URL
    let timeLimit: Duration
    let budget: Budget?

    struct Outcome: Sendable {
        var exitCode: Int32 = 0
        var timedOut = false
        /// Why the recorder refused a call, if it did.
        var refusal: BudgetStop?
        var usage = Usage()
        var reading = AgentReading()
        /// The last line on standard error.
        var complaint = ""
    }

    /// Runs the agent to its end or to its limit. When this returns, nothing of it is alive.
    ///
    /// - Parameter onTokens: called now and then with what the session has used.
    func run(log: RunLog, onTokens: @escaping @Sendable (Int) async -> Void) async throws -> Outcome {
        let files = run.work.appendingPathComponent("agent")
        try AtomicFile.makeDirectory(files)
        let launch = try await agent.launch(in: files)
        guard let command = launch.command else { return Outcome() }
        guard let boundary else {
            return try await start(command, launch, files: files, network: .none, environment: [:], log: log)
        }

        let authority = try CertificateAuthority.loadOrCreate(directory: run.work.appendingPathComponent("ca"))
        try AtomicFile.write(authority.certificatePEM, to: files.appendingPathComponent("ca.pem"))
        try authority.writeBundle(to: files.appendingPathComponent("ca-bundle.pem"))
        return try await withSocketDirectory { directory in
            let socket = directory.appendingPathComponent("recorder.sock").path
            let configuration = boundary.configuration(
                run: id,
                socket: socket,
                database: run.traces,
                // Not among the artifacts, which are shared: with it a short secret could be guessed.
                fingerprintKey: run.work.appendingPathComponent("fingerprint.key"),
                authority: authority,
                budget: budget
            )
            return try await Recorder.run(configuration) { recorder in
                let ticker = Task {
                    while !Task.isCancelled {
                        await onTokens(await recorder.usage(ofSession: id.description).freshTokens)
                        try await Task.sleep(for: .milliseconds(500))
                    }
                }
                defer { ticker.cancel() }
                var outcome = try await start(
                    command,
                    launch,
                    files: files,
                    network: .forwarded(port: InsidePath.proxyPort, path: socket),
                    environment: AgentEnvironment.forModel(run: id),
                    log: log
                )
                outcome.usage = await recorder.usage(ofSession: id.description)
                outcome.refusal = await recorder.budgetStop(ofSession: id.description)
                return outcome
            }
        }
    }

    private func start(
        _ command: [String],
        _ launch: AgentLaunch,
        files: URL,
        network: SandboxSpecification.Network,
        environment: [String: String],
        log: RunLog
    ) async throws -> Outcome {
        let visible = run.work.appendingPathComponent("task")
        try AtomicFile.makeDirectory(visible)
        try await TreeCopy.lay(task.layout.overlayFiles, over: visible)
        try AtomicFile.write(task.instructions, to: visible.appendingPathComponent("LM_INSTRUCTIONS.md"))
        let home = run.work.appendingPathComponent("home")
        let hasHome = try task.overrides?.writeHome(to: home) ?? false
        let specification = SandboxSpecification(
            image: image,
            label: id.description,
            mounts: [
                .init(host: workspace, inside: InsidePath.workspace, writable: true),
                .init(host: visible, inside: InsidePath.task),
                .init(host: files, inside: InsidePath.agent),
            ] + launch.mounts,
            network: network,
            home: hasHome ? home : nil,
            workingDirectory: [InsidePath.workspace, task.overrides?.subdirectory].compactMap { $0 }.joined(
                separator: "/"
            )
        )
        let output = RunLog.Capture()
        let errors = RunLog.Capture()
        let variables = (task.overrides?.environment(for: .agent) ?? [:]).merging(AgentEnvironment.basic) { $1 }
            .merging(environment) { $1 }.merging(launch.environment) { $1 }
        let result = try await engine.withSandbox(specification) { sandbox in
            try await sandbox.run(command, environment: variables, timeout: timeLimit) { chunk, stream in
                await log.append(chunk, from: stream)
                await (stream == .standardOutput ? output : errors).append(chunk)
            }
        }
        await log.flush()
        let complaints = String(decoding: await errors.data.suffix(4096), as: UTF8.self)
        return Outcome(
            exitCode: result.shellCode,
            timedOut: result.exit == .timedOut,
            reading: agent.reading(of: await output.data),
            complaint: complaints.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
        )
    }
}

extension AgentPhase.Outcome {
    /// The refusal because of which an agent that needs a model could do nothing; nil when it could do something. A
    /// model without a price is refused each time.
    func refusalOfAll(by agent: any Agent) -> BudgetStop? {
        guard let refusal, agent.usesModel else { return nil }
        return refusal.limit == .price || usage.totalTokens == 0 ? refusal : nil
    }

    /// Nil, or why this run says nothing about the agent.
    func trouble(of agent: any Agent, overrides: TaskOverrides?) -> TrialError? {
        if agent is OracleAgent, exitCode != 0 {
            let reason = complaint.isEmpty ? "git apply ended with \(exitCode)" : complaint
            guard let overrides, overrides.changesRepository else { return .solutionDoesNotApply(reason: reason) }
            return .solutionDoesNotApply(reason: "\(reason); \(overrides.name) removes or replaces what it needs")
        }
        guard agent.usesModel, usage.totalTokens == 0, refusal == nil, exitCode != 0 else { return nil }
        let reason = reading.error ?? (complaint.isEmpty ? nil : complaint)
        return .model(
            reason: (reason ?? "it ended with \(exitCode)").split(whereSeparator: \.isNewline).joined(separator: " ")
        )
    }
}
