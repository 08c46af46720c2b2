import OneShotPreparation

/// What the controls say about suites that a model has drafted, each by its name: nobody vouches for those but the proof.
enum DraftedSuites {
    /// - Parameters:
    ///   - bound: the names that the rubric's criteria are bound to; other suites have no say.
    ///   - flaky: names of tests whose outcome changes from one run of the solution to the next.
    /// - Returns: one line for each suite that is not admitted.
    static func reasons(
        _ suites: [TestSuites.Suite],
        bound: [String],
        controls: [ValidationRecord.Control],
        flaky: [String]
    ) -> [String] {
        suites.filter { $0.draftedBy != nil && bound.contains($0.id) }.compactMap { suite in
            let problems = problems(of: suite.id, controls, isFlaky: flaky.contains(suite.id))
            guard !problems.isEmpty else { return nil }
            let files = suite.paths.map { "evaluation/tests_skeleton/repo_tests/\($0)" }.joined(separator: ", ")
            return "the suite \(suite.id), drafted by \(suite.draftedBy ?? ""), is not admitted: it "
                + "\(problems.joined(separator: ", ")); mend \(files), or have another drafted with 'oneshot prepare --draft'"
        }
    }

    private static func problems(
        of id: String,
        _ controls: [ValidationRecord.Control],
        isFlaky: Bool
    ) -> [String] {
        // What was not graded says nothing about a suite.
        let graded = controls.filter { $0.score != nil }
        func names(_ group: ValidationRecord.Control.Group, passes: Bool) -> [String] {
            graded.filter { control in
                // A near miss has only to fail something; it counts where nothing told it from the solution.
                let counts = group != .nearMiss || !control.passed
                return control.group == group && counts && control.tests.contains(id) == passes
            }.map { "'\($0.name)'" }
        }
        let lines = [
            ("passes without any work (", names(.nothing, passes: true)),
            ("fails with the solution (", names(.solution, passes: false)),
            ("passes on a near miss (", names(.nearMiss, passes: true)),
        ].compactMap { text, names in names.isEmpty ? nil : text + names.joined(separator: ", ") + ")" }
        return lines + (isFlaky ? ["does not always come to the same"] : [])
    }
}
