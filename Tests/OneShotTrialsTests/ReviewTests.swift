import Foundation
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotTrials

@Suite("Runs looked at together")
struct ReviewTests {
    /// Results with one criterion for the tests and one for the judge.
    static func results(
        _ run: String = "calc_20261122_140000_9f2c",
        tests: [Bool],
        judge: [JudgeVote.Verdict],
        seconds: Double = 7
    ) -> TrialResults {
        var results = TrialResultsTests.results
        results.runID = run
        results.limit = nil
        results.tests = tests.enumerated().map {
            TestResult(name: "test_\($0.offset)", status: $0.element ? .passed : .failed)
        }
        let votes = judge.map { verdict in
            JudgeVote(verdict: verdict, evidence: verdict == .met ? ["+x"] : [], reasoning: "since \(verdict.rawValue)")
        }
        results.criteria = [
            CriterionResult(
                id: "works",
                weight: 0.5,
                binding: .tests,
                value: Double(tests.count { $0 }) / Double(max(1, tests.count)),
                source: .init(tests: results.tests.map(\.name), reason: "tests")
            ),
            JudgeAnswer.criterion(id: "reads", weight: 0.5, votes: votes),
        ]
        results.score = Scoring.score(results.criteria)
        results.coverage = Scoring.coverage(results.criteria)
        results.phases[0].seconds = seconds
        return results
    }

    @Test(
        "are worth a person's look where tests and judge contradict each other, or votes differ",
        arguments: [
            ([true, true], [.notMet, .notMet, .notMet], [.testsPassJudgeFails]),
            ([true, false], [.met, .met, .met], [.testsFailJudgePasses]),
            ([true, true], [.met, .met, .notMet], [.contested]),
            ([true, true], [.notMet, .met, .notMet], [.testsPassJudgeFails, .contested]),
            ([true, true], [.met, .met, .met], []), ([false], [.notMet, .notMet, .notMet], []),
            ([true], [.none, .none, .none], []),
        ] as [([Bool], [JudgeVote.Verdict], [ReviewQueue.Item.Kind])]
    )
    func review(tests: [Bool], judge: [JudgeVote.Verdict], kinds: [ReviewQueue.Item.Kind]) {
        let results = Self.results(tests: tests, judge: judge)
        let items = ReviewQueue.items(of: results)
        #expect(items.map(\.kind) == kinds)
        #expect(items.allSatisfy { $0.run == results.runID && !$0.about.isEmpty && !$0.detail.isEmpty })
        let report = TrialReport(results: results, diff: "").markdown
        #expect(report.contains("Worth a look") == !kinds.isEmpty)
    }

    @Test("that have no score are not reviewed")
    func unscored() {
        var results = Self.results(tests: [true], judge: [.notMet, .notMet, .notMet])
        results.outcome = .cancelled
        #expect(ReviewQueue.items(of: results).isEmpty)
    }

    @Test("are compared: criteria, tests that flipped, time, tokens")
    func comparison() throws {
        let left = Self.results("a", tests: [true, false], judge: [.met, .met, .met])
        var right = Self.results("b", tests: [false, true, true], judge: [.notMet, .notMet, .notMet], seconds: 9)
        right.hashes["rubric"] = "other"
        right.usage.outputTokens += 100
        let comparison = RunComparison(left, right)
        #expect(comparison.flipped.map(\.name) == ["test_0", "test_1", "test_2"])
        #expect(comparison.flipped.map(\.left) == ["passed", "failed", nil])
        #expect(comparison.criteria.map(\.name) == ["works", "reads"])
        #expect(comparison.criteria.map(\.right) == [2.0 / 3, 0])
        #expect(comparison.differingHashes == ["rubric"])
        let text = comparison.text
        #expect(text.contains("+100"))
        #expect(text.contains("test test_2"))
        #expect(text.contains("not about the same task: rubric differ"))
        let data = try StrictJSON.encode(comparison)
        #expect(try StrictJSON.decode(RunComparison.self, from: data, path: "x") == comparison)
        #expect(RunComparison(left, left).flipped.isEmpty)
        #expect(RunComparison(withReferenceOf: left) == nil)
    }
}

@Suite("A judge held against a person")
struct CalibrationTests {
    private let runs = [
        ReviewTests.results("r1", tests: [true], judge: [.met, .met, .met]),
        ReviewTests.results("r2", tests: [true], judge: [.met, .met, .met]),
        ReviewTests.results("r3", tests: [true], judge: [.notMet, .notMet, .notMet]),
        ReviewTests.results("r4", tests: [true], judge: [.met, .notMet, .none]),
    ]

    private func calibration(_ labels: [Bool]) throws -> Calibration {
        try Calibration(
            labels: zip(labels, runs).map { (HumanLabel(run: $1.runID, criterion: "reads", isMet: $0), $1) },
            runs: []
        )
    }

    @Test("is counted on what both have said")
    func counts() throws {
        let result = try calibration([true, false, false, true])
        #expect(result.matrix.truePositives == 1 && result.matrix.falsePositives == 1)
        #expect(result.matrix.trueNegatives == 1 && result.matrix.falseNegatives == 0)
        #expect(result.agreement == 0.666667)
        #expect(result.sensitivity == 1 && result.specificity == 0.5)
        #expect(result.judged == 3 && result.met == 2)
        #expect(result.unscored == ["r4 reads"])
        #expect(result.differences.map(\.run) == ["r2"])
        #expect(result.differences.first?.reasoning == "since met")
        // (2/3 + 0.5 − 1) / 0.5
        #expect(abs((result.correctedRate?.value ?? 0) - 1.0 / 3) < 1e-5)
        #expect(result.text.contains("Cohen's kappa   0.4 (95 %"))
        let data = try StrictJSON.encode(result)
        #expect(try StrictJSON.decode(Calibration.self, from: data, path: "x") == result)
    }

    @Test("says which criterion there is not")
    func unknown() {
        #expect(throws: TrialError.unknownCriterion(run: "r1", criterion: "reeds", known: ["reads"])) {
            try Calibration(labels: [(HumanLabel(run: "r1", criterion: "reeds", isMet: true), runs[0])], runs: [])
        }
    }

    @Test("reads labels as CSV and as JSON lines")
    func labels() throws {
        let expected = [
            HumanLabel(run: "r1", criterion: "a, b", isMet: true), HumanLabel(run: "r2", criterion: "c", isMet: false),
        ]
        let csv = "criterion,run,label,who\n\"a, b\",r1,met,x\nc,r2,0,\"y \"\"z\"\"\"\n\n"
        #expect(try HumanLabel.parse(csv, path: "l") == expected)
        #expect(try HumanLabel.parse("\u{FEFF}" + csv, path: "l") == expected)
        let lines = """
            {"run": "r1", "criterion": "a, b", "label": 1}
            {"run": "r2", "criterion": "c", "label": "not_met"}
            """
        #expect(try HumanLabel.parse(lines, path: "l") == expected)
    }

    @Test(
        "refuses what is no label, with its line",
        arguments: [
            ("run,criterion\na,b\n", "line 1"), ("run,criterion,label\na,b,maybe\n", "line 2"),
            ("run,criterion,label\na,b\n", "line 2"), ("{\"run\": \"a\", \"criterion\": \"b\"}", "line 1"),
            ("{\"run\": \"a\", \"criterion\": \"b\", \"label\": 1, \"x\": 2}", "'x'"), ("{\n", "line 1"),
        ]
    )
    func refused(text: String, said: String) {
        let error = #expect(throws: FileError.self) { try HumanLabel.parse(text, path: "labels") }
        #expect(error.map { "\($0)".contains(said) } == true)
    }
}
