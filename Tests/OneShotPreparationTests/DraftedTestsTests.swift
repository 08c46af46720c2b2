import Foundation
import OneShotClient
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotPreparation

@Suite("Tests that a model drafts", .timeLimit(.minutes(2)))
struct DraftedTestsTests {
    private static let content = "from tally.words import words\n\n\ndef test_two():\n    assert words(\"a b\") == 2\n"
    private static let end = ["tally/words.py": "def words(text):\n    return len(text.split())\n"]
    private static let place = "evaluation/tests_skeleton/repo_tests/tests/test_words.py"

    private static func answer(_ value: JSON) -> LoopbackEndpoint.Answer {
        let answer: JSON = [
            "status": "completed", "output": [["type": "message", "content": [["text": .string(value.compactText)]]]],
        ]
        return .init(200, answer.compactText)
    }

    /// A model that writes this test file, and an instruction and a rubric for whatever tests it is told of.
    private static func withModel<Result: Sendable>(
        path: String = "tests/test_words.py",
        content: String = content,
        _ body: (ModelClient) async throws -> Result
    ) async throws -> (result: Result, requests: [LoopbackEndpoint.Request]) {
        let endpoint = try await LoopbackEndpoint.start { request, _ in
            let input = request.body["input"]?.string ?? ""
            switch request.body["text"]?["format"]?["name"]?.string {
            case "task_tests": return answer(["path": .string(path), "content": .string(content)])
            case "task_instruction": return answer(["instruction": "Count words."])
            default:
                let names = input.split(separator: "\n").filter { $0.hasPrefix("test_") }.map { JSON.string("\($0)") }
                return answer([
                    "criteria": [["id": "all", "text": "It counts.", "tests": .array(names), "weight": 1]]
                ])
            }
        }
        let model = ModelClient(
            ModelConfiguration(baseURL: endpoint.url, model: "m-1", key: "k", timeout: .seconds(10))
        )
        do {
            let result = try await body(model)
            return (result, await endpoint.stop())
        } catch {
            _ = await endpoint.stop()
            throw error
        }
    }

    private static func prepare(
        _ captured: CapturedTask,
        by model: ModelClient? = nil,
        force: Bool = false
    ) async throws -> TaskPreparation.Outcome {
        try await TaskPreparation.prepare(
            created: captured.created,
            workspace: captured.workspace,
            options: .init(discardsEdits: force, draftingModel: model)
        )
    }

    @Test("are a suite of their own, marked with the model's name, in place of tests that only look at files")
    func suite() async throws {
        try await withTemporaryDirectory { directory in
            let captured = try await CapturedTask.make(in: directory, start: CapturedTask.tally, end: Self.end)
            let (outcome, requests) = try await Self.withModel { try await Self.prepare(captured, by: $0) }
            let suites = try TestSuites.read(outcome.task.layout.suites).suites
            #expect(suites.map(\.id) == ["test_python_drafted"])
            #expect(suites[0].draftedBy == "m-1" && suites[0].files == ["tests/test_words.py"])
            let file = outcome.task.layout.directory.appendingPathComponent(Self.place)
            #expect(try String(contentsOf: file, encoding: .utf8) == Self.content)
            #expect(outcome.tests == ["test_python_drafted"])
            #expect(outcome.task.rubric.testNames == ["test_python_drafted"])
            #expect(
                outcome.notes.contains { $0.hasPrefix("test_python_drafted was drafted by m-1: read \(Self.place)") }
            )
            #expect(!outcome.notes.contains { $0.contains("only check that files") })
            let asked = requests[0].body["input"]?.string ?? ""
            #expect(requests.count == 3 && asked.contains("return len(text.split())"))
            #expect(asked.contains("a path such as: tests/test_count.py") && asked.contains("assert count("))
            #expect(!asked.contains(captured.repository.path))
            // Without a model the task is what it is without one.
            #expect(try await Self.prepare(captured).tests == ["test_tally_words_py_is_there_and_parses"])
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
    }

