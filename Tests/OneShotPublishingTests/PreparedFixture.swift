import Foundation
import OneShotCore
import OneShotPreparation
import OneShotProcess
import OneShotPublishing

/// A small prepared task with a real bundle.
struct PreparedFixture {
    let directory: URL

    static func make(in parent: URL, files: [String: String] = ["README.md": "# x\n"]) async throws -> PreparedFixture {
        let repository = parent.appendingPathComponent("source")
        try AtomicFile.makeDirectory(repository)
        for (path, text) in files { try AtomicFile.write(text, to: repository.appendingPathComponent(path)) }
        let directory = parent.appendingPathComponent("my-task")
        let layout = PreparedTaskLayout(directory: directory)
        let metadata = TaskMetadata(
            taskID: "my-task_20261122_134501",
            metadata: .init(title: "My task", tags: []),
            repo: .init(gitURL: "", branch: "main", startCommitSHA: "", endCommitSHA: ""),
            lm: .init(instructions: "Do it.\n")
        )
        for (url, data) in [
            (layout.metadata, try StrictJSON.encode(metadata)), (layout.dockerfile, Data("FROM scratch\n".utf8)),
            (layout.instructions, Data("Do it.\n".utf8)),
            (layout.rubric, Data("# Rubric: My task\n\n## all (weight: 1)\n- tests: test_it\n".utf8)),
            (layout.testScript, Data("def test_it():\n    assert False\n".utf8)),
            (layout.tests.appendingPathComponent("__init__.py"), Data()),
            (layout.tests.appendingPathComponent("__pycache__/x.pyc"), Data([0, 1])),
            (layout.solution, Data("diff --git a/README.md b/README.md\n".utf8)),
        ] {
            try AtomicFile.makeDirectory(url.deletingLastPathComponent())
            try AtomicFile.write(data, to: url)
        }
        func git(_ arguments: String...) async throws {
            try await Command("git", ["-c", "user.name=x", "-c", "user.email=x@x"] + arguments, directory: repository)
                .runChecked()
        }
        try await git("init", "-q", "-b", "main")
        try await git("add", "-A")
        try await git("commit", "-q", "-m", "start")
        try await git("bundle", "create", "-q", layout.bundle.path, "main")
        return PreparedFixture(directory: directory)
    }

    var layout: PreparedTaskLayout { PreparedTaskLayout(directory: directory) }

    /// Writes a `validation.json` that holds for the task as it is.
    func validate(admitted: Bool = true, version: Int = 2) throws {
        let digests = try JSON(parsing: try StrictJSON.encode(try PreparedTask.load(directory).digests()))
        let record: JSON = [
            "schema_version": JSON(version), "admitted": .bool(admitted),
            "reasons": admitted ? [] : ["doing nothing passes"],
            "validated_at": "2026-11-22T14:00:00Z", "digests": digests, "controls": [], "task_id": "my-task",
            "warnings": [], "flaky": [], "stages": [], "nearest": nil,
            "engine": ["name": "local", "version": "1", "image_digest": "d"],
            "settings": ["repeats": 3, "mutants": 8, "seed": 1],
            "mutation": ["killed": 0, "survived": 0, "score": nil, "survivors": []],
            "leaks": ["layers": 0, "files": 0, "bytes": 0, "findings": []],
            "versions": ["oneshot": "0", "schema": JSON(version)],
        ]
        try AtomicFile.write(record.prettyText, to: layout.validation)
    }

    func plan(to repository: String = "me/bench", path: String? = "tasks/x", allowing: [String] = []) async throws
        -> UploadPlan
    {
        let task = try PreparedTask.load(directory)
        let destination = try HubDestination(repository: repository, path: path, slug: task.slug)
        return try await UploadPlan.make(for: task, to: destination, allowing: allowing)
    }
}
