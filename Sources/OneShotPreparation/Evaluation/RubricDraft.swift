import Foundation
import OneShotCore

/// The first version of a task's rubric: one criterion for each kind of evidence, one for what the person asked for, and
/// one for the quality of the whole.
struct RubricDraft: Sendable {
    let title: String
    let tests: [GeneratedTest]
    /// What the person said; nil where nothing is known.
    var provenance: TaskProvenance?

    /// What the person required in the course of the work, with the turn in which it was said.
    private var requirements: [String] {
        (provenance?.corrections ?? []).flatMap { correction in
            correction.requirements.map { "- \"\($0)\" (turn \(correction.turn))" }
        }
    }

    var rubric: Rubric {
        let groups = GeneratedTest.Group.allCases.compactMap { group -> (GeneratedTest.Group, [String])? in
            let names = tests.filter { $0.group == group }.map(\.name)
            return names.isEmpty ? nil : (group, names)
        }
        // What only looks at files proves little, so the judge weighs as much.
        let isWeak = groups.allSatisfy { $0.0 == .files }
        let judgeWeight = isWeak ? 0.5 : 0.2
        let total = groups.reduce(0) { $0 + $1.0.share }
        var left = 1 - judgeWeight
        var criteria: [Rubric.Criterion] = []
        for (index, (group, names)) in groups.enumerated() {
            let share = (1 - judgeWeight) * group.share / total
            let weight = index == groups.count - 1 ? left : (share * 100).rounded() / 100
            left -= weight
            criteria.append(
                Rubric.Criterion(
                    id: group.criterion,
                    weight: (weight * 100).rounded() / 100,
                    text: group.prose,
                    binding: .tests(names)
                )
            )
        }
        // The judge has one share, whatever it looks at.
        let share = criteria.isEmpty ? 1 : judgeWeight
        let requirements = requirements
        if !requirements.isEmpty {
            criteria.append(
                Rubric.Criterion(
                    id: "requirements",
                    weight: share / 2,
                    text: "What the person required in the course of the session holds:\n\n"
                        + requirements.joined(separator: "\n"),
                    binding: .judge
                )
            )
        }
        criteria.append(
            Rubric.Criterion(
                id: "quality",
                weight: requirements.isEmpty ? share : share / 2,
                text: "The change does what the instructions ask for, all of it and nothing else. What it says is true "
                    + "of this\nrepository, it fits the code and the words around it, and a reviewer would accept it as it is.",
                binding: .judge
            )
        )
        return Rubric(title: title, criteria: criteria)
    }
}

extension GeneratedTest.Group {
    fileprivate var share: Double {
        switch self {
        case .behaviour: 12
        case .sections: 4
        case .commands: 2
        case .references: 1
        case .files: 2
        }
    }

    fileprivate var criterion: String {
        switch self {
        case .behaviour: "behaviour"
        case .sections: "sections"
        case .commands: "commands"
        case .references: "references"
        case .files: "files"
        }
    }

    fileprivate var prose: String {
        switch self {
        case .behaviour: "The program behaves as the session's own tests want it to."
        case .sections: "The documents have the sections that the session added."
        case .commands: "The documents show the commands that a reader needs."
        case .references: "The documents name files that matter, and those exist."
        case .files: "The files that had to be added, changed or removed were, and they parse."
        }
    }
}
