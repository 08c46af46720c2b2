import Testing

@testable import OneShotTrials

@Suite("A score")
struct ScoringTests {
    private func criterion(_ weight: Double, _ value: Double?) -> CriterionResult {
        CriterionResult(id: "c", weight: weight, binding: .tests, value: value, source: .init(reason: ""))
    }

    @Test(
        "is the weighted mean of what has a value; the rest lowers the coverage and nothing else",
        arguments: [
            ([(0.5, 1.0), (0.5, 0.0)], 0.5, 1.0),
            ([(1, 1), (3, 0)], 0.25, 1),
            ([(0.6, 1), (0.4, nil)], 1, 0.6),
            ([(2, 0), (2, nil)], 0, 0.5),
            ([(1, nil), (1, nil)], nil, 0),
            ([(0.3, 1.0 / 3), (0.7, 1)], 0.8, 1),
            ([], nil, 0),
        ] as [([(Double, Double?)], Double?, Double)]
    )
    func arithmetic(parts: [(Double, Double?)], score: Double?, coverage: Double) {
        let criteria = parts.map { criterion($0.0, $0.1) }
        #expect(Scoring.score(criteria) == score)
        #expect(Scoring.coverage(criteria) == coverage)
    }

    private let results = [
        TestResult(name: "test_a", status: .passed), TestResult(name: "Case.test_a", status: .failed),
        TestResult(name: "Case.test_b", status: .passed), TestResult(name: "Other.test_b", status: .skipped),
    ]

    @Test(
        "takes a criterion's value from the share of its tests that passed",
        arguments: [
            (["test_a"], 1.0, ["test_a"]),
            (["Case.test_a"], 0, ["Case.test_a"]),
            (["test_b"], 0.5, ["Case.test_b", "Other.test_b"]),
            (["test_a", "Case.test_a"], 0.5, ["test_a", "Case.test_a"]),
            (["Case"], 0.5, ["Case.test_a", "Case.test_b"]),
            (["test_b", "Case.test_b"], 0.5, ["Case.test_b", "Other.test_b"]),
        ] as [([String], Double, [String])]
    )
    func binding(names: [String], value: Double, bound: [String]) throws {
        let result = try Scoring.criterion(id: "c", weight: 1, tests: names, results: results)
        #expect(result.value == value)
        #expect(result.source.tests == bound)
    }

    @Test("is not given for a rubric that names a test which does not exist")
    func unknownTest() {
        #expect(throws: TrialError.self) {
            try Scoring.criterion(id: "c", weight: 1, tests: ["test_z"], results: results)
        }
    }
}
