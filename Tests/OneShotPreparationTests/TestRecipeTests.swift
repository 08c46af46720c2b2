import Foundation
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotPreparation

@Suite("Tests are told from other files and run by the project's own means")
struct TestRecipeTests {
    private static func suites(_ tests: [String], _ files: [String: String] = [:]) async throws -> [TestSuites.Suite] {
        let entries = (Array(files.keys) + tests).sorted().map { path in
            TreeEntry(rawPath: .init(path.utf8), mode: "100644", object: path, size: 1)
        }
        let draft = SuiteDraft(files: FileTree(id: "", entries: entries)) { files[$0.path] }
        return try await draft.suites(for: tests)
    }

    @Test(
        "a test file has its command",
        arguments: [
            ("pkg/count_test.go", ["go", "test", "-json", "-count=1", "./pkg"]),
            ("main_test.go", ["go", "test", "-json", "-count=1", "./"]),
            ("tests/cli.rs", ["cargo", "test", "--offline", "--no-fail-fast"]),
            ("Tests/TallyTests/CountTests.swift", ["swift", "test", "--filter", "TallyTests"]),
            (
                "src/a.test.ts",
                ["npx", "--no-install", "vitest", "run", "--reporter=json", "--outputFile={report}", "{files}"]
            ),
            (
                "test/a.mjs",
                ["node", "--test", "--test-reporter", "{driver}", "--test-reporter-destination", "{report}", "{files}"]
            ),
            ("spec/a_spec.rb", ["rspec", "--format", "json", "--out", "{report}", "{files}"]),
            ("src/test/java/x/CountTest.java", ["./gradlew", "--offline", "test", "--tests", "CountTest"]),
            ("t/a.bats", ["bats", "--tap", "{files}"]), ("test-cli.sh", ["bash", "{file}"]),
            ("tests/test_a.py", ["python3", "-I", "-B", "{driver}", "{report}", "{files}"]),
            ("a_test.py", ["python3", "-I", "-B", "{driver}", "{report}", "{files}"]),
            ("tests/test_a.c", ["make", "test"]),
        ]
    )
    func command(path: String, words: [String]) async throws {
        let files = ["package.json": "{\"devDependencies\":{\"vitest\":\"1\"}}", "Makefile": "test:\n\ttrue\n"]
        let suites = try await Self.suites([path], files)
        #expect(suites.map(\.command) == [words])
        #expect(suites.first?.files == [path])
        #expect(TestRecipe.isTestFile(path))
    }

    @Test("one suite for each runner and project, with the tests that were there before")
    func projects() async throws {
        let suites = try await Self.suites(
            ["web/test/new.test.js", "tests/test_new.py", "web/test/other.test.js", "tests/data/in.txt"],
            [
                "web/package.json": "{}", "web/test/old.test.js": "", "tests/test_old.py": "", "api/package.json": "{}",
                "api/test/x.test.js": "", "README.md": "", "tests/conftest.py": "",
            ]
        )
        #expect(suites.map(\.id) == ["test_node_web", "test_python"])
        #expect(suites.map(\.directory) == ["web", nil])
        #expect(suites.first?.files == ["test/new.test.js", "test/other.test.js", "test/old.test.js"])
        #expect(suites.last?.files == ["tests/test_new.py", "tests/test_old.py"])
    }

    @Test("a project whose manifest names the runner is found above the one that is nearest")
    func markers() async throws {
        let files = [
            "package.json": "{\"devDependencies\":{\"jest\":\"29\"}}", "packages/a/package.json": "{}",
            "CMakeLists.txt": "project(x)\nenable_testing()\n", "Gemfile": "gem 'rspec'\n",
        ]
        let suites = try await Self.suites(["packages/a/x.test.js", "tests/a_test.cpp", "spec/x_spec.rb"], files)
        #expect(suites.map(\.id) == ["test_jest", "test_ctest", "test_rspec"])
        #expect(suites.map(\.directory) == [nil, nil, nil])
        #expect(suites[2].command.first == "bundle")
    }

