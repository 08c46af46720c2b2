import OneShotPreparation
import Testing

@testable import OneShotTrials

@Suite("Suites that a model has drafted")
struct DraftedSuitesTests {
    private static let suite = TestSuites.Suite(
        id: "test_go_drafted",
        runner: .go,
        directory: "a",
        command: ["go"],
        files: ["b_test.go"],
        draftedBy: "m-1"
    )

    private static func control(
        _ name: String,
        _ group: ValidationRecord.Control.Group,
        passed: Bool,
        suitePasses: Bool,
        isGraded: Bool = true
    ) -> ValidationRecord.Control {
        .init(
            name: name,
            group: group,
            expected: .zero,
            score: isGraded ? 0.5 : nil,
            passed: passed,
            advisory: false,
            tests: suitePasses ? ["test_go_drafted"] : [],
            detail: "",
            diff: nil,
            seconds: 1
        )
    }

    private static func reasons(
        _ controls: [ValidationRecord.Control],
        bound: [String] = ["test_go_drafted"],
        flaky: [String] = []
    ) -> [String] {
        DraftedSuites.reasons([suite], bound: bound, controls: controls, flaky: flaky)
    }

    @Test("are named with the file to mend when they do not tell the solution from the rest")
    func named() {
        let lines = Self.reasons([
            Self.control("nop", .nothing, passed: false, suitePasses: true),
            Self.control("empty", .nothing, passed: false, suitePasses: true),
            Self.control("solution 1", .solution, passed: false, suitePasses: false),
            Self.control("rejected-1", .nearMiss, passed: false, suitePasses: true),
        ])
        #expect(
            lines == [
                "the suite test_go_drafted, drafted by m-1, is not admitted: it passes without any work ('nop', 'empty'), "
                    + "fails with the solution ('solution 1'), passes on a near miss ('rejected-1'); mend "
                    + "evaluation/tests_skeleton/repo_tests/a/b_test.go, or have another drafted with 'oneshot prepare "
                    + "--draft'"
            ]
        )
        #expect(
            Self.reasons([], flaky: ["test_go_drafted"]).first?.contains("does not always come to the same") == true
        )
    }

    @Test("are admitted when they tell it, when another test finds a near miss out, and when nothing was graded")
    func admitted() {
        let good = [
            Self.control("nop", .nothing, passed: true, suitePasses: false),
            Self.control("solution 1", .solution, passed: true, suitePasses: true),
            Self.control("rejected-1", .nearMiss, passed: true, suitePasses: true),
            Self.control("solution 2", .solution, passed: false, suitePasses: false, isGraded: false),
        ]
        #expect(Self.reasons(good) == [])
        #expect(Self.reasons([Self.control("nop", .nothing, passed: false, suitePasses: true)], bound: []) == [])
    }
}
