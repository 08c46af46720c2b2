import Foundation
import OneShotCore
import OneShotPreparation
import OneShotSandbox
import OneShotTesting
import Testing

@testable import OneShotAdmission
@testable import OneShotTrials

@Suite(
    "Integration: the validation of a task",
    .enabled(if: !TestEngine.available.isEmpty, "no engine: bubblewrap is not installed"),
    .timeLimit(.minutes(5))
)
struct ValidationTests {
    /// Reads what the program prints, in a process of its own, so that nothing in the code can pose as a result.
    static let sound = """
        import subprocess, sys
        def printed(code):
            run = subprocess.run([sys.executable, "-I", "-c", "import sys; sys.path.append('.'); " + code],
                                 stdout=subprocess.PIPE, text=True)
            return run.stdout
        def test_adds():
            assert printed("from calc import add; print(add(2, 3), add(-1, 1))") == "5 0\\n"
        def test_usage():
            assert "## Usage" in open("README.md").read()

        """

    private static let quick = ValidationOptions(repeats: 2, mutants: 4, verifierLimit: .seconds(60))

    @Test("admits a task that tells the solution from everything else, for these bytes")
    func admitted() async throws {
        try await TrialHarness.with(.local, task: FixtureTask(tests: Self.sound)) { harness in
            let record = try await harness.runner.validate(harness.task, options: Self.quick)
            #expect(record.reasons == [])
            #expect(record.admitted)
            let groups = Dictionary(grouping: record.controls, by: \.group)
            #expect(groups[.nothing]?.map(\.name) == ["nop", "empty", "garbage"])
            #expect(groups[.solution]?.map(\.score) == [1, 1])
            #expect((groups[.mutant]?.count ?? 0) >= 2)
            #expect((groups[.tamper]?.count ?? 0) >= 12)
            #expect(record.controls.filter { !$0.passed }.map(\.name) == [])
            #expect(record.leaks.files > 5)
            #expect(record.leaks.findings == [])
            #expect(record.nearest == nil)
            let task = try PreparedTask.load(harness.task)
            #expect(record.digests == (try task.digests()))
            #expect(try StrictJSON.read(ValidationRecord.self, at: task.layout.validation) == record)
            #expect(!FileManager.default.fileExists(atPath: harness.workspace.runs.path))
            #expect(try FileManager.default.contentsOfDirectory(atPath: harness.workspace.state.path) == [])
        }
    }

    @Test(
        "refuses a task, and says why",
        arguments: [
            (
                "def test_adds(): pass\ndef test_usage(): assert '## Usage' in open('README.md').read()\n",
                "nop: 'adds' is worth 1.0 without any work: test_adds passed"
            ),
            (
                "def test_adds(): assert False, 'never'\ndef test_usage(): assert False\n",
                "with the solution: test_adds failed: AssertionError: never"
            ),
            ("def test_adds(): pass\n", "'test_usage', which test_skeleton.py does not have"),
            ("import (\n", "the tests could not be run"),
            // Garbage is text too.
            (
                "def test_adds(): assert len(open('calc.py').read()) > 50\n"
                    + "def test_usage(): assert '## Usage' in open('README.md').read()\n",
                "garbage: 'adds' is worth 1.0 without any work"
            ),
        ]
    )
    func refused(tests: String, reason: String) async throws {
        try await TrialHarness.with(.local, task: FixtureTask(tests: tests)) { harness in
            let record = try await harness.runner.validate(harness.task, options: Self.quick)
            #expect(!record.admitted)
            #expect(record.reasons.contains { $0.contains(reason) }, "\(record.reasons)")
        }
    }