    @Test("no more than so many tests of before are run, those nearest first")
    func bounded() async throws {
        var files: [String: String] = [:]
        for number in 100..<200 { files["far/test_\(number).py"] = "" }
        files["tests/test_near.py"] = ""
        let suites = try await Self.suites(["tests/test_new.py"], files)
        #expect(suites.first?.files.count == 1 + SuiteDraft.mostExisting)
        #expect(suites.first?.files.contains("tests/test_near.py") == true)
    }

    @Test(
        "what tests need belongs to them, and is not run",
        arguments: [
            "tests/data/in.txt", "conftest.py", "tests/helper.py", "src/__tests__/util.snap", "testdata/x.json",
            "tests/check.hpp",
        ]
    )
    func support(path: String) async throws {
        #expect(TestRecipe.isTestFile(path))
        #expect(try await Self.suites([path]) == [])
    }

    @Test(
        "other files are no tests",
        arguments: ["src/latest.py", "contest.py", "README.md", "test.md", "a/testing.go"]
    )
    func others(path: String) {
        #expect(!TestRecipe.isTestFile(path))
    }

    @Test(
        "files that steer tests are known",
        arguments: [
            ("conftest.py", true), ("a/b/sitecustomize.py", true), ("x.pth", true), ("jest.config.mjs", true),
            (".mocharc.yml", true), (".cargo/config.toml", true), ("a/__pycache__/b.pyc", true), (".rspec", true),
            ("evil-1.0.dist-info/entry_points.txt", true), ("tests/a.txt", true), ("src/config.toml", false),
            ("conftest.txt", false), ("Makefile", false), ("package.json", false),
        ]
    )
    func steering(path: String, isProtected: Bool) {
        #expect(SteeringFiles.isProtected(path, by: TestSuites()) == isProtected)
    }
}

@Suite("suites.json")
struct TestSuitesTests {
    private static let good = """
        {"schema_version": 1, "suites": [
          {"id": "test_a", "runner": "go", "command": ["go", "test"], "files": ["a_test.go"], "timeout_seconds": 5}
        ]}
        """

    private func read(_ text: String) async throws -> TestSuites {
        try await withTemporaryDirectory { directory in
            let url = directory.appendingPathComponent("suites.json")
            try AtomicFile.write(text, to: url)
            return try TestSuites.read(url)
        }
    }

    @Test("is read, and a task without one has no suites")
    func reads() async throws {
        let suites = try await read(Self.good)
        #expect(suites.suites.first?.runner == .go)
        try await withTemporaryDirectory { directory in
            let none = try TestSuites.read(directory.appendingPathComponent("none.json"))
            #expect(none == TestSuites())
        }
    }

    @Test(
        "what does not fit is named",
        arguments: [
            ("\"runner\": \"go\"", "\"runner\": \"gone\"", "'gone' is no runner; write one of python, pytest"),
            ("\"test_a\"", "\"a\"", "suites.0.id: 'a' is no id"), ("\"test_a\"", "\"test_A\"", "'test_A' is no id"),
            ("[\"go\", \"test\"]", "[]", "suites.0.command: is empty"),
            ("\"a_test.go\"", "\"../a_test.go\"", "'../a_test.go' leads out of the repository"),
            ("\"a_test.go\"", "\"/etc/x\"", "'/etc/x' leads out of the repository"),
            ("\"files\"", "\"file\"", "missing key"),
            ("timeout_seconds", "timeout", "suites.0.timeout: unknown key"),
            (": 5", ": 0", "timeout_seconds: must be more than 0"),
            ("\"schema_version\": 1", "\"schema_version\": 2", "reads 1"),
        ]
    )
    func refused(part: String, other: String, problem: String) async throws {
        let error = await #expect(throws: FileError.self) { try await read(Self.good.replacing(part, with: other)) }
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }

    @Test("two suites of one id are refused")
    func twice() async throws {
        let suite = TestSuites.Suite(id: "test_a", runner: .tap, command: ["true"])
        let text = String(decoding: try StrictJSON.encode(TestSuites(suites: [suite, suite])), as: UTF8.self)
        let error = await #expect(throws: FileError.self) { try await read(text) }
        #expect(error?.description.contains("a second suite 'test_a'") == true)
    }
}
