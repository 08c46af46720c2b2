import Foundation
import OneShotCore
import Testing

@testable import OneShotTrials

/// What a person breaks in a task or in what it runs with. None of it says anything about an agent.
struct Breakage: Sendable, CustomTestStringConvertible {
    var name: String
    /// Files of the task that are written over, by path.
    var files: [String: String]
    var agent = AgentChoice.oracle
    /// Whether each engine has a part in it; else one shows it.
    var isOfEngine = false
    /// What the one line must contain.
    var says: [String]

    var testDescription: String { name }

    private static let rubric = "evaluation/rubric_template.md"
    private static let tests = "evaluation/tests_skeleton/test_skeleton.py"

    static let all = [
        Breakage(
            name: "an unknown instruction in the Dockerfile",
            files: ["Dockerfile": "FROM debian:bookworm-slim\nRUNN true\n"],
            isOfEngine: true,
            says: ["Dockerfile", "line 2", "RUNN"]
        ),
        Breakage(name: "an empty Dockerfile", files: ["Dockerfile": ""], says: ["Dockerfile", "FROM"]),
        Breakage(
            name: "tests that do not compile",
            files: [tests: "def test_adds(:\n"],
            says: ["test_skeleton.py, line 1", "invalid syntax"]
        ),
        Breakage(
            name: "tests that cannot be imported",
            files: [tests: "import nonesuch\ndef test_adds(): pass\ndef test_usage(): pass\n"],
            says: ["cannot be imported", "nonesuch", "test_skeleton.py"]
        ),
        Breakage(
            name: "a rubric that is bound to no test",
            files: [rubric: "# Rubric: calc\n## adds (weight: 1)\n- tests: test_other\n"],
            says: ["test_other", "rubric_template.md"]
        ),
        Breakage(name: "a bundle that is none", files: ["repo.bundle": "x"], says: ["repo.bundle"]),
        Breakage(name: "a solution that is none", files: ["solution/diff.patch": "x"], says: ["solution"]),
        Breakage(
            name: "an agent whose program is not in the sandbox",
            files: [:],
            agent: .command("nonesuch --go"),
            isOfEngine: true,
            says: ["cannot be started", "nonesuch"]
        ),
    ]

    /// Refused before a run is begun.
    static let refused = [
        Breakage(
            name: "a rubric without criteria",
            files: [rubric: "No.\n"],
            says: ["rubric_template.md", "criteria"]
        ),
        Breakage(name: "overrides that are no JSON", files: ["overrides.json": "{"], says: ["overrides.json", "line"]),
        Breakage(
            name: "suites of an unknown runner",
            files: [
                "evaluation/tests_skeleton/suites.json":
                    #"{"schema_version": 1, "suites": [{"id": "a", "runner": "b", "command": ["c"], "files": []}]}"#
            ],
            says: ["suites.json", "'b'"]
        ),
        Breakage(name: "metadata that is no JSON", files: ["tb_meta.json": "{"], says: ["tb_meta.json", "line"]),
    ]
}

@Suite(
    "Integration: a task that somebody broke",
    .enabled(if: !TestEngine.available.isEmpty, "no engine: bubblewrap is not installed"),
    .timeLimit(.minutes(4))
)
struct BrokenTaskTests {
    @Test(
        "gives no score but one line, and leaves nothing behind",
        arguments: Breakage.all
    )
    func failure(breakage: Breakage) async throws {
        for engine in breakage.isOfEngine ? TestEngine.available : Array(TestEngine.available.prefix(1)) {
            try await TrialHarness.with(engine, task: Self.task(breakage)) { harness in
                let (results, directory) = try await harness.run(breakage.agent)
                #expect(results.outcome == .infrastructureFailure, "\(engine)")
                #expect(results.score == nil && results.criteria.isEmpty)
                let line = try #require(results.failure)
                #expect(!line.contains("\n"))
                for words in breakage.says { #expect(line.contains(words), "\(line)") }
                #expect(!FileManager.default.fileExists(atPath: directory.work.path))
                #expect(!FileManager.default.fileExists(atPath: directory.url.appendingPathComponent(".work").path))
            }
        }
    }

    @Test("is refused where that can be seen before", arguments: Breakage.refused)
    func refusal(breakage: Breakage) async throws {
        try await TrialHarness.with(.local, task: Self.task(breakage)) { harness in
            let error = await #expect(throws: (any Error).self) { try await harness.run(breakage.agent) }
            let line = "\(error.map { "\($0)" } ?? "")"
            #expect(error is any OneShotError && !line.contains("\n"))
            for words in breakage.says { #expect(line.contains(words), "\(line)") }
            let runs = (try? FileManager.default.contentsOfDirectory(atPath: harness.workspace.runs.path)) ?? []
            #expect(runs.isEmpty)
        }
    }

    @Test("An agent that ends with 127 after it has worked has a score like any other")
    func worked() async throws {
        try await TrialHarness.with(.local, task: Self.task(nil)) { harness in
            let (results, _) = try await harness.run(.command("echo x >new; exit 127"))
            #expect(results.outcome == .scored)
            #expect(results.exitCode == 127)
        }
    }

    private static func task(_ breakage: Breakage?) -> FixtureTask {
        var task = FixtureTask(
            rubric: "# Rubric: calc\n## adds (weight: 1)\n- tests: test_adds\n",
            files: breakage?.files ?? [:]
        )
        if let dockerfile = task.files.removeValue(forKey: "Dockerfile") { task.dockerfile = dockerfile }
        return task
    }
}
