import Foundation
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotPreparation

@Suite("Overrides of a task", .timeLimit(.minutes(2)))
struct TaskOverridesTests {
    private func read(_ json: String, files: [String: String] = [:]) async throws -> TaskOverrides {
        try await withTemporaryDirectory { directory in
            for (path, text) in files { try CapturedTask.write([path: text], in: directory) }
            let url = directory.appendingPathComponent("overrides.json")
            try AtomicFile.write(json, to: url)
            return try TaskOverrides(reading: url)
        }
    }

    @Test("every key is read")
    func whole() async throws {
        let overrides = try await read(
            """
            {"schema_version": 1, "remove_repo_paths": ["docs/**"], "overlay_files": {"NOTES.md": "n"},
             "overlay_repo_files": {"a/run": {"text": "#!/bin/sh", "mode": "0755"}, "b": {"file": "overrides/b"}},
             "inject_files": [{"path": "~/.config/x", "content": {"base64": "AAE="}, "mode": "0600"},
                              {"path": "/workspace/c", "content": "c"}, {"path": "/task/d", "content": "d"}],
             "repo": {"subdir": "a"}, "lm_instructions": "{{instructions}}!",
             "environment_variables": {"A": "1", "B": {"value": "2", "for": ["agent", "verifier"]}},
             "evaluation": {"rubric": "# Rubric: x", "files": {"tests_skeleton/t": "t"}, "drop_tests": ["test_a"]}}
            """,
            files: ["overrides/b": "from a file"]
        )
        #expect(overrides.removedPaths.map(\.text) == ["docs/**"])
        #expect(overrides.subdirectory == "a")
        #expect(overrides.environment(for: .agent) == ["A": "1", "B": "2"])
        #expect(overrides.environment(for: .verifier) == ["B": "2"])
        #expect(overrides.droppedTests == ["test_a"])
        let places = overrides.files.map { "\($0.place) \($0.path) \(String($0.mode, radix: 8))" }
        #expect(
            places == [
                "task NOTES.md 644", "repository a/run 755", "repository b 644", "evaluation tests_skeleton/t 644",
                "evaluation rubric_template.md 644", "home .config/x 600", "repository c 644", "task d 644",
            ]
        )
        #expect(overrides.files[2].content == Data("from a file".utf8))
        #expect(overrides.files[5].content == Data([0, 1]))
    }

    @Test(
        "what does not fit is one line that names it",
        arguments: [
            (#"{"schema_version": 1, "remove_repo_path": []}"#, "remove_repo_path: unknown key; did you mean"),
            (#"{"schema_version": 2}"#, "schema_version: is 2"),
            (#"{"prompt": "x"}"#, "schema_version: missing key"),
            (#"{"schema_version": 1, "remove_repo_paths": ["[a"]}"#, "remove_repo_paths.0: '[a' is no pattern"),
            (#"{"schema_version": 1, "remove_repo_paths": ["../a"]}"#, "leads outside"),
            (#"{"schema_version": 1, "overlay_files": {"/etc/x": ""}}"#, "is absolute"),
            (#"{"schema_version": 1, "overlay_repo_files": {".git/hooks/x": ""}}"#, "leads into '.git'"),
            (#"{"schema_version": 1, "overlay_repo_files": {"x": {"file": "none"}}}"#, "there is no 'none' beside"),
            (#"{"schema_version": 1, "overlay_repo_files": {"x": {"file": "link"}}}"#, "is no plain file"),
            (#"{"schema_version": 1, "overlay_repo_files": {"x": {"text": "", "base64": ""}}}"#, "one of text"),
            (#"{"schema_version": 1, "overlay_repo_files": {"x": {"text": "", "mod": "1"}}}"#, "did you mean \"mode\""),
            (#"{"schema_version": 1, "overlay_repo_files": {"x": {"base64": "%"}}}"#, "is not base64"),
            (#"{"schema_version": 1, "overlay_repo_files": {"x": {"text": "", "mode": "4755"}}}"#, "is no mode"),
            (#"{"schema_version": 1, "inject_files": [{"path": "/etc/passwd", "content": ""}]}"#, "is not below"),
            (#"{"schema_version": 1, "repo": {"git_url": "x"}}"#, "repo.git_url: unknown key"),
            (#"{"schema_version": 1, "prompt": "a", "lm_instructions": "b"}"#, "another name of prompt"),
            (#"{"schema_version": 1, "environment_variables": {"MY_API_KEY": "x"}}"#, "looks like a credential"),
            (#"{"schema_version": 1, "environment_variables": {"https_proxy": "x"}}"#, "the sandbox's own"),
            (#"{"schema_version": 1, "environment_variables": {"LD_PRELOAD": "x"}}"#, "the sandbox's own"),
            (#"{"schema_version": 1, "environment_variables": {"A B": "x"}}"#, "is no name"),
            (#"{"schema_version": 1, "evaluation": {"drop_test": []}}"#, "did you mean \"drop_tests\""),
        ]
    )
    func refused(json: String, problem: String) async throws {
        try await withTemporaryDirectory { directory in
            let url = directory.appendingPathComponent("overrides.json")
            try AtomicFile.write(json, to: url)
            try FileManager.default.createSymbolicLink(
                at: directory.appendingPathComponent("link"),
                withDestinationURL: URL(fileURLWithPath: "/etc/hostname")
            )
            let error = #expect(throws: FileError.self) { try TaskOverrides(reading: url) }
            let line = error?.description ?? ""
            #expect(line.contains(problem), "\(line)")
            #expect(!line.contains("\n"))
        }
    }

    @Test("overrides change a copy, the digest, and not the task; they stay when it is prepared again")
    func applied() async throws {
        try await withTemporaryDirectory { directory in
            let captured = try await CapturedTask.make(
                in: directory,
                start: CapturedTask.tally,
                end: ["README.md": CapturedTask.readme]
            )
            let plain = try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace).task
            let digests = try plain.digests()
            #expect(digests.overrides == nil)
            let test = try #require(plain.rubric.testNames.first)
            let json = """
                {"schema_version": 1, "overlay_files": {"a/NOTES.md": "look"}, "overlay_repo_files": {"x": "y"},
                 "prompt": "Before. {{instructions}}", "evaluation": {"drop_tests": ["\(test)"],
                 "files": {"tests_skeleton/data.txt": {"file": "overrides/data.txt"}}}}
                """
            try AtomicFile.write(json, to: plain.layout.overrides)
            try CapturedTask.write(["overrides/data.txt": "1"], in: plain.layout.directory)

            let again = try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace)
            #expect(again.kept.contains("overrides.json") && again.kept.contains("overrides/data.txt"))
            let task = try PreparedTask.load(again.task.layout.directory)
            let before = try Digest.files(below: task.layout.directory)
            let copy = try task.applied(at: directory.appendingPathComponent("copy"))
            #expect(try Digest.files(below: task.layout.directory) == before)
            #expect(try task.digests().differences(from: digests) == ["overrides.json"])
            #expect(copy.instructions == "Before. " + task.instructions)
            #expect(!copy.rubric.testNames.contains(test))
            #expect(copy.rubric.testNames.count == task.rubric.testNames.count - 1)
            #expect(
                try String(contentsOf: copy.layout.tests.appendingPathComponent("data.txt"), encoding: .utf8) == "1"
            )
            #expect(try Digest.files(below: copy.layout.overlayRepositoryFiles) == ["x"])
            #expect(try Digest.sha256(file: copy.layout.bundle) == digests.repository)

            try CapturedTask.write(["overrides/data.txt": "2"], in: task.layout.directory)
            let changed = try PreparedTask.load(task.layout.directory)
            #expect(changed.overrides?.digest != task.overrides?.digest)
        }
    }

    @Test("a test that no criterion is bound to cannot be dropped, and a link in the task leads no file outside")
    func notApplicable() async throws {
        try await withTemporaryDirectory { directory in
            let captured = try await CapturedTask.make(
                in: directory,
                start: CapturedTask.tally,
                end: ["README.md": CapturedTask.readme]
            )
            let task = try await TaskPreparation.prepare(created: captured.created, workspace: captured.workspace).task
            let name = try #require(task.rubric.testNames.first)
            func failure(_ json: String, _ number: Int) throws -> String {
                let file = directory.appendingPathComponent("given.json")
                try AtomicFile.write(json, to: file)
                let given = try PreparedTask.load(task.layout.directory, overrides: file)
                let error = #expect(throws: FileError.self) {
                    try given.applied(at: directory.appendingPathComponent("copy\(number)"))
                }
                return error?.description ?? ""
            }
            let typo = #"{"schema_version": 1, "evaluation": {"drop_tests": ["\#(name.dropLast())"]}}"#
            #expect(try failure(typo, 1).contains("did you mean '\(name)'?"))
            let all = task.rubric.testNames.map { "\"\($0)\"" }.joined(separator: ",")
            let rubric =
                ##""# Rubric: x\n## a (weight: 1)\nx\n- tests: \##(task.rubric.testNames.joined(separator: ", "))\n""##
            let none = #"{"schema_version": 1, "evaluation": {"rubric": \#(rubric), "drop_tests": [\#(all)]}}"#
            #expect(try failure(none, 2).contains("leaves no criterion"))
            try FileManager.default.createSymbolicLink(
                at: task.layout.overlayRepositoryFiles.appendingPathComponent("out"),
                withDestinationURL: directory
            )
            let through = #"{"schema_version": 1, "overlay_repo_files": {"out/x": "y"}}"#
            #expect(try failure(through, 3).contains("no directory in the task"))
            #expect(!FileManager.default.fileExists(atPath: directory.appendingPathComponent("x").path))
        }
    }
}
