import Foundation
import OneShotCore
import OneShotGit
import OneShotTesting

/// A repository with a captured task, as `oneshot task end` leaves it.
struct CapturedTask {
    let workspace: Workspace
    let repository: URL
    let created: URL
    let startTree: String
    let endTree: String

    /// Commits `start`, changes the working tree into `end` (nil removes a file), and writes the created task.
    static func make(
        in directory: URL,
        title: String = "Describe the program",
        instructions: String? = nil,
        start: [String: String],
        end: [String: String?],
        format: String = "sha1",
        session: Session? = nil,
        stamp: String = "20261122_134501"
    ) async throws -> CapturedTask {
        let repository = directory.appendingPathComponent("repo \(stamp)")
        try AtomicFile.makeDirectory(repository)
        let git = Git(repository, environment: identity)
        try await git.output(["init", "-q", "-b", "main", "--object-format=\(format)"])
        try write(["old-secret-history.txt": "never to be seen again\n"], in: repository)
        try await git.output(["add", "-A"])
        try await git.output(["commit", "-q", "-m", "before"])
        try FileManager.default.removeItem(at: repository.appendingPathComponent("old-secret-history.txt"))
        try write(start, in: repository)
        let startSnapshot = try await snapshot(git, "start", stamp)
        try write(end, in: repository)
        let endSnapshot = try await snapshot(git, "end", stamp)
        let id = "\(Slug.make(title))_\(stamp)"
        let facts = RepositoryFacts(
            repository: repository.path,
            gitURL: "https://forge.test/me/repo.git",
            branch: "main",
            startCommitSHA: try await git.line(["rev-parse", "HEAD"]),
            endCommitSHA: try await git.line(["rev-parse", "HEAD"]),
            subdir: ".",
            objectFormat: format,
            dirtyAtStart: true,
            startSnapshot: startSnapshot,
            endSnapshot: endSnapshot,
            changedFiles: []
        )
        let text = instructions ?? "# \(title)\n\nDo it in \(repository.path)/README.md.\n"
        let metadata = TaskMetadata(
            taskID: id,
            metadata: .init(title: title, tags: ["documentation"]),
            repo: .init(
                gitURL: facts.gitURL,
                branch: "main",
                startCommitSHA: facts.startCommitSHA,
                endCommitSHA: facts.endCommitSHA
            ),
            lm: .init(instructions: text)
        )
        let workspace = Workspace(root: directory.appendingPathComponent("workspace"))
        let layout = CreatedTaskLayout(directory: workspace.createdTasks.appendingPathComponent(id))
        let patch = try await git.output([
            "diff-tree", "-r", "-p", "--binary", "--full-index", "--no-renames", startSnapshot.tree, endSnapshot.tree,
        ])
        var files: [(URL, Data)] = [
            (layout.metadata, try StrictJSON.encode(metadata)), (layout.diff, patch),
            (layout.instructions, Data(text.utf8)), (layout.repositoryFacts, try StrictJSON.encode(facts)),
            (layout.notes, Data("# Notes\n".utf8)),
        ]
        if let session { files.append((layout.session, try StrictJSON.encode(session))) }
        for (url, data) in files {
            try AtomicFile.makeDirectory(url.deletingLastPathComponent())
            try AtomicFile.write(data, to: url)
        }
        return CapturedTask(
            workspace: workspace,
            repository: repository,
            created: layout.directory,
            startTree: startSnapshot.tree,
            endTree: endSnapshot.tree
        )
    }

    static let identity = [
        "GIT_AUTHOR_NAME": "Me", "GIT_AUTHOR_EMAIL": "me@home.test", "GIT_COMMITTER_NAME": "Me",
        "GIT_COMMITTER_EMAIL": "me@home.test",
    ]

    static func write(_ files: [String: String?], in directory: URL) throws {
        for (path, text) in files {
            let url = directory.appendingPathComponent(path)
            guard let text else {
                try FileManager.default.removeItem(at: url)
                continue
            }
            try AtomicFile.makeDirectory(url.deletingLastPathComponent())
            try AtomicFile.write(text, to: url)
        }
    }

    private static func snapshot(_ git: Git, _ moment: String, _ stamp: String) async throws -> RepositoryFacts.Snapshot
    {
        let index = git.directory.appendingPathComponent(".git/snapshot.index").path
        let own = Git(git.directory, environment: identity.merging(["GIT_INDEX_FILE": index]) { $1 })
        try await own.output(["add", "-A"])
        let tree = try await own.line(["write-tree"])
        let commit = try await own.line(["commit-tree", tree, "-m", moment])
        let ref = "refs/oneshot/\(stamp)/\(moment)"
        try await own.output(["update-ref", ref, commit])
        return .init(ref: ref, commit: commit, tree: tree)
    }

    static let tally = [
        "README.md": "# tally\n\nCounts lines.\n",
        "tally/__init__.py": "",
        "tally/count.py": "def count(text):\n    return text.count(\"\\n\")\n",
        "tests/test_count.py": "from tally.count import count\n\n\ndef test_one():\n    assert count(\"a\\n\") == 1\n",
    ]

    static let readme = """
        # tally

        Counts lines.

        ## Architecture Overview

        One package; the counting is in `tally/count.py`.

        ## Set-up & usage

        ```sh
        # from the checkout
        $ python3 -m unittest discover
        python3 -m tally  .
        ```

        Design
        ------

        ```python
        # not a heading
        ```

        """
}
