import Foundation
import OneShotCore
import OneShotGit
import OneShotRedaction
import OneShotSessions

extension TaskCapture {
    /// Writes the created task of a source, whole or not at all.
    ///
    /// - Throws: ``GitError``, ``FileError``.
    func write(_ source: TaskSource, in repository: Repository) async throws -> CapturedTask {
        var task = source.task
        let store = try await store(of: repository)
        try await keepStart(of: task, in: store)
        let reference = try await store.keep(source.end, beyond: task.snapshot.tree, of: task.taskID, as: "end")

        let redactor = try await RedactionPolicy.load(workspace).redactor()
        let patch = try await store.patch(from: task.snapshot.tree, to: source.end.tree)
        let changes = try await store.changes(from: task.snapshot.tree, to: source.end.tree)
        let session = source.session.map { redactor.redact($0) }
        task.sessionID = session?.session.sessionID ?? task.sessionID
        let search = SolutionSearch(patch: patch, start: task.snapshot.tree, in: store)
        let background = try await Self.moveSolution(of: source.paragraphs, search, into: &task)
        let said = PersonsRequest(of: source, task: task, session: session?.session)
        let draft = InstructionDraft(task: task, request: said)
        let text = if let draftingModel { try await draft.text(by: draftingModel, redactor) } else { draft.text }
        let instruction = redactor.redact(text)
        let leaks = try await search.explanations(of: instruction.text, named: "LM_INSTRUCTIONS.md")
        let states = StateHistory.told(
            source.states,
            end: OpenState(index: 0, at: Timestamp.iso(Date()), commit: source.end.commit, tree: source.end.tree),
            in: session?.session
        )
        let statePatches = try await StatePatches.make(
            of: states,
            from: task.snapshot.tree,
            in: store,
            redactor: redactor
        )
        let content = CreatedTask(
            task: task,
            instruction: instruction,
            provenance: said.provenance(of: source, redactor: redactor),
            summary: redactor.redact(source.summary),
            background: redactor.redact(background),
            patch: redactor.scan(patch),
            facts: facts(of: source, end: reference, changes: changes, in: store),
            session: session,
            states: states,
            statePatches: statePatches.patches,
            findings: source.findings + leaks + PatchFindings.findings(in: patch, redactor: redactor)
                + statePatches.findings
                + Self.warnings(changes: changes, leftOut: source.end.leftOut),
            redactor: redactor
        )
        try workspace.makeOwnDirectory(workspace.createdTasks)
        let directory = try content.write(below: workspace.createdTasks)
        return CapturedTask(
            taskID: task.taskID,
            directory: URL(fileURLWithPath: directory.path, isDirectory: true),
            changedFiles: content.facts.changedFiles,
            hasSession: session != nil,
            findings: content.findings
        )
    }

    /// Adds the paragraphs that describe the problem to what the agent is told.
    ///
    /// - Returns: those that quote the solution.
    private static func moveSolution(
        of paragraphs: [String],
        _ search: SolutionSearch,
        into task: inout OpenTask
    ) async throws -> String {
        var kept = [task.instruction ?? ""]
        var background: [String] = []
        for paragraph in paragraphs {
            if try await search.quotes(in: paragraph).isEmpty {
                kept.append(paragraph)
            } else {
                background.append(paragraph)
            }
        }
        let instruction = kept.filter { !$0.isEmpty }.joined(separator: "\n\n")
        if !instruction.isEmpty { task.instruction = instruction }
        return background.joined(separator: "\n\n")
    }

    private func facts(
        of source: TaskSource,
        end reference: String,
        changes: [TreeChange],
        in store: SnapshotStore
    ) -> RepositoryFacts {
        let task = source.task
        return RepositoryFacts(
            repository: task.repository,
            gitURL: task.gitURL,
            branch: task.branch,
            startCommitSHA: task.startCommitSHA,
            endCommitSHA: source.endCommit,
            subdir: task.subdir,
            objectFormat: store.repository.objectFormat,
            dirtyAtStart: task.dirtyAtStart,
            snapshotStore: store.directory.path,
            startSnapshot: task.snapshot,
            endSnapshot: .init(ref: reference, commit: source.end.commit, tree: source.end.tree),
            changedFiles: changes.map { .init(path: $0.path, status: $0.status) },
            ignoredFiles: source.ignored.isEmpty
                ? nil : .init(count: source.ignored.count, names: Array(source.ignored.prefix(20)))
        )
    }

    private static func warnings(changes: [TreeChange], leftOut: [String]) -> [String] {
        (changes.isEmpty ? ["nothing in the working tree changed between start and end"] : [])
            + leftOut.map { "\($0) is a repository without a commit and is not part of the task" }
    }
}
