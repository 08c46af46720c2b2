import Foundation
import OneShotCore
import OneShotPreparation
import OneShotProcess
import OneShotRecorder
import OneShotRedaction
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
    /// What the person has set for the agent.
    let environment: [String: String]
    let redactor: Redactor
    /// How registries are reached; directly when nil.
    let proxy: UpstreamProxy?

    struct Outcome: Sendable {
        var exitCode: Int32 = 0
        /// ``TrialLimit/time`` or ``TrialLimit/disk``, when the sandbox was ended for it.
        var stoppedAt: TrialLimit?
        /// Why the recorder refused a call, if it did.
        var refusal: BudgetStop?
        var usage = Usage()
        var reading = AgentReading()
        /// The last line on standard error.
        var complaint = ""
    }

    /// Runs the agent to its end or to its limit. When this returns, nothing of it is alive.
    ///
    /// - Parameter onActivity: called now and then with what the session has used and does.
    func run(
        log: RunLog,
        onActivity: @escaping @Sendable (SessionActivity) async -> Void
    ) async throws -> Outcome {
        // What it keeps for its program stays until that has ended.
        defer { withExtendedLifetime(agent) {} }
        let files = run.work.appendingPathComponent("agent")
        try AtomicFile.makeDirectory(files)
        let launch = try await agent.launch(in: files)
        guard let command = launch.command else { return Outcome() }
        var seat = try await seat(for: launch, files: files)
        guard boundary != nil || agent.install != nil else {
            return try await start(command, launch, seat, way: [:], log: log)
        }

        let authority = try CertificateAuthority.loadOrCreate(directory: run.work.appendingPathComponent("ca"))
        try AtomicFile.write(authority.certificatePEM, to: files.appendingPathComponent("ca.pem"))
        try authority.writeBundle(to: files.appendingPathComponent("ca-bundle.pem"))
        if let install = agent.install {
            let phase = InstallPhase(
                install: install,
                engine: engine,
                specification: seat,
                id: id,
                work: run.work,
                authority: authority,
                proxy: proxy
            )
            seat.home = try await phase.run(environment: variables(launch, way: [:]), log: log)
        }
        guard let boundary else { return try await start(command, launch, seat, way: [:], log: log) }
        return try await withSocketDirectory { [seat] directory in
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
                        await onActivity(await recorder.activity(ofSession: id.description))
                        try await Task.sleep(for: .milliseconds(500))
                    }
                }
                defer { ticker.cancel() }
                var seat = seat
                seat.network = .forwarded(port: InsidePath.proxyPort, path: socket)
                let way = AgentEnvironment.forModel(run: id, providers: boundary.providers)
                var outcome = try await start(command, launch, seat, way: way, log: log)
                let activity = await recorder.activity(ofSession: id.description)
                outcome.usage = activity.usage
                outcome.refusal = await recorder.budgetStop(ofSession: id.description)
                return outcome
            }
        }
    }

    /// The agent's sandbox, as yet without a network.
    private func seat(for launch: AgentLaunch, files: URL) async throws -> SandboxSpecification {
        let visible = run.work.appendingPathComponent("task")
        try AtomicFile.makeDirectory(visible)
        try await TreeCopy.lay(task.layout.overlayFiles, over: visible)
        try AtomicFile.write(task.instructions, to: visible.appendingPathComponent("LM_INSTRUCTIONS.md"))
        let home = run.work.appendingPathComponent("home")
        let hasHome = try task.overrides?.writeHome(to: home) ?? false
        return SandboxSpecification(
            image: image,
            label: id.description,
            mounts: [
                .init(host: workspace, inside: InsidePath.workspace, writable: true),
                .init(host: visible, inside: InsidePath.task),
                .init(host: files, inside: InsidePath.agent),
            ] + (try await neutral(launch.mounts)),
            home: hasHome ? home : nil,
            workingDirectory: [InsidePath.workspace, task.overrides?.subdirectory].compactMap { $0 }.joined(
                separator: "/"
            )
        )
    }

    /// The mounts of an agent under paths that tell nothing of this machine: what does not lie in a directory that is the
    /// same on every system is linked, or copied where that cannot be, beside the trial's own files.
    private func neutral(_ mounts: [SandboxSpecification.Mount]) async throws -> [SandboxSpecification.Mount] {
        let place = run.work.appendingPathComponent("given")
        var all: [SandboxSpecification.Mount] = []
        for mount in mounts {
            var mount = mount
            let source = mount.host.resolvingSymlinksInPath()
            let isKnown = ["/usr/", "/opt/", run.work.path + "/"].contains { source.path.hasPrefix($0) }
            if !isKnown, !mount.writable {
                mount.host = place.appendingPathComponent(String(all.count))
                try AtomicFile.makeDirectory(place)
                try await TreeCopy.link(source, as: mount.host)
            }
            all.append(mount)
        }
        return all
    }

    private func variables(_ launch: AgentLaunch, way: [String: String]) -> [String: String] {
        (task.overrides?.environment(for: .agent) ?? [:]).merging(AgentEnvironment.basic) { $1 }
            .merging(way) { $1 }.merging(launch.environment) { $1 }.merging(outputLimit(launch)) { $1 }
            .merging(environment) { $1 }
    }

    /// A quarter of the limit for one answer, so that a call is not refused for what it only might use.
    private func outputLimit(_ launch: AgentLaunch) -> [String: String] {
        let limits = [budget?.tokens, budget?.outputTokens, budget?.totalTokens].compactMap(\.self)
        guard let variable = launch.outputLimitVariable, let least = limits.min() else { return [:] }
        return [variable: String(max(1024, min(32_000, least / 4)))]
    }

    private func start(
        _ command: [String],
        _ launch: AgentLaunch,
        _ seat: SandboxSpecification,
        way: [String: String],
        log: RunLog
    ) async throws -> Outcome {
        let output = RunLog.Capture()
        let errors = RunLog.Capture()
        let session = run.work.appendingPathComponent("session")
        var seat = seat
        if !launch.sessionFiles.isEmpty {
            try AtomicFile.makeDirectory(session)
            seat.mounts.append(.init(host: session, inside: InsidePath.session, writable: true))
        }
        let result = try await engine.withSandbox(seat) { sandbox in
            let result = try await sandbox.run(
                command,
                environment: variables(launch, way: way),
                timeout: timeLimit
            ) { chunk, stream in
                await log.append(chunk, from: stream)
                await (stream == .standardOutput ? output : errors).append(chunk)
            }
            if !launch.sessionFiles.isEmpty {
                let handOut = SessionFiles.command(for: launch.sessionFiles)
                _ = try await sandbox.run(handOut, timeout: .seconds(30))
            }
            return result
        }
        await log.flush()
        for omitted in try SessionFiles.keep(from: session, to: run.agentFiles, redactor: redactor) {
            await log.note("not kept of the agent's own files: \(omitted)")
        }
        let complaints = String(decoding: await errors.data.suffix(4096), as: UTF8.self)
        return Outcome(
            exitCode: result.shellCode,
            stoppedAt: result.limit,
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
        if agent is ReplayAgent, exitCode != 0, stoppedAt == nil {
            return .replay(reason: complaint.isEmpty ? "it ended with \(exitCode)" : complaint)
        }
        guard usage.totalTokens == 0, refusal == nil else { return nil }
        let end = stoppedAt.map { "it was stopped at its \($0.word) limit" } ?? "it ended with \(exitCode)"
        let words = reading.error ?? (complaint.isEmpty ? end : complaint)
        let reason = words.split(whereSeparator: \.isNewline).joined(separator: " ")
        // What a shell and the sandbox say of a program that is not there (127) or cannot be run (126), and the loader of
        // one that was built for a newer C library; a line of the person's own may end so too.
        let isTooNew = reason.contains(/version `GLIBC[\w.]*' not found/)
        if exitCode == 126 || exitCode == 127 || isTooNew, !(agent is CommandAgent) {
            return .agentNotStarted(name: agent.name, reason: reason)
        }
        return agent.usesModel ? .model(reason: reason) : nil
    }
}

extension CommandResult {
    /// The sandbox's limit that ended the command.
    fileprivate var limit: TrialLimit? {
        switch exit {
        case .timedOut: .time
        case .signal(SIGXFSZ): .disk
        default: nil
        }
    }
}
