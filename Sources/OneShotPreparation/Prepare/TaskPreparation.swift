public import Foundation
public import OneShotClient
public import OneShotCore
public import OneShotRedaction

/// Makes a prepared task of a created one: hermetic, checkable, and with the solution kept apart.
public struct TaskPreparation: Sendable {
    public struct Options: Sendable {
        /// Throw away what people have edited in an earlier preparation.
        public var discardsEdits = false
        /// Files or directories of the repository in which a finding of the secret scan is a false alarm.
        public var allowedPaths: [String] = []
        /// What finds secrets, and takes them out of the trace and the texts.
        public var redactor: Redactor
        /// Drafts tests, and puts the instruction and the rubric into words; nil to take what was said as it was said.
        public var draftingModel: ModelClient?

        public init(
            discardsEdits: Bool = false,
            allowedPaths: [String] = [],
            redactor: Redactor = .standard,
            draftingModel: ModelClient? = nil
        ) {
            self.discardsEdits = discardsEdits
            self.allowedPaths = allowedPaths
            self.redactor = redactor
            self.draftingModel = draftingModel
        }
    }

    /// What was made.
    public struct Outcome: Sendable {
        public var task: PreparedTask
        /// The names of the tests that were generated.
        public var tests: [String]
        /// Paths in the task that hold a person's edits, which were kept.
        public var kept: [String]
        /// What a person should know, one sentence each.
        public var notes: [String]
    }

    /// Prepares the created task in `created`.
    ///
    /// The result is `data/tasks/prepared/<slug>`, whole or not at all. What people have edited in it since it was
    /// last prepared is kept.
    ///
    /// - Throws: ``PreparationError``, ``FileError``, `GitError`; nothing is left behind.
    public static func prepare(
        created: URL,
        workspace: Workspace,
        options: Options = Options(),
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> Outcome {
        let task = try CreatedTaskFiles.load(created)
        let destination = try PreparedDirectory(task: task, workspace: workspace, options: options)
        try AtomicFile.makeDirectory(workspace.preparedTasks)
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent(
            "oneshot-prepare-\(UUID().uuidString)"
        )
        try AtomicFile.makeDirectory(scratch, mode: 0o700)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let partial = workspace.preparedTasks.appendingPathComponent(
            ".\(destination.slug).\(UUID().uuidString.prefix(8)).partial"
        )
        do {
            var draft = try await TaskDraft.make(task, scratch: scratch, options: options, progress: progress)
            draft.redactor = options.redactor
            draft.paths = HostPaths(repository: task.facts.repository, workspace: workspace.root)
            try await draft.addDraftedTests(by: options.draftingModel, in: destination, progress: progress)
            if let model = options.draftingModel {
                progress("asking \(model.host) for the instruction and the rubric")
                draft.modelDraft = try await draft.drafted(by: model)
            }
            progress("writing \(destination.url.path)")
            let tests = try await draft.write(to: PreparedTaskLayout(directory: partial))
            var generated = GeneratedFiles(digests: try GeneratedFiles.digests(in: partial))
            for path in draft.draftedTests.filter(\.isEdited).flatMap(\.files.keys) {
                // A person's, which the next preparation has to keep as this one does.
                generated.digests["\(PreparedDirectory.repositoryTests)/\(path)"] = nil
            }
            let kept = try destination.keepEdits(in: partial, generated: generated)
            try TaskDraft.updateMetadata(of: PreparedTaskLayout(directory: partial))
            _ = try PreparedTask.load(partial)
            let leaks = try await draft.leaks(in: PreparedTaskLayout(directory: partial))
            try destination.replace(with: partial)
            try generated.save(slug: destination.slug, in: workspace)
            return Outcome(
                task: try PreparedTask.load(destination.url),
                tests: tests,
                kept: kept,
                notes: destination.notes + draft.notes + leaks
            )
        } catch {
            try? FileManager.default.removeItem(at: partial)
            throw error
        }
    }
}

extension TaskPreparation {
    /// The directory that a person means: a path, or the name of a created task of the workspace.
    public static func directory(named name: String, in workspace: Workspace) -> URL {
        let path = URL(fileURLWithPath: name)
        let named = workspace.createdTasks.appendingPathComponent(name)
        let isName = !name.contains("/") && !FileManager.default.fileExists(atPath: path.path)
        return isName && FileManager.default.fileExists(atPath: named.path) ? named : path
    }
}
