import Foundation
public import OneShotCore

/// What a rubric was understood to say, for the person who wrote it.
public struct RubricReading: Sendable, Equatable {
    public let rubric: Rubric
    /// Tests that no criterion is bound to, so that they count for nothing.
    public let unboundTests: [String]

    /// Reads the rubric of a prepared task against its tests.
    ///
    /// - Throws: ``FileError`` with line and column, for a test that there is not with the nearest that there is.
    public init(of layout: PreparedTaskLayout) throws {
        let names = try TestNames(of: layout)
        rubric = try Rubric.read(layout.rubric, tests: names)
        let bound = Set(rubric.testNames.flatMap { names?.tests(named: $0) ?? [] })
        unboundTests = (names?.tests ?? []).filter { !bound.contains($0) }
    }

    /// Of the whole weight, to a tenth of a percent.
    private func share(_ criterion: Rubric.Criterion) -> Double {
        (criterion.weight / rubric.totalWeight * 1000).rounded() / 10
    }

    public var text: String {
        let width = rubric.criteria.map(\.id.count).max() ?? 0
        var lines = [rubric.title]
        for criterion in rubric.criteria {
            let id = criterion.id.padding(toLength: width, withPad: " ", startingAt: 0)
            let grader =
                switch criterion.binding {
                case .judge: "the judge"
                case .tests(let names): names.joined(separator: ", ")
                }
            lines.append("  \(id)  \(Rubric.format(share(criterion))) %  \(grader)")
        }
        if !unboundTests.isEmpty {
            lines.append("no criterion is bound to: \(unboundTests.joined(separator: ", "))")
        }
        return lines.joined(separator: "\n")
    }

    public var json: JSON {
        [
            "title": .string(rubric.title),
            "criteria": .array(
                rubric.criteria.map { criterion in
                    let tests: JSON =
                        switch criterion.binding {
                        case .judge: .null
                        case .tests(let names): .array(names.map { .string($0) })
                        }
                    return [
                        "id": .string(criterion.id), "weight": JSON(criterion.weight),
                        "share": JSON(share(criterion) / 100), "text": .string(criterion.text), "tests": tests,
                    ]
                }
            ),
            "unbound_tests": .array(unboundTests.map { .string($0) }),
        ]
    }
}
