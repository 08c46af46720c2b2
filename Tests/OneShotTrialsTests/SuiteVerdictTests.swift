import OneShotPreparation
import Testing

@testable import OneShotTrials

@Suite("What becomes of a suite")
struct SuiteVerdictTests {
    private static let suite = TestSuites.Suite(
        id: "test_node",
        runner: .node,
        command: ["node", "--test", "{files}"],
        files: ["test/a.test.js"]
    )

    private func run(_ text: String, code: Int? = 0, signal: Int? = nil, isLate: Bool = false) -> SuiteRun {
        SuiteRun(
            id: "test_node",
            commands: [.init(code: code, signal: signal, isLate: isLate, seconds: 2)],
            output: SuiteOutput(text: "TAP version 13\n" + text)
        )
    }

    private func result(
        _ run: SuiteRun,
        control: SuiteControl? = nil,
        expected: ExpectedResults.Suite? = nil
    ) -> TestResult {
        SuiteVerdict(suite: Self.suite, control: control, expected: expected).result(of: run)
    }

    @Test("passes when its exit code is 0, a case passed and none failed")
    func plain() {
        #expect(result(run("ok 1 - a\nok 2 - b # SKIP why\n")).status == .passed)
        #expect(result(run("not ok 1 - a\nok 2 - b\n", code: 1)).status == .failed)
        #expect(result(run("not ok 1 - a\nok 2 - b\n", code: 1)).message == "1 of 2 passed; not a")
        #expect(result(run("ok 1 - a # SKIP why\n")).status == .failed)
    }

    @Test(
        "is not believed when anything contradicts its cases",
        arguments: [
            ("ok 1 - a\n", 1, nil, false, "exit code is 1 although no test failed"),
            ("not ok 1 - a\n", 0, nil, false, "exit code is 0 although tests failed"),
            ("", 0, nil, false, "no test ran"), ("ok 1 - a\n", nil, 9, false, "signal 9"),
            ("ok 1 - a\n", 0, nil, true, "its time"), ("ok 1 - a\n", 127, nil, false, "not installed"),
        ] as [(String, Int?, Int?, Bool, String)]
    )
    func contradictions(text: String, code: Int?, signal: Int?, isLate: Bool, reason: String) {
        let expected = ExpectedResults.Suite(id: "test_node", failToPass: ["a"])
        for expected in [nil, expected] {
            let result = result(run(text, code: code, signal: signal, isLate: isLate), expected: expected)
            #expect(result.status == .error)
            #expect(result.message.contains(reason), "\(result.message)")
            #expect(result.cases.allSatisfy { $0.status != .passed })
        }
    }

    @Test("is what the expected cases say, once they are known; one that is missing has failed")
    func expected() {
        let expected = ExpectedResults.Suite(id: "test_node", failToPass: ["a"], passToPass: ["b"], setAside: ["c"])
        let passing = result(run("ok 1 - a\nok 2 - b\nnot ok 3 - c\nnot ok 4 - d\n", code: 1), expected: expected)
        #expect(passing.status == .passed)
        #expect(passing.message == "2 of 2 expected cases passed")
        let missing = result(run("ok 1 - a\nok 3 - c\n"), expected: expected)
        #expect(missing.status == .failed)
        #expect(missing.message == "1 of 2 expected cases passed; not b")
        #expect(result(run("ok 1 - a\n"), expected: .init(id: "test_node", setAside: ["a"])).status == .error)
    }

    @Test("needs its control to have failed, and does not show it")
    func control() throws {
        let control = try #require(SuiteControl(for: Self.suite, token: "qwertyuiopas", source: ""))
        #expect(control.path == "test/qwertyuiopas.test.mjs")
        #expect(control.text.contains("import \"./a.test.js\";"))
        let good = result(run("ok 1 - a\nnot ok 2 - qwertyuiopas equal\n", code: 1), control: control)
        #expect(good.status == .passed)
        #expect(good.cases.map(\.name) == ["a"])
        let patched = run("ok 1 - a\nnot ok 2 - qwertyuiopas equal\nok 3 - qwertyuiopas ok\n", code: 1)
        let silent = run("ok 1 - a\n")
        let hooked = run("ok 1 - a\nnot ok 2 - qwertyuiopas equal\n")
        for run in [patched, silent, hooked] {
            let result = result(run, control: control)
            #expect(result.status == .error)
            #expect(result.cases.allSatisfy { $0.status != .passed })
        }
    }

    @Test("of a runner that says nothing is its exit code, file by file")
    func exitCodes() {
        let suite = TestSuites.Suite(
            id: "test_shell",
            runner: .exit,
            command: ["bash", "{file}"],
            files: ["a.sh", "b.sh"]
        )
        func run(_ codes: [Int]) -> TestResult {
            let commands = zip(suite.files, codes).map { SuiteRun.Ended(file: $0, code: $1) }
            return SuiteVerdict(suite: suite)
                .result(of: SuiteRun(id: suite.id, commands: commands, output: SuiteOutput()))
        }
        #expect(run([0, 0]).status == .passed)
        #expect(run([0, 3]).status == .failed)
        #expect(run([0, 3]).cases.map(\.status) == [.passed, .failed])
    }
}
