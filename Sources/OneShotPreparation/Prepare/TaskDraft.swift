import Foundation
import OneShotCore
import OneShotGit
import OneShotProcess
import OneShotRedaction

/// The content of a prepared task, before it is written.
struct TaskDraft: Sendable {
    let created: CreatedTaskFiles
    let objects: TaskObjects
    let scratch: URL
    let start: FileTree
    let end: FileTree
    var plan: TestPlan
    /// The content of those of its suites that a model wrote.
    var draftedTests: [DraftedTests] = []
    let bundle: URL
    let solution: Data
    let nearMisses: NearMisses
    let environment: ProjectEnvironment
    var paths: HostPaths?
    var redactor = Redactor.standard
    /// The words of a model, where one was asked.
    var modelDraft: ModelDraft?
    private var captured: [String]

    /// What a person should know.
    var notes: [String] { plan.notes + captured }

    mutating func note(_ line: String) { captured.append(line) }

    static func make(
        _ created: CreatedTaskFiles,
        scratch: URL,
        options: TaskPreparation.Options,
        progress: @Sendable (String) -> Void
    ) async throws -> TaskDraft {
        progress("reading the snapshots in \(created.facts.repository)")
        let objects = try await open(created.facts, in: scratch)
        let start = try await objects.fileTree(created.facts.startSnapshot.tree)
        let endTree = try await tree(of: created, objects)
        guard endTree != start.id else { throw PreparationError.nothingChanged(path: created.layout.diff.path) }
        let end = try await objects.fileTree(endTree)
        let changes = try await objects.changes(from: start, to: end)

        progress("looking for secrets in \(start.entries.count) files")
        try await refuseSecrets(start: start, changes: changes, objects, options)

        let plan = try await TestPlan(changes: changes, end: end, objects: objects)
        let solutionTree = plan.hidden.isEmpty ? endTree : try await objects.tree(start.id, with: plan.solution)
        let environment = try await objects.environment(of: start)
        progress("bundling the start of the task")
        let bundle = scratch.appendingPathComponent("repo.bundle")
        let commit = try await objects.writeBundle(of: start.id, to: bundle)
        try await TaskObjects.verify(
            bundle: bundle,
            commit: commit,
            objectFormat: created.facts.objectFormat,
            forbidden: Set(changes.compactMap { $0.end?.object }).subtracting(start.entries.map(\.object)),
            in: scratch.appendingPathComponent("verify.git")
        )
        let solution = try await objects.patch(from: start.id, to: solutionTree)
        let nearMisses = try await NearMisses(
            of: created,
            start: start,
            plan: plan,
            solution: solution,
            objects: objects,
            check: SecretCheck(allowed: options.allowedPaths, redactor: options.redactor)
        )
        return TaskDraft(
            created: created,
            objects: objects,
            scratch: scratch,
            start: start,
            end: end,
            plan: plan,
            bundle: bundle,
            solution: solution,
            nearMisses: nearMisses,
            environment: environment,
            captured: notes(created, start: start, endTree: endTree) + nearMisses.notes + environment.notes
        )
    }

    private static func open(_ facts: RepositoryFacts, in scratch: URL) async throws -> TaskObjects {
        let repository = URL(fileURLWithPath: facts.repository)
        guard FileManager.default.fileExists(atPath: facts.repository) else {
            throw PreparationError.noRepository(path: facts.repository, reason: "no such directory")
        }
        let common = try await Git(repository).run(["rev-parse", "--path-format=absolute", "--git-common-dir"])
        guard common.succeeded else {
            let reason = common.errorText.split(separator: "\n").first.map(String.init) ?? "no git repository"
            throw PreparationError.noRepository(path: facts.repository, reason: reason)
        }
        let objects = try await TaskObjects(
            at: scratch.appendingPathComponent("objects.git"),
            objectFormat: facts.objectFormat,
            seeing: [URL(fileURLWithPath: String(common.text.dropLast()))]
                + (facts.snapshotStore.map { [URL(fileURLWithPath: $0)] } ?? [])
        )
        guard try await objects.exists(facts.startSnapshot.tree, kind: "tree") else {
            throw PreparationError.noSnapshot(reference: facts.startSnapshot.ref, repository: facts.repository)
        }
        return objects
    }

    /// The tree that diff.patch makes, which a person may have edited since the capture.
    private static func tree(of created: CreatedTaskFiles, _ objects: TaskObjects) async throws -> String {
        do {
            return try await objects.apply(created.patch, to: created.facts.startSnapshot.tree)
        } catch let error as GitError {
            throw PreparationError.patchDoesNotApply(path: created.layout.diff.path, reason: "\(error)")
        }
    }

    private static func refuseSecrets(
        start: FileTree,
        changes: [FileChange],
        _ objects: TaskObjects,
        _ options: TaskPreparation.Options
    ) async throws {
        let check = SecretCheck(allowed: options.allowedPaths, redactor: options.redactor)
        let places =
            try await check.places(in: start.entries, of: objects).map { "at the start, \($0)" }
            + check.places(in: changes.filter { $0.start?.object != $0.end?.object }.compactMap(\.end), of: objects)
            .map { "in the diff, \($0)" }
        // What stood there before the session is named once.
        var seen: Set<String> = []
        let distinct = places.filter { place in
            seen.insert(String(place.split(separator: ",", maxSplits: 1).last ?? "")).inserted
        }
        guard distinct.isEmpty else {
            throw PreparationError.secrets(places: Array(distinct.prefix(3)), count: distinct.count)
        }
    }

    private static func notes(
        _ created: CreatedTaskFiles,
        start: FileTree,
        endTree: String
    ) -> [String] {
        var notes: [String] = []
        if endTree != created.facts.endSnapshot.tree {
            notes.append("diff.patch was edited after the capture; the solution is what it says now")
        }
        if start.entries.contains(where: \.isSubmodule) {
            notes.append("the repository has submodules; their content is not in the task")
        }
        if created.session == nil { notes.append("no session was recorded for this task, so it has no trace") }
        return notes
    }
}