    @Test("weak tests, a rejected state that passes, an exit code that can be had for nothing, and leaks are found out")
    func weak() async throws {
        let tests = """
            import subprocess, sys
            def test_adds():
                run = subprocess.run([sys.executable, "-c", "import sys; sys.path.append('.'); from calc import add; add(1, 1) == 2 or sys.exit(1)"])
                assert run.returncode == 0
            def test_usage():
                assert "Usage" in open("README.md").read()

            """
        var fixture = FixtureTask(tests: tests)
        // Instruction and repository are the person's; a text that only the solution has must not be laid beside them.
        let essay =
            "Call add with two numbers, such as add(2, 3), and it gives their sum, which then is the number five."
        fixture.solution["README.md"] = "# calc\\n\\nAdds.\\n\\n## Usage\\n\\n\(essay)\\n".replacing("\\n", with: "\n")
        try await TrialHarness.with(.local, task: fixture) { harness in
            let layout = PreparedTaskLayout(directory: harness.task)
            try AtomicFile.makeDirectory(layout.nearMisses)
            // Adds, and says so under another heading.
            let miss = try String(contentsOf: layout.solution, encoding: .utf8).replacing(
                "## Usage",
                with: "## No Usage"
            )
            try AtomicFile.write(miss, to: layout.nearMisses.appendingPathComponent("state-1.patch"))
            try AtomicFile.write("\(essay)\n", to: layout.overlayRepositoryFiles.appendingPathComponent("hint.txt"))
            let record = try await harness.runner.validate(harness.task, options: Self.quick)
            #expect(!record.admitted)
            for reason in ["near miss 'state-1' passes every test", "tamper 'exit_at_load_python' scores"] {
                #expect(record.reasons.contains { $0.contains(reason) }, "\(reason) in \(record.reasons)")
            }
            #expect(record.leaks.findings.isEmpty, "what is laid over the start is the start")
        }
    }

    @Test("a flaky test is named, and --fix takes it out of the rubric")
    func flaky() async throws {
        let tests =
            Self.sound + """
                def test_flaky():
                    import random
                    assert "## Usage" in open("README.md").read() and random.random() < 0.5

                """
        let rubric = """
            # Rubric: calc
            ## adds (weight: 0.5)
            It adds.
            - tests: test_adds, test_usage
            ## lucky (weight: 0.5)
            It is lucky.
            - tests: test_flaky

            """
        try await TrialHarness.with(.local, task: FixtureTask(rubric: rubric, tests: tests)) { harness in
            let options = ValidationOptions(repeats: 8, mutants: 1, verifierLimit: .seconds(60))
            let record = try await harness.runner.validate(harness.task, options: options)
            #expect(record.flaky == ["test_flaky"])
            #expect(
                record.reasons.contains { $0.hasPrefix("flaky with the solution: test_flaky") },
                "\(record.reasons)"
            )
            let task = try PreparedTask.load(harness.task)
            let proposal = try #require(RubricProposal(task.rubric, without: record.uselessTests))
            #expect(proposal.goneCriteria == ["lucky"])
            #expect(proposal.rubric.criteria.map(\.weight) == [1])
        }
    }

    @Test("refuses a solution that does not apply, and a rubric that only a judge can grade")
    func unprovable() async throws {
        try await TrialHarness.with(.local) { harness in
            let solution = harness.task.appendingPathComponent("solution/diff.patch")
            let text = try String(contentsOf: solution, encoding: .utf8)
            try AtomicFile.write(text.replacing("return a - b", with: "return a * b"), to: solution)
            let record = try await harness.runner.validate(harness.task, options: Self.quick)
            #expect(
                record.reasons.contains { $0.contains("the solution does not apply to the start commit") },
                "\(record.reasons)"
            )
        }
        let judged = FixtureTask(rubric: "# Rubric: x\n## tidy (weight: 1)\nIt is tidy.\n- judge\n")
        try await TrialHarness.with(.local, task: judged) { harness in
            let record = try await harness.runner.validate(harness.task)
            #expect(record.reasons == ["no criterion of the rubric is bound to tests; only those can be proved"])
        }
    }

    @Test("a validation that is stopped leaves the former record and nothing else")
    func stopped() async throws {
        try await TrialHarness.with(.local, task: FixtureTask(tests: Self.sound)) { harness in
            let layout = PreparedTaskLayout(directory: harness.task)
            try AtomicFile.write("{}\n", to: layout.validation)
            let runner = harness.runner
            let task = harness.task
            let validation = Task { try await runner.validate(task, options: Self.quick) }
            try await Task.sleep(for: .seconds(2))
            validation.cancel()
            await #expect(throws: CancellationError.self) { _ = try await validation.value }
            #expect(try String(contentsOf: layout.validation, encoding: .utf8) == "{}\n")
            #expect(try FileManager.default.contentsOfDirectory(atPath: harness.workspace.state.path) == [])
        }
    }
}

