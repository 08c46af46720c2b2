import Foundation
import OneShotCore
import OneShotGit
import OneShotRedaction

/// The patches that lead from the start of a task to its states.
struct StatePatches: Sendable {
    /// By the state's number.
    var patches: [Int: ScannedData] = [:]
    /// Why one was left out, one line each.
    var findings: [String] = []

    /// Bytes; a state of more is a download or a build product.
    private static let largest = 8 << 20
    private static let most = 100

    /// Rejected and superseded states first, then the latest; the end has `diff.patch`.
    static func make(
        of states: [CapturedState],
        from start: String,
        in store: SnapshotStore,
        redactor: Redactor
    ) async throws -> StatePatches {
        var made = StatePatches()
        let wanted = states.filter { $0.verdict != .final }.sorted { left, right in
            let (first, second) = (left.verdict == .intermediate, right.verdict == .intermediate)
            return first != second ? second : left.index > right.index
        }
        for state in wanted.prefix(most) {
            let patch = try await store.unprovenPatch(from: start, to: state.tree)
            guard patch.count <= largest else { continue }
            // A state is not worth a secret that the end may not have any more.
            guard PatchFindings.findings(in: patch, redactor: redactor).isEmpty else {
                made.findings.append("states/\(state.index).patch was left out: it held a secret")
                continue
            }
            made.patches[state.index] = redactor.scan(patch)
        }
        return made
    }
}
