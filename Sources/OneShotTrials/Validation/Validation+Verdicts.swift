import Foundation
import OneShotAdmission
import OneShotCore
import OneShotPreparation

/// What one candidate came to.
struct ControlOutcome: Sendable {
    var planned: PlannedControl
    var criteria: [CriterionResult] = []
    var tests: [TestResult] = []
    /// Why it was not graded.
    var failure: String?
    /// Whether its diff does not apply to the start, such as that of a directory where the start has a file.
    var isInapplicable = false
    /// What a probe printed.
    var found: [String] = []
    var seconds = 0.0

    var score: Double? { failure == nil ? Scoring.score(criteria) : nil }
    var isAsExpected: Bool { found.isEmpty && score.map(planned.expected.holds) == true }

    var passing: [String] { tests.filter { $0.status == .passed }.map(\.name) }

    var control: ValidationRecord.Control {
        let diff: String? = if case .diff(let data) = planned.method { Digest.sha256(data) } else { nil }
        return .init(
            name: planned.name,
            group: planned.group,
            expected: planned.expected,
            score: score,
            passed: isAsExpected,
            advisory: planned.isAdvisory,
            tests: passing,
            detail: failure ?? found.joined(separator: "; "),
            diff: diff,
            seconds: seconds.toSixPlaces
        )
    }
}

/// What outcomes say about the task: sentences for people, each with what to do.
enum Verdict {
    /// Below this share of small mutants that were noticed, the tests say too little. Equivalent mutants, which no test
    /// can notice, are a minority.
    static let lowestMutationScore = 0.25
    /// With fewer small mutants than this, their share says nothing.
    static let fewestMutants = 4
    /// Tasks that have more than this in common are likely one.
    static let nearDuplicate = 0.8

    /// Why a candidate is a reason against the task; nothing when it is as it should be.
    static func reasons(_ outcome: ControlOutcome) -> [String] {
        guard !outcome.isAsExpected, !outcome.planned.isAdvisory else { return [] }
        let name = outcome.planned.name
        if let failure = outcome.failure { return ungraded(outcome, failure) }
        switch outcome.planned.group {
        case .nothing, .solution: return worth(outcome)
        case .nearMiss:
            return [
                "near miss '\(name)' passes every test: add a test that fails on it, or remove "
                    + "solution/near_misses/\(name).patch if it is right"
            ]
        case .mutant:
            guard outcome.planned.mutant?.isDecisive == true else { return [] }
            return [
                "\(name): every test passes without it: add a test that fails then, or take it out of "
                    + "solution/diff.patch"
            ]
        case .tamper:
            guard outcome.found.isEmpty else { return ["\(name): \(outcome.found.joined(separator: "; "))"] }
            return [
                "tamper '\(name)' scores \(outcome.score ?? 0): \(outcome.passing.joined(separator: ", ")) passed; make the tests read "
                    + "results that the code under test cannot write"
            ]
        }
    }

    static func warnings(_ outcome: ControlOutcome) -> [String] {
        if outcome.planned.isAdvisory, !outcome.isAsExpected {
            return [
                "tamper '\(outcome.planned.name)' scores \(outcome.score ?? 0): the tests call the code in their own "
                    + "process; to be safe from it, read what a process of its own prints"
            ]
        }
        guard !outcome.isAsExpected, [.mutant, .nearMiss].contains(outcome.planned.group) || outcome.isInapplicable
        else {
            return []
        }
        if let failure = outcome.failure { return ["\(outcome.planned.name) was not graded: \(failure)"] }
        guard let mutant = outcome.planned.mutant, !mutant.isDecisive else { return [] }
        return ["\(mutant.name): every test passes all the same"]
    }

    private static func ungraded(_ outcome: ControlOutcome, _ failure: String) -> [String] {
        switch outcome.planned.group {
        // A patch that does not apply, or a mutant that keeps the tests from running, proves nothing either way.
        case .mutant, .nearMiss: []
        case .tamper where outcome.isInapplicable: []
        case .tamper: ["tamper '\(outcome.planned.name)' kept itself from being graded: \(failure)"]
        case .solution where outcome.isInapplicable: ["the solution does not apply to the start commit: \(failure)"]
        case .nothing, .solution: ["\(outcome.planned.name): \(failure)"]
        }
    }

    private static func worth(_ outcome: ControlOutcome) -> [String] {
        let isZero = outcome.planned.expected == .zero
        return outcome.criteria.compactMap { criterion in
            guard let value = criterion.value, value != (isZero ? 0 : 1) else { return nil }
            let tests = outcome.tests.filter { criterion.source.tests.contains($0.name) }
            if isZero {
                let passing = tests.filter { $0.status == .passed }.map(\.name).joined(separator: ", ")
                return
                    "\(outcome.planned.name): '\(criterion.id)' is worth \(value) without any work: \(passing) passed"
            }
            let failing = tests.filter { $0.status != .passed }
                .map { "\($0.name) \($0.status.rawValue)\($0.message.isEmpty ? "" : ": \($0.firstLine)")" }
            return "\(outcome.planned.name): '\(criterion.id)' is worth \(value) with the solution: "
                + failing.joined(separator: "; ")
        }
    }

    /// What became of all mutants, and the reason if too few small ones were noticed.
    static func mutation(_ outcomes: [ControlOutcome]) -> (summary: ValidationRecord.Mutation, reason: String?) {
        var summary = ValidationRecord.Mutation()
        var small = (killed: 0, all: 0)
        for outcome in outcomes {
            guard let mutant = outcome.planned.mutant, let score = outcome.score else { continue }
            let isKilled = score < 1
            if isKilled { summary.killed += 1 } else { summary.survived += 1 }
            if !mutant.kind.isStructural {
                small.all += 1
                small.killed += isKilled ? 1 : 0
            }
            guard !isKilled else { continue }
            summary.survivors.append(
                .init(
                    kind: mutant.kind,
                    file: mutant.file,
                    line: mutant.line,
                    change: mutant.change,
                    decisive: mutant.isDecisive
                )
            )
        }
        guard small.all > 0 else { return (summary, nil) }
        let score = (Double(small.killed) / Double(small.all)).toSixPlaces
        summary.score = score
        guard small.all >= fewestMutants, score < lowestMutationScore else { return (summary, nil) }
        return (
            summary,
            "the tests notice \(small.killed) of \(small.all) small changes to the solution: write tests of what it does"
        )
    }

    /// Tests whose outcome differs between runs of the solution, and cases as `suite: case`.
    static func flaky(_ runs: [[TestResult]], setAside: ExpectedResults) -> (tests: [String], cases: [String]) {
        var seen: [String: Set<Bool>] = [:]
        var order: [String] = []
        for test in runs.joined() where setAside[test.name] == nil {
            if seen[test.name] == nil { order.append(test.name) }
            seen[test.name, default: []].insert(test.status == .passed)
        }
        return (
            order.filter { (seen[$0]?.count ?? 0) > 1 },
            setAside.suites.flatMap { suite in suite.setAside.map { "\(suite.id): \($0)" } }
        )
    }
}

extension TestResult {
    /// The first line of its message, not too long.
    var firstLine: String { String(message.split(whereSeparator: \.isNewline).first?.prefix(200) ?? "") }
}
