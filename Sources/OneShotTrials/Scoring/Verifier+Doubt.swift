import Foundation
import OneShotCore
import OneShotPreparation

extension Verifier {
    /// Runs the tests on what an agent left, and where a suite came to nothing (it did not compile, its program is
    /// missing, none of its cases was heard of), on the solution too: a suite that comes to nothing there is broken
    /// itself, and says nothing about anybody.
    ///
    /// - Parameters: as of ``run(diff:work:log:label:order:)``.
    /// - Throws: ``TrialError/verifier(reason:)`` for broken tests too.
    func runBelievably(diff: URL, work: URL, log: RunLog, label: String) async throws -> [TestResult] {
        let results = try await run(diff: diff, work: work, log: log, label: label)
        let suites = Set(try TestSuites.read(layout.suites).suites.map(\.id))
        let expected = try ExpectedResults.read(layout.expectedResults)
        let doubtful = results.filter { suites.contains($0.name) && $0.isNothing(expected: expected?[$0.name]) }
        guard !doubtful.isEmpty else { return results }
        await log.note("\(doubtful[0].name): \(doubtful[0].message); the solution is tried for comparison")
        let place = work.deletingLastPathComponent().appendingPathComponent(work.lastPathComponent + "-solution")
        let solved = try await run(diff: layout.solution, work: place, log: log, label: label)
        await TreeCopy.remove(place)
        for test in doubtful {
            let again = solved.first { $0.name == test.name }
            guard let same = again, same.isNothing(expected: expected?[test.name]) else { continue }
            throw TrialError.verifier(
                reason: "the suite '\(test.name)' comes to nothing with the solution either: \(same.message); mend "
                    + "evaluation/tests_skeleton, then 'oneshot score'"
            )
        }
        return results
    }
}

extension TestResult {
    /// Whether nothing of a suite can be said to have run: it ended with an error, or no case passed and none is one
    /// that was expected.
    fileprivate func isNothing(expected: ExpectedResults.Suite?) -> Bool {
        guard status != .error else { return true }
        guard status == .failed, !cases.contains(where: { $0.status == .passed }) else { return false }
        let known = (expected?.failToPass ?? []) + (expected?.passToPass ?? [])
        return !cases.contains { known.contains($0.name) }
    }
}
