import Foundation
import OneShotCore
import OneShotPreparation
import OneShotTesting
import Testing

@Suite("A rubric is read against the tests that there are")
struct RubricReadingTests {
    private static let program = #"""
        """Tests.

        def test_in_a_text(): pass
        """
        import unittest

        def test_one():
            def test_inner(): pass

        class TestCount(unittest.TestCase):
            @staticmethod
            async def test_two(self):
                pass

            def helper(self): pass

        if __name__ == "__main__":
            def test_three(): pass
        """#

    private func reading(_ rubric: String, program: String = Self.program, suites: String? = nil) async throws
        -> RubricReading
    {
        try await withTemporaryDirectory { directory in
            let layout = PreparedTaskLayout(directory: directory)
            try AtomicFile.makeDirectory(layout.tests)
            try AtomicFile.write(rubric, to: layout.rubric)
            try AtomicFile.write(program, to: layout.testScript)
            if let suites {
                try AtomicFile.write(suites, to: layout.tests.appendingPathComponent("suites.json"))
            }
            return try RubricReading(of: layout)
        }
    }

    @Test("functions, methods, whole classes and suites can be bound, and what is not bound is told")
    func bound() async throws {
        let suites =
            #"{"schema_version": 1, "suites": [{"id": "test_all", "runner": "go", "command": ["go"], "files": []}]}"#
        let read = try await reading("# T\n## a (3)\n- tests: test_two, test_all\n## q (1)\n- judge\n", suites: suites)
        #expect(read.unboundTests == ["test_one"])
        #expect(
            read.text == """
                T
                  a  75 %  test_two, test_all
                  q  25 %  the judge
                no criterion is bound to: test_one
                """
        )
        #expect(read.json["criteria"]?[0]?["share"]?.double == 0.75)
        let whole = try await reading("# T\n## a (1)\n- tests: TestCount, test_one\n")
        #expect(whole.unboundTests == [])
        let exact = try await reading("# T\n## a (1)\n- tests: TestCount.test_two, test_one\n")
        #expect(exact.unboundTests == [])
    }

    @Test(
        "a test that there is not is named with line and column and the nearest that there is",
        arguments: [
            (
                "## a (1)\n- tests: test_one, test_tow\n", "line 2, column 20",
                "there is no test 'test_tow'; did you mean 'test_two'?"
            ),
            ("## a (1)\n- tests:\n  - `test_on`\n", "line 3, column 6", "did you mean 'test_one'?"),
            (
                "## a (1)\n- tests: test_everything_else\n", "line 2, column 10",
                "there are: test_one, TestCount.test_two"
            ),
            ("## a (1)\n- tests: test_in_a_text\n", "line 2, column 10", "there is no test 'test_in_a_text'"),
            ("## a (1)\n- tests: test_inner\n", "line 2, column 10", "there is no test 'test_inner'"),
        ]
    )
    func unknown(rubric: String, place: String, problem: String) async throws {
        let error = await #expect(throws: FileError.self) { _ = try await reading(rubric) }
        guard case .malformed(_, place, let found) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found.contains(problem), "\(found)")
    }

    @Test("tests that are made while they run are not known beforehand, and no error")
    func dynamic() async throws {
        let read = try await reading("## a (1)\n- tests: test_made\n", program: "globals()['test_made'] = lambda: 1\n")
        #expect(read.rubric.testNames == ["test_made"])
        #expect(read.unboundTests == [])
    }
}
