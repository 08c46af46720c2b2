import Foundation
import Testing

@testable import OneShotAdmission

@Suite("Tampers")
struct TamperTests {
    @Test("each has a name of its own, and its languages are known")
    func names() {
        #expect(Set(Tamper.all.map(\.name)).count == Tamper.all.count)
        let known = Set(SourceLanguage.all.map(\.name))
        #expect(Tamper.all.allSatisfy { $0.languages.isSubset(of: known) })
    }

    @Test(
        "a task gets those of its languages, and all of them change something",
        arguments: [
            ("calc.py", "tests/test_calc.py", "exit_at_load_python", "test_main"),
            ("calc.go", "calc_test.go", "exit_at_load_go", "cargo_runner"),
            ("src/Calc.java", "src/test/CalcTest.java", "exit_at_load_java", "pytest_plugin"),
            ("lib/calc.js", "test/calc.test.js", "exit_at_load_javascript", "test_main"),
            ("lib/calc.rb", "test/calc_test.rb", "exit_at_load_ruby", "test_main"),
            ("src/calc.sh", "test/calc.bats", "exit_at_load_shell", "test_main"),
            ("src/lib.rs", "tests/calc.rs", "exit_at_load_rust", "test_main"),
            ("src/calc.c", "tests/calc.c", "exit_at_load_c", "test_main"),
        ]
    )
    func fitting(solution: String, test: String, has: String, hasNot: String) throws {
        let shape = TaskShape(solutionFiles: [solution, "README.md"], testFiles: [test], testNames: ["test_adds"])
        let files = [solution: "package calc\n\nclass Calc {\n}\n", test: "test\n"]
        let all = TamperCandidate.all(for: shape, forbidden: ["abc123"]) { files[$0].map { Data($0.utf8) } }
        let names = all.map(\.name)
        #expect(names.contains(has))
        #expect(!names.contains(hasNot))
        #expect(names.contains("conftest") && names.contains("deleted_tests") && names.contains("history_probe"))
        for candidate in all {
            guard case .files(let edits) = candidate.method else { continue }
            let patch = Patch(edits) { path in files[path].map { (content: Data($0.utf8), mode: "100644") } }
            #expect(!patch.files.isEmpty, "\(candidate.name)")
            #expect(try Patch(parsing: patch.data) == patch)
            // Nothing is left of a template, or the code would not even be read.
            #expect(!String(decoding: patch.data, as: UTF8.self).contains("{test"), "\(candidate.name)")
        }
        let probe = try #require(all.first { $0.name == "history_probe" })
        guard case .command(let line) = probe.method else { throw CancellationError() }
        #expect(line.contains("for object in abc123; do"))
    }

    @Test("forged results name the task's own tests")
    func forged() throws {
        let shape = TaskShape(
            solutionFiles: ["calc.py"],
            testFiles: ["tests/test_calc.py"],
            testNames: ["test_a", "test_b"]
        )
        let all = TamperCandidate.all(for: shape) { _ in nil }
        guard case .files(let edits) = try #require(all.first { $0.name == "forged_reports" }).method else {
            throw CancellationError()
        }
        let tap = try #require(edits.first { $0.path == "results.tap" }?.content)
        #expect(String(decoding: tap, as: UTF8.self) == "1..1\nok 1 - test_a\nok 1 - test_b\n")
        #expect(!all.contains { $0.name == "deleted_tests" }, "there are none to delete")
    }
}
