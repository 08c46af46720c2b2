public import OneShotPreparation

extension ExpectedResults {
    /// What the cases of each suite have to come to, from what they came to.
    ///
    /// A case that passed in every run of the solution is expected to pass: FAIL_TO_PASS when it did not pass before,
    /// PASS_TO_PASS when it did. One that passed in some and not in others is set aside, as is one that some
    /// runs do not have. One that passed in none, such as a skipped one, says nothing.
    ///
    /// - Parameters:
    ///   - before: the tests on the start of the task.
    ///   - after: the tests on the solution, each time that they were run.
    public static func computed(before: [TestResult], after: [[TestResult]]) -> ExpectedResults {
        var ids: [String] = []
        for result in after.joined() where !result.cases.isEmpty && !ids.contains(result.name) {
            ids.append(result.name)
        }
        return ExpectedResults(
            suites: ids.map { id in
                let passedBefore = passing(id, in: before)
                let passedAfter = after.map { passing(id, in: $0) }
                let sometimes = passedAfter.reduce(into: Set<String>()) { $0.formUnion($1) }
                let always = passedAfter.reduce(sometimes) { $0.intersection($1) }
                return Suite(
                    id: id,
                    failToPass: always.subtracting(passedBefore).sorted(),
                    passToPass: always.intersection(passedBefore).sorted(),
                    setAside: sometimes.subtracting(always).sorted()
                )
            }
        )
    }

    private static func passing(_ id: String, in results: [TestResult]) -> Set<String> {
        Set(results.filter { $0.name == id }.flatMap(\.cases).filter { $0.status == .passed }.map(\.name))
    }
}
