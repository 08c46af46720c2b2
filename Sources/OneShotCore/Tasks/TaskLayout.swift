public import Foundation

/// Where the files of a created task are.
public struct CreatedTaskLayout: Sendable, Equatable {
    public let directory: URL

    public init(directory: URL) { self.directory = directory.standardizedFileURL }

    public var metadata: URL { directory.appendingPathComponent("tb_meta.json") }
    public var diff: URL { directory.appendingPathComponent("overlay_files/diff.patch") }
    public var instructions: URL { directory.appendingPathComponent("overlay_files/LM_INSTRUCTIONS.md") }
    public var repositoryFacts: URL { directory.appendingPathComponent("overlay_files/repo_info.json") }
    public var notes: URL { directory.appendingPathComponent("overlay_files/notes.md") }
    /// Where the task came from; absent in tasks that an older version wrote.
    public var provenance: URL { directory.appendingPathComponent("provenance.json") }
    /// How the work went; absent where nobody watched.
    public var states: URL { directory.appendingPathComponent("states/states.json") }
    /// From the start snapshot to a state.
    public func statePatch(_ index: Int) -> URL { directory.appendingPathComponent("states/\(index).patch") }
    public var sessionID: URL { directory.appendingPathComponent("trace/session_id.txt") }
    public var session: URL { directory.appendingPathComponent("trace/session_clean.json") }
    public var rubric: URL { directory.appendingPathComponent("evaluation/rubric_template.md") }
    public var tests: URL { directory.appendingPathComponent("evaluation/tests_skeleton/test_skeleton.py") }
}

/// Where the files of a prepared task are.
public struct PreparedTaskLayout: Sendable, Equatable {
    public let directory: URL

    public init(directory: URL) { self.directory = directory.standardizedFileURL }

    public var metadata: URL { directory.appendingPathComponent("tb_meta.json") }
    public var dockerfile: URL { directory.appendingPathComponent("Dockerfile") }
    /// What the agent may see, `LM_INSTRUCTIONS.md` among it.
    public var overlayFiles: URL { directory.appendingPathComponent("overlay_files") }
    public var instructions: URL { overlayFiles.appendingPathComponent("LM_INSTRUCTIONS.md") }
    /// Laid over the repository before the agent starts.
    public var overlayRepositoryFiles: URL { directory.appendingPathComponent("overlay_repo_files") }
    /// Never visible to the agent.
    public var evaluation: URL { directory.appendingPathComponent("evaluation") }
    public var rubric: URL { evaluation.appendingPathComponent("rubric_template.md") }
    public var tests: URL { evaluation.appendingPathComponent("tests_skeleton") }
    public var testScript: URL { tests.appendingPathComponent("test_skeleton.py") }
    public var suites: URL { tests.appendingPathComponent("suites.json") }
    /// Written by validation.
    public var expectedResults: URL { tests.appendingPathComponent("expected.json") }
    /// The session's own tests, laid over the repository before the tests run.
    public var repositoryTests: URL { tests.appendingPathComponent("repo_tests") }
    /// Never visible to the agent.
    public var solution: URL { directory.appendingPathComponent("solution/diff.patch") }
    /// Patches that look like a solution and are none. Never visible to the agent.
    public var nearMisses: URL { directory.appendingPathComponent("solution/near_misses") }
    /// One commit without parents: the start snapshot.
    public var bundle: URL { directory.appendingPathComponent("repo.bundle") }
    public var session: URL { directory.appendingPathComponent("trace/session_clean.json") }
    public var validation: URL { directory.appendingPathComponent("validation.json") }
    /// What trials change of the task; absent in most.
    public var overrides: URL { directory.appendingPathComponent("overrides.json") }
    /// The files beside the Dockerfile that its dependencies are installed from; absent where there are none.
    public var environment: URL { directory.appendingPathComponent("environment") }
}