@Suite("The plan of a validation, and its verdicts")
struct ValidationPlanTests {
    private static func outcome(
        _ group: ValidationRecord.Control.Group,
        _ expected: ValidationRecord.Control.Expectation,
        value: Double,
        mutant: Mutant? = nil
    ) -> ControlOutcome {
        var outcome = ControlOutcome(
            planned: PlannedControl(name: "x", group: group, expected: expected, method: .diff(Data()), mutant: mutant)
        )
        outcome.criteria = [
            CriterionResult(id: "c", weight: 1, binding: .tests, value: value, source: .init(tests: ["t"], reason: ""))
        ]
        outcome.tests = [TestResult(name: "t", status: value == 1 ? .passed : .failed)]
        return outcome
    }

    private static func mutant(_ kind: Mutant.Kind, decisive: Bool = false) -> Mutant {
        Mutant(kind: kind, file: "a.py", line: 3, change: "== → !=", patch: Data(), isDecisive: decisive)
    }

    @Test("the solution runs in the declared order first, and in another each time after that")
    func orders() {
        let plan = ValidationPlan(
            solution: Data(),
            shape: TaskShape(solutionFiles: [], testFiles: [], testNames: []),
            seed: ValidationPlan.seed(solutionDigest: "00ff"),
            repeats: 3,
            mutants: 8
        ) { _ in nil }
        #expect(plan.seed == 255)
        #expect(plan.solutions.map(\.order) == [nil, 257, 258])
        #expect(plan.nothing.map(\.name) == ["nop", "empty", "garbage"])
        #expect(!plan.others.contains { $0.group == .mutant })
        #expect(plan.others.contains { $0.name == "history_probe" && $0.isTrial })
    }

    @Test("a decisive mutant that passes is a reason, another one is a warning")
    func mutants() {
        let decisive = Self.outcome(.mutant, .belowOne, value: 1, mutant: Self.mutant(.hunkReverted, decisive: true))
        #expect(Verdict.reasons(decisive).first?.contains("every test passes without it") == true)
        let small = Self.outcome(.mutant, .belowOne, value: 1, mutant: Self.mutant(.operatorSwapped))
        #expect(Verdict.reasons(small) == [])
        #expect(Verdict.warnings(small) == ["a.py:3 == → !=: every test passes all the same"])
        let killed = Self.outcome(.mutant, .belowOne, value: 0, mutant: Self.mutant(.constantSwapped))
        #expect(Verdict.reasons(killed) + Verdict.warnings(killed) == [])
    }

    @Test(
        "the share of small mutants that are noticed counts from four on",
        arguments: [(0, 3, false), (0, 4, true), (1, 3, false)]
    )
    func threshold(killed: Int, survived: Int, isReason: Bool) {
        let outcomes = (0..<(killed + survived)).map { index in
            Self.outcome(.mutant, .belowOne, value: index < killed ? 0 : 1, mutant: Self.mutant(.operatorSwapped))
        }
        let (summary, reason) = Verdict.mutation(outcomes)
        #expect(summary.killed == killed && summary.survived == survived)
        #expect((reason != nil) == isReason)
    }

    @Test("a rubric loses the tests that prove nothing, its weights keep their sum, and it is never emptied")
    func proposal() throws {
        let rubric = Rubric(
            title: "x",
            criteria: [
                .init(id: "a", weight: 0.5, text: "", binding: .tests(["test_a", "test_b"])),
                .init(id: "b", weight: 0.3, text: "", binding: .tests(["test_c"])),
                .init(id: "c", weight: 0.2, text: "", binding: .judge),
            ]
        )
        let proposal = try #require(RubricProposal(rubric, without: ["test_b", "test_c"]))
        #expect(proposal.dropped == ["test_b", "test_c"])
        #expect(proposal.rubric.criteria.map(\.id) == ["a", "c"])
        #expect(abs(proposal.rubric.totalWeight - 1) < 1e-9)
        #expect(proposal.changes(of: rubric.markdown).contains("-- tests: test_c"))
        #expect(RubricProposal(rubric, without: ["test_x"]) == nil)
        #expect(RubricProposal(rubric, without: ["test_a", "test_b", "test_c"]) == nil)
    }
}
