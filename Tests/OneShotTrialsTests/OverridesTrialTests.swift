import Foundation
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotTrials

@Suite("Integration: trials with overrides", .timeLimit(.minutes(4)))
struct OverridesTrialTests {
    private static let all = """
        {"schema_version": 1, "remove_repo_paths": ["*.log", "notes"], "overlay_files": {"HINT.md": "a hint"},
         "overlay_repo_files": {"sub/config": "mode=1"}, "repo": {"subdir": "sub"},
         "inject_files": [{"path": "~/.rc/x", "content": "home", "mode": "0600"},
                          {"path": "/workspace/data", "content": "data"}],
         "environment_variables": {"LEVEL": {"value": "7", "for": ["agent", "verifier"]}, "ONLY": "agent"},
         "prompt": "{{instructions}}And more."}
        """

    @Test(
        "an agent finds what the overrides say, and only its own work is in the diff",
        arguments: TestEngine.available
    )
    func applied(engine: TestEngine) async throws {
        var fixture = FixtureTask()
        fixture.more = ["old.log": "left over", "notes/a/b": "private-words"]
        try await TrialHarness.with(engine, task: fixture) { harness in
            let file = harness.task.appendingPathComponent("overrides.json")
            try AtomicFile.write(Self.all, to: file)
            let look = """
                pwd; cat config ../data; echo; ls ..; cat /task/HINT.md; tail -c 9 /task/LM_INSTRUCTIONS.md
                cat ~/.rc/x; stat -c %a ~/.rc/x; touch ~/.rc/y; echo "$LEVEL $ONLY"
                git -C .. cat-file --batch-all-objects --batch | grep -c private-words; echo new > ../made
                """
            let (results, directory) = try await harness.run(.command(look))
            #expect(results.outcome == .scored, "\(results.failure ?? "")")
            #expect(
                try harness.log(directory).split(separator: "\n") == [
                    "/workspace/sub", "mode=1data", "NOTES.txt", "README.md", "calc.py", "data", "sub",
                    "a hintAnd more.home600",
                    "7 agent", "0",
                ]
            )
            #expect(results.diff.files == ["made"])
            #expect(results.hashes["overrides"]?.count == 64)
            #expect(results.hashes["baseline"] != nil)
            #expect(
                !FileManager.default.fileExists(
                    atPath: harness.task.appendingPathComponent("overlay_files/HINT.md").path
                )
            )

            // Graded again: with the same start, and not with another.
            _ = try await harness.runner.score(directory)
            try FileManager.default.removeItem(at: file)
            let error = await #expect(throws: TrialError.self) { try await harness.runner.score(directory) }
            #expect("\(error.debugDescription)".contains("overrides"))
        }
    }

    @Test("given overrides take the place of the task's, and reach the tests")
    func given() async throws {
        var fixture = FixtureTask()
        fixture.tests += "\ndef test_level():\n    import os\n    assert os.environ.get(\"LEVEL\") == \"7\"\n"
        fixture.rubric = fixture.rubric.replacing("- tests: test_usage", with: "- tests: test_usage, test_level")
        try await TrialHarness.with(.local, task: fixture) { harness in
            let file = harness.workspace.root.appendingPathComponent("given.json")
            try AtomicFile.write(
                #"{"schema_version": 1, "environment_variables": {"LEVEL": {"value": "7", "for": ["verifier"]}}}"#,
                to: file
            )
            let request = TrialRequest(task: harness.task, agent: .oracle, judges: false, overrides: file)
            let (results, directory) = try await harness.runner.run(request)
            #expect(results.tests.first { $0.name == "test_level" }?.status == .passed)
            let again = try await harness.runner.score(directory, scope: .testsOnly)
            #expect(again.tests.first { $0.name == "test_level" }?.status == .failed)
            let third = try await harness.runner.score(directory, overrides: file, scope: .testsOnly)
            #expect(third.tests.first { $0.name == "test_level" }?.status == .passed)
        }
    }

    @Test("a solution that no longer applies is one line that names the overrides")
    func conflict() async throws {
        try await TrialHarness.with(.local) { harness in
            let file = harness.task.appendingPathComponent("overrides.json")
            try AtomicFile.write(#"{"schema_version": 1, "remove_repo_paths": ["calc.py"]}"#, to: file)
            let (results, _) = try await harness.run(.oracle)
            #expect(results.outcome == .infrastructureFailure)
            #expect(results.failure?.contains("overrides.json removes or replaces what it needs") == true)
            try AtomicFile.write(#"{"schema_version": 1, "repo": {"subdir": "nowhere"}}"#, to: file)
            let (other, _) = try await harness.run(.nop)
            #expect(other.failure?.contains("repo.subdir of the overrides, 'nowhere'") == true)
        }
    }

    @Test("files laid over a tree replace links in it and lead nowhere else")
    func links() async throws {
        try await withTemporaryDirectory { directory in
            let (source, target) = (directory.appendingPathComponent("s"), directory.appendingPathComponent("t"))
            try FixtureTask.write(["tests/a.py": "ours", "b": "ours"], to: source)
            try FixtureTask.write(["outside/a.py": "host", "kept": "host"], to: directory)
            try AtomicFile.makeDirectory(target)
            try FileManager.default.createSymbolicLink(
                at: target.appendingPathComponent("tests"),
                withDestinationURL: directory.appendingPathComponent("outside")
            )
            try FileManager.default.createSymbolicLink(
                at: target.appendingPathComponent("b"),
                withDestinationURL: directory.appendingPathComponent("kept")
            )
            try await TreeCopy.lay(source, over: target)
            #expect(try String(contentsOf: directory.appendingPathComponent("outside/a.py"), encoding: .utf8) == "host")
            #expect(try String(contentsOf: directory.appendingPathComponent("kept"), encoding: .utf8) == "host")
            #expect(try String(contentsOf: target.appendingPathComponent("tests/a.py"), encoding: .utf8) == "ours")
            #expect(try String(contentsOf: target.appendingPathComponent("b"), encoding: .utf8) == "ours")
        }
    }
}