    @Test("are added to the session's own, which stay as they are")
    func addition() async throws {
        try await withTemporaryDirectory { directory in
            let own = ["tests/test_own.py": "def test_own():\n    assert True\n"]
            let captured = try await CapturedTask.make(
                in: directory,
                start: CapturedTask.tally,
                end: Self.end.merging(own) { $1 }
            )
            let plain = try TestSuites.read(try await Self.prepare(captured).task.layout.suites).suites
            let (outcome, _) = try await Self.withModel { try await Self.prepare(captured, by: $0) }
            let suites = try TestSuites.read(outcome.task.layout.suites).suites
            #expect(suites.map(\.id) == ["test_python", "test_python_drafted"])
            #expect(suites[0] == plain[0] && suites[0].draftedBy == nil)
        }
    }

    @Test("are not asked for where only documents changed, or where nothing would run them")
    func notAsked() async throws {
        try await withTemporaryDirectory { directory in
            let document = try await CapturedTask.make(
                in: directory,
                start: CapturedTask.tally,
                end: ["README.md": CapturedTask.readme]
            )
            let (_, first) = try await Self.withModel { try await Self.prepare(document, by: $0) }
            #expect(!first.contains { $0.body["text"]?["format"]?["name"]?.string == "task_tests" })
            let data = try await CapturedTask.make(
                in: directory,
                title: "Data",
                start: CapturedTask.tally,
                end: ["data.json": "{}\n"],
                stamp: "20261122_134502"
            )
            let (outcome, second) = try await Self.withModel { try await Self.prepare(data, by: $0) }
            #expect(second.count == 2)
            #expect(outcome.notes.contains { $0.hasPrefix("no tests were drafted: no test runner") })
        }
    }

    @Test("that a person has edited are kept, with their suite, and nobody is asked again")
    func edited() async throws {
        try await withTemporaryDirectory { directory in
            let captured = try await CapturedTask.make(in: directory, start: CapturedTask.tally, end: Self.end)
            let (outcome, _) = try await Self.withModel { try await Self.prepare(captured, by: $0) }
            let file = outcome.task.layout.directory.appendingPathComponent(Self.place)
            let mine = Self.content + "\n\ndef test_none():\n    assert words(\"\") == 0\n"
            try AtomicFile.write(mine, to: file)
            let again = try await Self.prepare(captured)
            #expect(again.kept == [Self.place] && again.tests == ["test_python_drafted"])
            #expect(try String(contentsOf: file, encoding: .utf8) == mine)
            let (third, requests) = try await Self.withModel { try await Self.prepare(captured, by: $0) }
            #expect(third.kept == [Self.place] && requests.count == 2)
            #expect(try String(contentsOf: file, encoding: .utf8) == mine)
            let (forced, _) = try await Self.withModel { try await Self.prepare(captured, by: $0, force: true) }
            #expect(forced.kept == [])
            #expect(try String(contentsOf: file, encoding: .utf8) == Self.content)
        }
    }

    @Test("never go into suites that a person has written")
    func suitesOfAPerson() async throws {
        try await withTemporaryDirectory { directory in
            let captured = try await CapturedTask.make(in: directory, start: CapturedTask.tally, end: Self.end)
            let layout = try await Self.prepare(captured).task.layout
            let mine = TestSuites(suites: [.init(id: "test_mine", runner: .exit, command: ["true"])])
            try AtomicFile.write(try StrictJSON.encode(mine), to: layout.suites)
            let (outcome, requests) = try await Self.withModel { try await Self.prepare(captured, by: $0) }
            #expect(requests.count == 2)
            #expect(outcome.notes.contains { $0.hasPrefix("no tests were drafted, since \(PreparedDirectory.suites)") })
            #expect(try TestSuites.read(layout.suites) == mine)
        }
    }

    private static let long = (1...12).map { "    value\($0) = compute(first\($0), second\($0))" }.joined(
        separator: "\n"
    )

