import Foundation
import OneShotPreparation
import OneShotTesting
import Testing

@testable import OneShotTrials

@Suite("The output of a test runner", .timeLimit(.minutes(2)))
struct SuiteParserTests {
    /// What real runners wrote; of jest, vitest and surefire, what their documentation shows.
    private static func fixture(_ name: String) throws -> String {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)")
        return try String(contentsOf: url, encoding: .utf8)
    }

    private static let fixtures: [(runner: TestRunner, file: String, cases: [String: TestResult.Status])] = [
        (
            .pytest, "pytest.txt",
            [
                "test_a.py::test_passes": .passed, "test_a.py::test_param[a b]": .passed,
                "test_a.py::test_param[x2]": .passed, "test_a.py::test_param[[x]]": .passed,
                "test_a.py::TestC::test_m": .passed, "test_a.py::U::test_u": .passed, "test_a.py:4": .skipped,
                "test_a.py::U::test_sub": .failed, "test_a.py::test_td": .error, "test_a.py::test_xfail": .skipped,
                "test_a.py::test_xpass": .passed, "sub/test_b.py": .error, "test_a.py::test_err": .error,
                "test_a.py::test_fails": .failed, "test_a.py::test_param[1]": .failed,
            ]
        ),
        (
            .pytest, "pytest.xml",
            [
                "sub.test_b": .error, "test_a::test_passes": .passed, "test_a::test_fails": .failed,
                "test_a::test_skipped": .skipped, "test_a::test_xfail": .skipped, "test_a::test_xpass": .passed,
                "test_a::test_err": .error, "test_a::test_param[1]": .failed, "test_a::test_param[a b]": .passed,
                "test_a::test_param[x2]": .passed, "test_a::test_param[[x]]": .passed, "test_a.TestC::test_m": .passed,
                "test_a.U::test_sub": .failed, "test_a.U::test_u": .passed, "test_a::test_td": .error,
            ]
        ),
        (
            .unittest, "unittest.txt",
            [
                "u.Bad.setUpClass": .error, "u.Words.test_doc": .failed, "u.Words.test_err": .error,
                "u.Words.test_ok": .passed, "u.Words.test_prints": .passed, "u.Words.test_skip": .skipped,
                "u.Words.test_sub": .failed, "u.Words.test_us": .failed, "u.Words.test_xf": .skipped,
            ]
        ),
        (
            .go, "go-test.jsonl",
            [
                "example.com/tally.TestCount": .passed, "example.com/tally.TestWrong": .failed,
                "example.com/tally.TestTable": .passed, "example.com/tally.TestTable/one_two": .passed,
                "example.com/tally.TestTable/x": .skipped, "example.com/tally/words.TestPanics": .failed,
                "example.com/tally/broken": .error,
            ]
        ),
        (
            .cargo, "cargo-test.txt",
            [
                "tally src/lib.rs tests::counts": .passed, "tally src/lib.rs tests::slow": .skipped,
                "tally src/lib.rs tests::panics": .passed, "tally src/lib.rs tests::wrong": .failed,
                "cli tests/cli.rs cli": .passed, "tally doc src/lib.rs - count": .passed,
            ]
        ),
        (
            .swift, "swift-test.txt",
            [
                "CountTests.testCounts": .passed, "CountTests.testSkips": .skipped, "CountTests.testWrong": .failed,
                "off()": .skipped, "plain()": .passed, "has a name": .failed, "each(n:)": .passed, "inner()": .passed,
            ]
        ),
        (
            .jest, "jest.json",
            [
                "src/sum.test.js > sum > adds": .passed, "src/sum.test.js > sum > of nothing > is zero": .failed,
                "src/sum.test.js > later": .skipped, "src/sum.test.js > some day": .skipped,
                "src/broken.test.js": .error,
            ]
        ),
        (
            .vitest, "vitest.json",
            ["test/words.test.ts > words > splits": .passed, "test/words.test.ts > words > joins": .failed]
        ),
        (
            .node, "node.tap",
            [
                "adds": .passed, "fails # hash": .failed, "skipped": .skipped, "todo": .skipped,
                "group > inner": .passed, "group > broken": .failed, "group": .failed, "parent > child": .passed,
                "parent": .passed,
            ]
        ),
        (
            .node, "node-spec.txt",
            [
                "adds": .passed, "fails # hash": .failed, "skipped": .skipped, "todo": .skipped,
                "group > inner": .passed, "group > broken": .failed, "group": .failed, "parent > child": .passed,
                "parent": .passed,
            ]
        ),
        (
            .rspec, "rspec.json",
            [
                "spec/a_spec.rb Count adds": .passed, "spec/a_spec.rb Count fails": .failed,
                "spec/a_spec.rb Count errs": .failed, "spec/a_spec.rb Count later": .skipped,
                "spec/a_spec.rb Count when empty is expected to be nil": .failed,
            ]
        ),
        (
            .minitest, "minitest.txt",
            [
                "words#test_0001_splits = well": .passed, "CountTest#test_adds": .passed,
                "CountTest#test_skipped": .skipped, "CountTest#test_errs": .error, "CountTest#test_fails": .failed,
            ]
        ),
        (.minitest, "test-unit.txt", ["BTest#test_adds": .passed, "BTest#test_fails": .failed]),
        (.bats, "bats.tap", ["adds": .passed, "fails # x": .failed, "skipped": .skipped]),
        (.tap, "bats-13.tap", ["adds": .passed, "fails # x": .failed, "skipped": .skipped]),
        (.ctest, "ctest.xml", ["passes": .passed, "fails": .failed, "skips": .skipped, "gone": .skipped]),
        (
            .junit, "surefire.xml",
            [
                "org.example.CountTest::adds": .passed, "org.example.CountTest::each(String)[1]": .failed,
                "org.example.CountTest::breaks": .error, "org.example.CountTest::later": .skipped,
            ]
        ),
    ]

    @Test("says what became of each test", arguments: fixtures.indices)
    func reads(index: Int) throws {
        let (runner, file, expected) = Self.fixtures[index]
        let cases = runner.cases(in: SuiteOutput(text: try Self.fixture(file)))
        #expect(Dictionary(uniqueKeysWithValues: cases.map { ($0.name, $0.status) }) == expected)
        for test in cases where test.status == .passed { #expect(test.message == "") }
    }

    @Test("keeps what went wrong")
    func messages() throws {
        func message(_ name: String, _ runner: TestRunner, _ file: String) throws -> String {
            let cases = runner.cases(in: SuiteOutput(text: try Self.fixture(file)))
            return cases.first { $0.name == name }?.message ?? ""
        }
        #expect(try message("test_a::test_fails", .pytest, "pytest.xml").contains("one is not"))
        #expect(try message("example.com/tally.TestWrong", .go, "go-test.jsonl").contains("got 2, want 3"))
        #expect(try message("CountTests.testWrong", .swift, "swift-test.txt").contains("is not equal to"))
        #expect(try message("has a name", .swift, "swift-test.txt").contains("Expectation failed"))
        #expect(try message("src/broken.test.js", .jest, "jest.json") == "Cannot find module './gone'")
        #expect(try message("spec/a_spec.rb Count fails", .rspec, "rspec.json").contains("expected: 2"))
    }

    @Test("of our own drivers is one JSON object a line")
    func drivers() {
        let python = """
            {"case": "tests/test_a.py::test_x", "status": "passed", "seconds": 0.25, "message": ""}
            {"case": "tests/test_a.py::test_y", "status": "failed", "seconds": 0, "message": "no"}
            {"case": "tests/test_a.py::test_z", "status": "gr
            """
        #expect(
            TestRunner.python.cases(in: SuiteOutput(reports: [python])) == [
                TestCase(name: "tests/test_a.py::test_x", status: .passed, duration: 0.25),
                TestCase(name: "tests/test_a.py::test_y", status: .failed, message: "no"),
            ]
        )
        let node = """
            {"event":"start","name":"group","nesting":0,"file":"a.test.mjs","skip":false,"todo":false}
            {"event":"start","name":"inner","nesting":1,"file":"a.test.mjs","skip":false,"todo":false}
            {"event":"pass","name":"inner","nesting":1,"file":"a.test.mjs","skip":false,"todo":false,"ms":500}
            {"event":"fail","name":"group","nesting":0,"file":"a.test.mjs","skip":false,"todo":false,"message":"x"}
            """
        #expect(
            TestRunner.node.cases(in: SuiteOutput(reports: [node])) == [
                TestCase(name: "a.test.mjs > group > inner", status: .passed, duration: 0.5),
                TestCase(name: "a.test.mjs > group", status: .failed, message: "x"),
            ]
        )
    }

    @Test("has the worse outcome of a name that comes twice, and names that are the same in every run")
    func names() {
        var list = CaseList()
        list.add("a", .passed)
        list.add("a", .failed, message: "second")
        list.add("a", .passed)
        list.add("f[<object at 0x7f3a5c1d2e80>]", .passed)
        list.add("reads /tmp/pytest-of-me/x1 well", .passed)
        list.add("slow (12.5 ms)", .passed)
        #expect(
            list.cases.map(\.name) == ["a", "f[<object at 0x…>]", "reads /tmp/… well", "slow"]
        )
        #expect(list.cases[0].status == .failed)
        #expect(list.cases[0].message == "second")
    }

    @Test("with a plan that was not kept has failed", arguments: ["1..3\nok 1 a\nok 2 b\n", "1..0\nok 1 a\n"])
    func plan(text: String) {
        #expect(TestRunner.tap.cases(in: SuiteOutput(text: text)).contains { $0.status == .error })
    }

    @Test("of several programs one after the other has as many plans")
    func plans() {
        let text = "1..1\nok 1 - a\n1..2\nok 1 - b\nnot ok 2 - c\n"
        #expect(TestRunner.tap.cases(in: SuiteOutput(text: text)).map(\.status) == [.passed, .passed, .failed])
    }

    @Test(
        "cut off anywhere is read without harm, and passes nothing that the whole does not",
        arguments: fixtures.indices
    )
    func cuts(index: Int) throws {
        let (runner, file, expected) = Self.fixtures[index]
        let bytes = Array(try Self.fixture(file).utf8)
        let step = max(1, bytes.count / 200)
        for end in stride(from: 0, to: bytes.count, by: step) {
            let cases = runner.cases(in: SuiteOutput(text: String(decoding: bytes[..<end], as: UTF8.self)))
            #expect(cases.count <= expected.count + 2)
        }
    }

    @Test("that is garbage is read without harm", arguments: TestRunner.allCases)
    func garbage(runner: TestRunner) throws {
        var generator = SeededGenerator(seed: 11)
        let texts = try Self.fixtures.map { try Self.fixture($0.file) }
        let pieces = [
            "<testcase", "<![CDATA[", "]]>", "&#x110000;", "&", "ok 1 ", "not ok", "1..9999999", "{", "}", "\"", "[",
            "--- FAIL: ", "\u{1B}[", "\u{0}", "test ... ok", "=== short test summary info ===\n", " - ", "\n", "    ",
        ]
        for _ in 0..<60 {
            var text = ""
            for _ in 0..<20 {
                if Bool.random(using: &generator) {
                    text += pieces.randomElement(using: &generator) ?? ""
                } else {
                    let source = texts.randomElement(using: &generator) ?? ""
                    let start = Int.random(in: 0...max(0, source.utf8.count - 1), using: &generator)
                    text += String(decoding: Array(source.utf8)[start...].prefix(80), as: UTF8.self)
                }
            }
            let cases = runner.cases(in: SuiteOutput(text: text))
            #expect(Set(cases.map(\.name)).count == cases.count)
            #expect(cases.allSatisfy { !$0.name.isEmpty && !$0.name.contains("\n") })
        }
    }
}
