import Foundation
import OneShotCore
import OneShotGit

/// The states that the person rejected while the task was made, as patches that the tests have to tell from the solution.
struct NearMisses: Sendable {
    /// By the name of the file in `solution/near_misses/`.
    private(set) var patches: [(name: String, patch: Data)] = []
    /// What a person should know.
    private(set) var notes: [String] = []

    /// The last ones say the most.
    static let most = 10

    /// - Parameters:
    ///   - check: a patch with a secret in it is left out.
    ///   - solution: a state that is the solution is no near miss.
    init(
        of created: CreatedTaskFiles,
        start: FileTree,
        plan: TestPlan,
        solution: Data,
        objects: TaskObjects,
        check: SecretCheck
    ) async throws {
        let directory = created.layout.directory.appendingPathComponent("states")
        let file = directory.appendingPathComponent("states.json")
        guard FileManager.default.fileExists(atPath: file.path) else { return }
        let states = try StrictJSON.read(CapturedStates.self, at: file).states
        var seen: Set<Data> = [solution]
        for index in states.filter({ $0.verdict == .rejected }).map(\.index).suffix(Self.most) {
            guard let patch = try? Data(contentsOf: directory.appendingPathComponent("\(index).patch")) else {
                continue
            }
            let name = "rejected-\(index)"
            guard let tree = try? await objects.apply(patch, to: start.id) else {
                notes.append("the state \(index) that was rejected does not apply to the start and is left out")
                continue
            }
            let changes = try await Self.changes(start: start, tree: tree, plan: plan, objects: objects)
            guard try await check.places(in: changes.compactMap(\.end), of: objects).isEmpty else {
                notes.append("the state \(index) that was rejected holds what looks like a secret and is left out")
                continue
            }
            let kept = try await objects.patch(from: start.id, to: try await objects.tree(start.id, with: changes))
            guard !kept.isEmpty, seen.insert(kept).inserted else { continue }
            patches.append((name, kept))
        }
    }

    /// Without the tests, which are the verifier's.
    private static func changes(
        start: FileTree,
        tree: String,
        plan: TestPlan,
        objects: TaskObjects
    ) async throws -> [FileChange] {
        let hidden = Set(plan.hidden.map(\.rawPath))
        let solution = Set(plan.solution.map(\.rawPath))
        return try await objects.changes(from: start, to: try await objects.fileTree(tree)).filter { change in
            !hidden.contains(change.rawPath)
                && (change.kind != .test || plan.hidden.isEmpty || solution.contains(change.rawPath))
        }
    }
}
