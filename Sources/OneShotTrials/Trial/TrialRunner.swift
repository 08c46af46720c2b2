public import Foundation
public import OneShotCore
import OneShotPreparation
import OneShotRedaction
public import OneShotSandbox
import OneShotSessions

/// Runs trials and grades them again.
public struct TrialRunner: Sendable {
    public let workspace: Workspace
    public let engine: any Engine
    /// The version of this program, for results.
    public let version: String
    /// Where keys and the agent's place are looked up.
    public let environment: [String: String]

    public init(
        workspace: Workspace,
        engine: any Engine,
        version: String,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.workspace = workspace
        self.engine = engine
        self.version = version
        self.environment = environment
    }

    /// Runs one trial to its end and writes `data/runs/<run_id>/`.
    ///
    /// - Parameters:
    ///   - runs: where the run's directory is made; the workspace's own when nil.
    ///   - onProgress: called at each phase, and about twice a second while the agent works.
    /// - Returns: the results as they are on disk, whatever the outcome: a trial that was cancelled or that failed for
    ///   reasons that are not the agent's has results without a score.
    /// - Throws: what can be known before the trial begins: `PreparationError`, `FileError`, ``TrialError``.
    public func run(
        _ request: TrialRequest,
        runs: URL? = nil,
        onProgress: @escaping @Sendable (TrialProgress) async -> Void = { _ in }
    ) async throws -> (results: TrialResults, directory: RunDirectory) {
        let description = try await describe(request)
        let worker = try await worker(for: request, description, onProgress)
        if runs == nil { try workspace.makeOwnDirectory(workspace.runs) }
        let (directory, id, lock) = try RunDirectory.create(
            below: runs ?? workspace.runs,
            taskID: description.task.slug,
            request: request,
            engine: engine.name,
            version: version
        )
        defer { lock.release() }
        let attempts = Attempts(
            runner: self,
            request: request,
            description: description,
            run: directory,
            id: id,
            worker: worker,
            onProgress: onProgress
        )
        do {
            return (try await attempts.carryOut(from: .attempt(1)), directory)
        } catch {
            // Nothing was begun: what was asked for cannot be done.
            if !FileManager.default.fileExists(atPath: directory.attempt(1).record.path) {
                await TreeCopy.remove(directory.url)
            }
            throw error
        }
    }

    /// Goes on with a run that was interrupted, was cancelled or failed for reasons that are not the agent's. What its
    /// agent had finished is only graded; else there is a new attempt. A run that has a score stays as it is.
    ///
    /// - Throws: ``TrialError/busy(run:)``, ``TrialError/notResumable(run:reason:)``, and what ``run(_:runs:onProgress:)``
    ///   throws.
    public func resume(
        _ run: RunDirectory,
        onProgress: @escaping @Sendable (TrialProgress) async -> Void = { _ in }
    ) async throws -> TrialResults {
        guard let lock = try await FileLock.take(run.lock, within: .seconds(2)) else {
            throw TrialError.busy(run: run.name)
        }
        defer { lock.release() }
        if run.state == .finished {
            let results = try ResultsFile.read(run)
            if results.outcome == .scored { return results }
        }
        let record = try TrialRecord.read(run)
        await run.removeWork()
        run.removeHalfWritten()
        let attempts = Attempts(
            runner: self,
            request: record.request,
            description: try await describe(record.request),
            run: run,
            id: record.runID,
            worker: nil,
            onProgress: onProgress
        )
        return try await attempts.carryOut(from: try await attempts.next())
    }

    func describe(_ request: TrialRequest) async throws -> Description {
        let task = try PreparedTask.load(request.task, overrides: request.overrides)
        let digests = try task.digests()
        return Description(
            task: task,
            path: relativePath(of: task.layout.directory),
            digests: digests,
            reference: try ReferenceTrial.read(of: task, digests: digests),
            engine: engine.name,
            engineVersion: try await engine.version(),
            oneshot: version,
            prices: try prices(),
            judge: request.judges ? try judge(request.judging) : nil
        )
    }

    /// The agent, with everything checked that can be checked before it starts.
    func worker(
        for request: TrialRequest,
        _ description: Description,
        _ onProgress: @escaping @Sendable (TrialProgress) async -> Void
    ) async throws -> Trial.Worker {
        let agent = try await request.agent.agent(
            solution: description.task.layout.solution,
            options: request.options,
            environment: environment,
            workspace: workspace
        ) { await onProgress(TrialProgress(announcement: $0)) }
        let overrides = description.task.overrides
        let allowedHosts = overrides?.allowedInstallHosts ?? []
        if let refused = agent.install?.hosts.filter({ !allowedHosts.contains($0.lowercased()) }), !refused.isEmpty {
            throw TrialError.installNotAllowed(agent: agent.name, hosts: refused)
        }
        var boundary = try ModelBoundary(
            for: agent,
            upstreams: request.upstreams,
            serverTools: ServerToolPolicy(allowing: overrides?.allowedServerTools ?? []),
            environment: environment
        )
        let proxy = try await ModelBoundary.proxy(of: environment)
        boundary?.prices = description.prices
        boundary?.proxy = proxy
        return Trial.Worker(agent: agent, boundary: boundary, proxy: proxy)
    }

    func judge(_ options: JudgeOptions) throws -> Judge? {
        try Judge(options, environment: environment, prices: prices())
    }

    func prices() throws -> PriceTable { try PriceTable.load(workspace: workspace, environment: environment) }

    /// A new scope that knows what the workspace knows, and the keys that trials are given.
    func redactor(knowing providers: [ModelProvider] = []) async throws -> Redactor {
        let variables = ModelProvider.keyVariables.union(providers.map(\.keyVariable))
        let keys = variables.sorted().compactMap { environment[$0] }
        return try await RedactionPolicy.load(workspace).redactor(knownSecrets: keys)
    }

    /// What does not change while a trial runs.
    struct Description: Sendable {
        var task: PreparedTask
        var path: String
        var digests: PreparedTask.Digests
        var reference: ReferenceTrial?
        var engine: String
        var engineVersion: String
        var oneshot: String
        var prices: PriceTable
        var judge: Judge?
    }

    /// The directory that ``relativePath(of:)`` has named.
    func place(ofTask path: String) -> URL {
        path.hasPrefix("/") ? URL(fileURLWithPath: path) : workspace.root.appendingPathComponent(path)
    }

    /// Below the workspace where the task lies there, so that the workspace can be moved.
    func relativePath(of directory: URL) -> String {
        let root = workspace.root.path
        let path = directory.standardizedFileURL.path
        return path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
    }
}

extension PreparedTask.Digests {
    /// By the names that `results.json` has.
    var byName: [String: String] {
        let names = [
            "metadata": metadata, "dockerfile": environment, "bundle": repository, "instructions": overlayFiles,
            "overlay_repo_files": overlayRepositoryFiles, "tests": tests, "rubric": rubric, "solution": solution,
        ]
        return names.merging(overrides.map { ["overrides": $0] } ?? [:]) { $1 }
    }
}
