import Foundation
import OneShotCore
import OneShotPreparation
import OneShotTesting
import Testing

@testable import OneShotTrials

@Suite("What the cases of a suite have to come to")
struct ExpectedResultsTests {
    private func run(_ cases: [String: TestResult.Status], suite: String = "test_a") -> [TestResult] {
        [
            TestResult(
                name: suite,
                status: .passed,
                cases: cases.sorted { $0.key < $1.key }.map { TestCase(name: $0.key, status: $0.value) }
            ),
            TestResult(name: "test_function", status: .passed),
        ]
    }

    @Test("comes from running: with the solution, without it, and again")
    func computed() {
        let before = run(["kept": .passed, "new": .failed, "flaky": .failed, "broken": .passed, "import": .error])
        let expected = ExpectedResults.computed(
            before: before,
            after: [
                run(["kept": .passed, "new": .passed, "added": .passed, "flaky": .passed, "broken": .failed]),
                run(["kept": .passed, "new": .passed, "added": .passed, "flaky": .error, "broken": .failed]),
                run([
                    "kept": .passed, "new": .passed, "added": .passed, "flaky": .passed, "broken": .failed,
                    "other": .passed, "left out": .skipped,
                ]),
            ]
        )
        #expect(
            expected.suites == [
                .init(id: "test_a", failToPass: ["added", "new"], passToPass: ["kept"], setAside: ["flaky", "other"])
            ]
        )
    }

    @Test("is nothing for a suite that never reported a case, and for no run at all")
    func nothing() {
        let silent = [TestResult(name: "test_a", status: .error)]
        #expect(ExpectedResults.computed(before: silent, after: [silent, silent]).suites == [])
        #expect(ExpectedResults.computed(before: run(["x": .passed]), after: []).suites == [])
    }

    @Test("one run without a report sets everything aside")
    func oneSilentRun() {
        let expected = ExpectedResults.computed(
            before: [],
            after: [run(["x": .passed]), [TestResult(name: "test_a", status: .error)]]
        )
        #expect(expected.suites == [.init(id: "test_a", setAside: ["x"])])
    }

    @Test("is the same for any order of the runs")
    func order() {
        var generator = SeededGenerator(seed: 7)
        let statuses: [TestResult.Status] = [.passed, .failed, .error, .skipped]
        for _ in 0..<200 {
            let runs = (0..<3).map { _ in
                run(
                    Dictionary(
                        uniqueKeysWithValues: "abcdef".compactMap { name in
                            Bool.random(using: &generator)
                                ? (String(name), statuses.randomElement(using: &generator) ?? .passed) : nil
                        }
                    )
                )
            }
            let expected = ExpectedResults.computed(before: runs[0], after: runs)
            #expect(expected == ExpectedResults.computed(before: runs[0], after: runs.reversed()))
            for suite in expected.suites {
                let all = suite.failToPass + suite.passToPass + suite.setAside
                #expect(Set(all).count == all.count)
                #expect(suite.failToPass == [])
            }
        }
    }

    @Test("is written and read again, and an unknown key is named")
    func file() async throws {
        try await withTemporaryDirectory { directory in
            let url = directory.appendingPathComponent("expected.json")
            #expect(try ExpectedResults.read(url) == nil)
            let expected = ExpectedResults(suites: [.init(id: "test_a", failToPass: ["x"], setAside: ["y"])])
            try expected.write(to: url)
            #expect(try ExpectedResults.read(url) == expected)
            let text = try String(contentsOf: url, encoding: .utf8)
            try AtomicFile.write(text.replacing("set_aside", with: "setaside"), to: url)
            #expect(throws: FileError.self) { try ExpectedResults.read(url) }
        }
    }
}
