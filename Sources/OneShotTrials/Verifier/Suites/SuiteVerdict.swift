import OneShotCore
import OneShotPreparation

/// What becomes of a suite: a pure function of what ran and of what was expected.
///
/// Nothing is believed that something else contradicts: the cases have to agree with the exit code, and the control,
/// where there is one, has to have failed.
struct SuiteVerdict: Sendable {
    let suite: TestSuites.Suite
    /// Nil where the runner has none.
    var control: SuiteControl?
    /// Nil where the task was never validated: then no case may fail, and one has to pass.
    var expected: ExpectedResults.Suite?

    func result(of run: SuiteRun) -> TestResult {
        var cases = run.problem == nil ? self.cases(of: run) : []
        let problem =
            run.problem ?? run.commands.lazy.compactMap { self.problem(of: $0) }.first
            ?? control?.problem(in: cases)
            ?? contradiction(run, cases)
        if let control { cases.removeAll { control.owns($0) } }
        if let problem {
            for index in cases.indices where cases[index].status == .passed {
                cases[index].status = .error
                cases[index].message = "not believed: " + problem
            }
            return result(run, .error, problem, cases)
        }
        return expected.map { judge(run, cases, $0) } ?? judge(run, cases)
    }

    private func cases(of run: SuiteRun) -> [TestCase] {
        let told = suite.runner.cases(in: run.output)
        // Programs that may print TAP and need not; where they did at validation, the cases are expected.
        guard suite.runner == .exit || suite.runner == .tap && told.isEmpty else { return told }
        var list = CaseList()
        for command in run.commands {
            list.add(
                command.file ?? "exit code",
                command.code == 0 ? .passed : .failed,
                seconds: command.seconds,
                message: command.code.map { "exited with \($0)" } ?? ""
            )
        }
        return list.cases
    }

    private func problem(of command: SuiteRun.Ended) -> String? {
        if let missing = command.missing {
            return "it could not be started (\(missing)); install it in the task's Dockerfile"
        }
        if command.isLate { return "it did not end in its time, \(Int(command.seconds.rounded())) s" }
        if let signal = command.signal { return "it was ended by signal \(signal)" }
        if suite.runner != .exit, command.code == 127 || command.code == 126 {
            return "its program is not installed; add it to the task's Dockerfile"
        }
        return command.code == nil ? "it did not end" : nil
    }

    private func contradiction(_ run: SuiteRun, _ cases: [TestCase]) -> String? {
        if run.commands.isEmpty { return "it did not run" }
        if cases.isEmpty { return "no test ran" + tail(run) }
        let hasFailed = cases.contains { $0.status == .failed || $0.status == .error }
        let codes = run.commands.compactMap(\.code)
        if hasFailed, codes.allSatisfy({ $0 == 0 }) { return "its exit code is 0 although tests failed" }
        if !hasFailed, let code = codes.first(where: { $0 != 0 }) {
            return "its exit code is \(code) although no test failed" + tail(run)
        }
        return nil
    }

    /// The last line that it printed, which mostly says why.
    private func tail(_ run: SuiteRun) -> String {
        let last = TerminalText.lines(String(run.output.text.suffix(2000))).last { !$0.trimmed.isEmpty }
        return last.map { ": \($0.trimmed.prefix(300))" } ?? ""
    }

    private func judge(_ run: SuiteRun, _ cases: [TestCase]) -> TestResult {
        let failing = cases.filter { $0.status == .failed || $0.status == .error }
        let passed = cases.count { $0.status == .passed }
        let counts = "\(passed) of \(cases.count) passed"
        guard failing.isEmpty else {
            return result(run, .failed, "\(counts); not \(Self.list(failing.map(\.name)))", cases)
        }
        return result(run, passed > 0 ? .passed : .failed, passed > 0 ? counts : "every test was skipped", cases)
    }

    private func judge(_ run: SuiteRun, _ cases: [TestCase], _ expected: ExpectedResults.Suite) -> TestResult {
        let wanted = expected.failToPass + expected.passToPass
        guard !wanted.isEmpty else {
            return result(
                run,
                .error,
                "expected.json has no case for it that must pass; validate the task again",
                cases
            )
        }
        let passed = Set(cases.filter { $0.status == .passed }.map(\.name))
        let missing = wanted.filter { !passed.contains($0) }
        let counts = "\(wanted.count - missing.count) of \(wanted.count) expected cases passed"
        return missing.isEmpty
            ? result(run, .passed, counts, cases)
            : result(run, .failed, "\(counts); not \(Self.list(missing))", cases)
    }

    private func result(
        _ run: SuiteRun,
        _ status: TestResult.Status,
        _ message: String,
        _ cases: [TestCase]
    ) -> TestResult {
        TestResult(
            name: suite.id,
            status: status,
            duration: run.seconds.toSixPlaces,
            message: message,
            cases: cases
        )
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }
}
