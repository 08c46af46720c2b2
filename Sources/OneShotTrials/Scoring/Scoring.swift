import OneShotCore

/// How criteria become a score.
enum Scoring {
    /// Σ weight × value / Σ weight over the criteria with a value; nil when none has one.
    static func score(_ criteria: [CriterionResult]) -> Double? {
        let scored = criteria.compactMap { criterion in criterion.value.map { (criterion.weight, $0) } }
        let weight = scored.reduce(0) { $0 + $1.0 }
        guard weight > 0 else { return nil }
        return (scored.reduce(0) { $0 + $1.0 * $1.1 } / weight).toSixPlaces
    }

    /// The share of the rubric's weight that has a value.
    static func coverage(_ criteria: [CriterionResult]) -> Double {
        let all = criteria.reduce(0) { $0 + $1.weight }
        guard all > 0 else { return 0 }
        return (criteria.reduce(0) { $0 + ($1.value == nil ? 0 : $1.weight) } / all).toSixPlaces
    }

    /// The tests that a name in the rubric means: the test of exactly this name, else the methods of this name of
    /// all classes.
    static func tests(named name: String, in results: [TestResult]) -> [TestResult] {
        let exact = results.filter { $0.name == name }
        return exact.isEmpty ? results.filter { $0.name.hasSuffix(".\(name)") || $0.name.hasPrefix("\(name).") } : exact
    }

    /// A criterion's value is the share of its tests that passed.
    ///
    /// - Throws: ``TrialError/verifier(reason:)`` when the rubric names a test that there is not.
    static func criterion(
        id: String,
        weight: Double,
        tests names: [String],
        results: [TestResult]
    ) throws -> CriterionResult {
        var bound: [TestResult] = []
        for name in names {
            let matches = tests(named: name, in: results)
            guard !matches.isEmpty else {
                throw TrialError.verifier(
                    reason:
                        "the criterion '\(id)' is bound to the test '\(name)', which test_skeleton.py does not have, nor "
                        + "suites.json; mend evaluation/rubric_template.md"
                )
            }
            bound += matches.filter { !bound.contains($0) }
        }
        guard !bound.isEmpty else {
            throw TrialError.verifier(
                reason: "the criterion '\(id)' is bound to no test; mend evaluation/rubric_template.md"
            )
        }
        let passed = bound.count { $0.status == .passed }
        return CriterionResult(
            id: id,
            weight: weight,
            binding: .tests,
            value: (Double(passed) / Double(bound.count)).toSixPlaces,
            source: .init(tests: bound.map(\.name), reason: "\(passed) of \(bound.count) tests passed")
        )
    }
}
