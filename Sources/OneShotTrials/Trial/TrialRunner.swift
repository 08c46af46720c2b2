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
        let task = try PreparedTask.load(request.task, overrides: request.overrides)
        let agent = try await request.agent.agent(
            solution: task.layout.solution,
            model: request.model,
            environment: environment
        )
        var boundary = try ModelBoundary(for: agent, upstreams: request.upstreams, environment: environment)
        try await boundary?.useProxies(of: environment)
        let description = Description(
            task: task,
            path: relativePath(of: task.layout.directory),
            digests: try task.digests(),
            agent: agent,
            engine: engine.name,
            engineVersion: try await engine.version(),
            oneshot: version
        )
        let (directory, id) = try RunDirectory.create(below: runs ?? workspace.runs, taskID: task.slug)
        let applied: PreparedTask
        do {
            applied = try task.applied(at: directory.work.appendingPathComponent("overridden"))
        } catch {
            await TreeCopy.remove(directory.url)
            throw error
        }
        let trial = Trial(
            run: directory,
            id: id,
            task: applied,
            agent: agent,
            boundary: boundary,
            engine: engine,
            request: request,
            grading: Grading(task: applied, judge: request.judges ? judge : nil),
            redactor: try await redactor(),
            onProgress: onProgress
        )
        await trial.conduct()
        let results = await trial.results(description)
        return (try ResultsFile.write(results, diff: await trial.findings.diffText, to: directory), directory)
    }

    var judge: Judge? { JudgeConfiguration(environment: environment).map(Judge.init) }

    /// A new scope that knows what the workspace knows, and the keys that trials are given.
    func redactor() async throws -> Redactor {
        let keys = ["OPENAI_API_KEY", "CODEX_API_KEY"].compactMap { environment[$0] }
        return try await RedactionPolicy.load(workspace).redactor(knownSecrets: keys)
    }

    /// What does not change while a trial runs.
    struct Description: Sendable {
        var task: PreparedTask
        var path: String
        var digests: PreparedTask.Digests
        var agent: any Agent
        var engine: String
        var engineVersion: String
        var oneshot: String
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
