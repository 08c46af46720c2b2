import Foundation
import OneShotCore
import OneShotGit
import OneShotPreparation
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotTrials

@Suite("The tree that is graded", .timeLimit(.minutes(2)))
struct GradedTreeTests {
    private static let suites = TestSuites(
        suites: [
            .init(id: "test_python", runner: .python, command: ["python3"], files: ["tests/test_a.py", "test_b.py"])
        ]
    )

    @Test(
        "has tests and what steers them put back, but what the solution changes is the agent's too",
        arguments: [
            (["calc.py", "tests/test_a.py", "conftest.py"], ["calc.py"], ["tests/test_a.py", "conftest.py"]),
            (
                ["sitecustomize.py", "x.pth", "evil.egg-info/entry_points.txt"], [],
                ["sitecustomize.py", "x.pth", "evil.egg-info/entry_points.txt"]
            ),
            (["test_b/__init__.py", "test_b.so", "test_bc.txt"], [], ["test_b/__init__.py", "test_b.so"]),
            (
                ["setup.cfg", "src/__pycache__/calc.cpython-311.pyc"], ["setup.cfg"],
                ["src/__pycache__/calc.cpython-311.pyc"]
            ),
            (["Makefile", "package.json", "docs/tests.md"], [], []),
            (["tests/test_new.py", "conftest.py"], ["tests/test_other.py"], ["conftest.py"]),
        ]
    )
    func protected(changed: [String], allowed: [String], restored: [String]) {
        #expect(GradedTree.protected(changed, allowed: Set(allowed), suites: Self.suites) == restored)
    }

    @Test("keeps what says how tests are built where a suite builds them")
    func manifests() {
        let make = TestSuites(suites: [.init(id: "test_make", runner: .tap, command: ["make", "test"])])
        #expect(GradedTree.protected(["Makefile", "go.mod"], allowed: [], suites: make) == ["Makefile"])
        let go = TestSuites(suites: [.init(id: "test_go", runner: .go, command: ["go", "test"])])
        #expect(GradedTree.protected(["Makefile", "go.mod"], allowed: [], suites: go) == ["go.mod"])
    }

    @Test("is written without following a link of the agent's")
    func links() async throws {
        try await withTemporaryDirectory { directory in
            let outside = directory.appendingPathComponent("outside")
            try AtomicFile.makeDirectory(outside)
            let tests = directory.appendingPathComponent("tests")
            try FixtureTask.write(["tests/deep/test_a.py": "mine"], to: tests)
            let tree = GradedTree(
                directory: directory.appendingPathComponent("tree"),
                baseline: Baseline(directory: directory.appendingPathComponent("base"), commit: "")
            )
            try AtomicFile.makeDirectory(tree.directory)
            let files = FileManager.default
            try files.createSymbolicLink(
                at: tree.directory.appendingPathComponent("tests"),
                withDestinationURL: outside
            )
            try tree.put("tests/deep/test_a.py", from: tests)
            #expect(try files.contentsOfDirectory(atPath: outside.path) == [])
            let written = tree.directory.appendingPathComponent("tests/deep/test_a.py")
            #expect(try String(contentsOf: written, encoding: .utf8) == "mine")
            // A file where a directory has to be, and a directory where a file has to be.
            try AtomicFile.write("x", to: tree.directory.appendingPathComponent("lib"))
            try tree.write("control", to: "lib/test_x.py")
            try AtomicFile.makeDirectory(tree.directory.appendingPathComponent("conftest.py/inner"))
            try tree.put("conftest.py", from: tree.baseline.directory)
            #expect(!files.fileExists(atPath: tree.directory.appendingPathComponent("conftest.py").path))
            #expect(throws: TrialError.self) { try tree.write("x", to: "../out") }
            #expect(throws: TrialError.self) { try tree.write("x", to: ".git/config") }
        }
    }
}