    @Test(
        "are refused in one line where their path or content is not what was asked for",
        arguments: [
            ("/etc/test_x.py", content, "no path below the repository"),
            ("../test_x.py", content, "no path below the repository"),
            ("tests/../../test_x.py", content, "no path below the repository"),
            (".git/test_x.py", content, "no path below the repository"),
            ("tests\\test_x.py", content, "no path below the repository"),
            ("", content, "no path below the repository"),
            ("tally/extra.py", content, "no test of python"), ("tests/conftest.py", content, "no test of python"),
            ("tests/words.bats", content, "no test of python"),
            ("tests/test_count.py", content, "would take the place of tests/test_count.py"),
            ("tests/test_count.py/test_x.py", content, "would take the place of tests/test_count.py"),
            ("tests/test_x.py", " \n", "is empty"), ("tests/test_x.py", "a\0b", "or no text"),
            ("tests/test_x.py", String(repeating: "x", count: 70_000), "longer than 64 KiB"),
            ("tests/test_x.py", "def f():\n\(long)\n", "copies the solution (tally/words.py)"),
        ]
    )
    func refused(path: String, content: String, problem: String) async throws {
        try await withTemporaryDirectory { directory in
            let captured = try await CapturedTask.make(
                in: directory,
                start: CapturedTask.tally,
                end: ["tally/words.py": "def words():\n\(Self.long)\n"]
            )
            let error = await #expect(throws: ClientError.self) {
                try await Self.withModel(path: path, content: content) { try await Self.prepare(captured, by: $0) }
            }
            let text = error?.description ?? ""
            #expect(text.contains(problem) && !text.contains("\n"), "\(text)")
            let made =
                (try? FileManager.default.contentsOfDirectory(atPath: captured.workspace.preparedTasks.path)) ?? []
            #expect(made.isEmpty)
        }
    }

    @Test(
        "go where the project's tests are, in the language that was changed",
        arguments: [
            (["go.mod": "module m\n", "a/a.go": ""], "a/b.go", "go", "a/words_test.go"),
            (["go.mod": "module m\n", "a/a_test.go": ""], "a/b.go", "go", "a/a_test.go"),
            (["web/package.json": "{}", "web/src/a.js": ""], "web/src/b.js", "node", "web/test/words.test.js"),
            (["package.json": "{\"x\": {\"vitest\": 1}}"], "src/b.ts", "vitest", "test/words.test.ts"),
            (["Cargo.toml": "[package]\n", "src/a.rs": ""], "src/b.rs", "cargo", "tests/words.rs"),
            (["Gemfile": "gem 'rspec'\n"], "lib/b.rb", "rspec", "spec/words_spec.rb"),
            (["t/run.bats": ""], "bin/b.sh", "bats", "t/run.bats"),
            (["x": ""], "bin/b.sh", "shell", "test/test_words.sh"),
            (["CMakeLists.txt": "enable_testing()\n", "a.c": ""], "b.c", nil, ""),
            (["tests/test_a.py": ""], "web/b.css", nil, ""),
        ] as [([String: String], String, String?, String)]
    )
    func target(start: [String: String], changed: String, name: String?, example: String) async throws {
        let paths = start.keys.sorted()
        func entry(_ path: String, _ object: String) -> TreeEntry {
            TreeEntry(rawPath: Data(path.utf8), mode: "100644", object: object, size: 1)
        }
        let texts = Dictionary(uniqueKeysWithValues: paths.enumerated().map { ("\($0)", start[$1] ?? "") })
        let tree = FileTree(
            id: "t",
            entries: paths.enumerated().map { entry($1, "\($0)") } + [entry(changed, "end")]
        )
        let suites = SuiteDraft(files: tree) { texts[$0.object] }
        let change = FileChange(rawPath: Data(changed.utf8), start: nil, end: entry(changed, "end"))
        let target = try await TestTarget.find(for: [change], in: suites)
        #expect(target?.recipe.name == name)
        #expect(target?.example ?? "" == example)
    }
}
