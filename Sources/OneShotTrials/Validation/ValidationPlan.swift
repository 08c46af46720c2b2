import Foundation
import OneShotAdmission
import OneShotCore

/// One candidate and what it has to come to.
struct PlannedControl: Sendable {
    enum Method: Sendable, Equatable {
        /// Graded as it is, without an agent.
        case diff(Data)
        /// A whole trial with this agent.
        case trial(AgentChoice)
    }

    var name: String
    var group: ValidationRecord.Control.Group
    var expected: ValidationRecord.Control.Expectation
    var method: Method
    /// For the order of the tests; the declared order when nil.
    var order: UInt64?
    var mutant: Mutant?
    /// What it comes to is for a person to weigh, and no reason against the task.
    var isAdvisory = false
}

/// Which candidates prove a task: decided from its files alone.
struct ValidationPlan: Sendable {
    var solution: Data
    /// By name, such as `state-3`.
    var nearMisses: [(name: String, patch: Data)] = []
    var shape: TaskShape
    var seed: UInt64
    var repeats: Int
    var mutants: Int
    /// Git object ids that only the solution has.
    var forbidden: [String] = []
    /// A file at the start of the task.
    var content: @Sendable (String) -> (content: Data, mode: String)?

    /// The seed of a task: the same files give the same plan.
    static func seed(solutionDigest: String) -> UInt64 { UInt64(solutionDigest.prefix(15), radix: 16) ?? 0 }

    /// Nobody's work.
    var nothing: [PlannedControl] {
        let garbage = Patch(
            Garbage.edits(solutionFiles: shape.solutionFiles, seed: seed) { content($0)?.content },
            current: content
        )
        return [
            PlannedControl(name: "nop", group: .nothing, expected: .zero, method: .trial(.nop)),
            PlannedControl(name: "empty", group: .nothing, expected: .zero, method: .diff(Data())),
            PlannedControl(name: "garbage", group: .nothing, expected: .zero, method: .diff(garbage.data)),
        ]
    }

    /// The solution, the first time in the declared order of the tests.
    var solutions: [PlannedControl] {
        (1...max(1, repeats)).map { run in
            PlannedControl(
                name: "solution \(run)",
                group: .solution,
                expected: .one,
                method: .diff(solution),
                order: run == 1 ? nil : seed &+ UInt64(run)
            )
        }
    }

    /// What looks like a solution and is none, and what tries to pass without one.
    var others: [PlannedControl] {
        let misses = nearMisses.map { name, patch in
            PlannedControl(name: name, group: .nearMiss, expected: .belowOne, method: .diff(patch))
        }
        // A solution that is all binary files, or was not made by git, has no mutants.
        let patch = (try? Patch(parsing: solution)) ?? Patch([], current: content)
        let mutants = Mutant.all(of: patch, limit: mutants, seed: seed).map { mutant in
            PlannedControl(
                name: mutant.name,
                group: .mutant,
                expected: .belowOne,
                method: .diff(mutant.patch),
                mutant: mutant
            )
        }
        let tampers = TamperCandidate.all(for: shape, forbidden: forbidden) { content($0)?.content }
            .map { candidate in
                let method: PlannedControl.Method =
                    switch candidate.method {
                    case .files(let edits): .diff(Patch(edits, current: content).data)
                    case .command(let line): .trial(.command(line))
                    }
                return PlannedControl(
                    name: candidate.name,
                    group: .tamper,
                    expected: .zero,
                    method: method,
                    isAdvisory: candidate.isInProcess
                )
            }
        // Trials take longest, so they begin first.
        return tampers.filter(\.isTrial) + misses + mutants + tampers.filter { !$0.isTrial }
    }
}

extension PlannedControl {
    var isTrial: Bool {
        if case .trial = method { true } else { false }
    }
}
