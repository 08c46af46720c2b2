import Foundation
import OneShotCore
import OneShotPreparation

extension Verifier {
    /// Runs the tests on what an agent left, and where tests came to nothing (they did not compile, cannot be imported,
    /// their program is missing, none of a suite's cases was heard of), on the solution too: what comes to nothing there
    /// is broken itself, and says nothing about anybody.
    ///
    /// - Parameters: as of ``run(diff:work:log:label:order:)``.
    /// - Throws: ``TrialError/verifier(reason:)`` for broken tests too.
    func runBelievably(diff: URL, work: URL, log: RunLog, label: String) async throws -> [TestResult] {
        let results = try await run(diff: diff, work: work, log: log, label: label)
        let suites = Set(try TestSuites.read(layout.suites).suites.map(\.id))
        let expected = try ExpectedResults.read(layout.expectedResults)
        let doubtful = results.filter { test in
            suites.contains(test.name) ? test.isNothing(expected: expected?[test.name]) : test.isUnimportable
        }
        guard !doubtful.isEmpty else { return results }
        await log.note("\(doubtful[0].name): \(doubtful[0].message); the solution is tried for comparison")
        let place = work.deletingLastPathComponent().appendingPathComponent(work.lastPathComponent + "-solution")
        let solved = try await run(diff: layout.solution, work: place, log: log, label: label)
        await TreeCopy.remove(place)
        for test in doubtful {
            let again = solved.first { $0.name == test.name }
            guard let same = again else { continue }
            if same.isUnimportable {
                throw TrialError.verifier(
                    reason: "with the solution too, \(same.message); mend evaluation/tests_skeleton/test_skeleton.py, "
                        + "or put what it imports into the Dockerfile, then 'oneshot score'"
                )
            }
            guard suites.contains(test.name), same.isNothing(expected: expected?[test.name]) else { continue }
            throw TrialError.verifier(
                reason: "the suite '\(test.name)' comes to nothing with the solution either: \(same.message); mend "
                    + "evaluation/tests_skeleton, then 'oneshot score'"
            )
        }
        return results
    }
}

extension TestResult {
    /// Whether it could not even be tried, since its file cannot be imported.
    fileprivate var isUnimportable: Bool { status == .error && message.hasPrefix(RunnerProgram.unimportable) }

    /// Whether nothing of a suite can be said to have run: it ended with an error, or no case passed and none is one
    /// that was expected.
    fileprivate func isNothing(expected: ExpectedResults.Suite?) -> Bool {
        guard status != .error else { return true }
        guard status == .failed, !cases.contains(where: { $0.status == .passed }) else { return false }
        let known = (expected?.failToPass ?? []) + (expected?.passToPass ?? [])
        return !cases.contains { known.contains($0.name) }
    }
}
