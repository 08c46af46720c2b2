import Foundation
import OneShotCapture
import OneShotCore
import OneShotTesting
import Testing

@Suite("Tasks of work that is done already", .timeLimit(.minutes(5)))
struct SourceTests {
    /// Two commits on a base, and a tree that is dirty in every way.
    private static let history = """
        git init -q; printf 'def run():\\n    pass\\n' > app.py; git add app.py; git commit -qm base
        printf 'def run():\\n    return parse_config()\\n\\n\\ndef parse_config():\\n    return {}\\n' > app.py
        git add app.py; git commit -qF - <<'MESSAGE'
        Read the configuration

        The program ignores what people configure, and nobody is told.

        This adds parse_config, which run calls.

        Fixes #12
        Signed-off-by: A <a@example.com>
        MESSAGE
        echo docs > docs.md; git add docs.md; git commit -qm 'fixup! Read the configuration'

        """
    private static let dirt = "echo staged > s; git add s; echo more >> app.py; echo new > u; mkdir d; echo 1 > d/x"

    private func text(_ url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }

    private func provenance(_ captured: CapturedTask) throws -> TaskProvenance {
        try StrictJSON.read(TaskProvenance.self, at: CreatedTaskLayout(directory: captured.directory).provenance)
    }

    @Test("a range of commits: the agent is told the problem, and people the rest; a dirty tree stays as it is")
    func commits() async throws {
        try await ScratchRepository.with(Self.history + Self.dirt) { repository in
            let before = try await repository.fingerprint()
            let captured = try await repository.capture.create(fromCommits: "HEAD~2..HEAD", in: repository.top)
            #expect(try await repository.fingerprint() == before)
            let layout = CreatedTaskLayout(directory: captured.directory)
            #expect(captured.changedFiles.map(\.path) == ["app.py", "docs.md"])
            #expect(
                try text(layout.instructions) == """
                    # Read the configuration

                    Read the configuration

                    The program ignores what people configure, and nobody is told.

                    """
            )
            #expect(try text(layout.notes).contains("This adds parse_config, which run calls."))
            let commits = try await repository.shell("git rev-list --reverse HEAD~2..HEAD").split(separator: "\n")
            let provenance = try provenance(captured)
            #expect(provenance.source == .commits)
            #expect(provenance.commits == commits.map(String.init))
            #expect(provenance.firstWords.contains("Fixes #12"))
            let facts = try StrictJSON.read(RepositoryFacts.self, at: layout.repositoryFacts)
            #expect(facts.endCommitSHA == commits[1])
            #expect(facts.dirtyAtStart == false)
        }
    }

    @Test(
        "a range is read as git reads it",
        arguments: [
            ("HEAD~", ["app.py"]), ("HEAD", ["docs.md"]), ("HEAD~2", ["app.py"]), ("HEAD~1..", ["docs.md"]),
            ("other...HEAD", ["app.py", "docs.md"]),
        ]
    )
    func ranges(range: String, files: [String]) async throws {
        let branch = "git checkout -qb other HEAD~2; echo o > o; git add o; git commit -qm o; git checkout -q main"
        try await ScratchRepository.with(Self.history + branch) { repository in
            let captured = try await repository.capture.create(fromCommits: range, in: repository.top)
            #expect(captured.changedFiles.map(\.path) == files)
        }
    }

    @Test("a range that cannot be one is refused, with what to write instead")
    func badRanges() async throws {
        let branch = "git checkout -qb other HEAD~2; echo o > o; git add o; git commit -qm o; git checkout -q main"
        try await ScratchRepository.with(Self.history + branch) { repository in
            let capture = try repository.capture
            let fork = try await repository.shell("git rev-parse HEAD~2").trimmingCharacters(in: .newlines)
            for (range, expected) in [
                ("--all", SourceError.badRange("--all")), ("a..b..c", .badRange("a..b..c")),
                ("other..main", .diverged(range: "other..main", mergeBase: fork)),
                ("HEAD..HEAD", .emptyRange("HEAD..HEAD")),
            ] {
                let error = await #expect(throws: SourceError.self) {
                    try await capture.create(fromCommits: range, in: repository.top)
                }
                #expect(error == expected)
                #expect(error?.description.contains("\n") == false)
            }
            #expect(try await repository.shell("git for-each-ref refs/oneshot") == "")
            #expect(try capture.createdTasks().isEmpty)
        }
    }

    @Test("the edge of a shallow clone is no root commit")
    func shallow() async throws {
        try await ScratchRepository.with(Self.history) { repository in
            try await repository.shell("git clone -q --depth 1 file://\(repository.top.path) ../shallow")
            let top = repository.directory("shallow")
            let error = await #expect(throws: SourceError.self) {
                try await repository.capture.create(fromCommits: "HEAD", in: top)
            }
            guard case .shallow = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("a patch, of 'git format-patch' or 'git diff', on the commit that it was made for")
    func patches() async throws {
        let setup = Self.history + "git format-patch -q --stdout HEAD~2 > ../p.mbox; git diff HEAD~2 HEAD > ../d.diff\n"
        try await ScratchRepository.with(setup + Self.dirt) { repository in
            let capture = try repository.capture
            let before = try await repository.fingerprint()
            let letter = try await capture.create(
                fromPatch: repository.directory("p.mbox"),
                base: "HEAD~2",
                in: repository.top
            )
            #expect(letter.changedFiles.map(\.path) == ["app.py", "docs.md"])
            let layout = CreatedTaskLayout(directory: letter.directory)
            #expect(try text(layout.instructions).hasPrefix("# Read the configuration\n"))
            #expect(try !text(layout.instructions).contains("parse_config"))
            let diff = try await capture.create(
                fromPatch: repository.directory("d.diff"),
                base: "HEAD~2",
                words: SourceWords(title: "T", instruction: "Do it.", notes: "N"),
                in: repository.top
            )
            let told = try text(CreatedTaskLayout(directory: diff.directory).instructions)
            #expect(told == "# T\n\nDo it.\n\n## Notes\n\nN\n")
            #expect(try provenance(diff).source == .patch)
            #expect(try await repository.fingerprint() == before)
        }
    }

    @Test("a patch that does not apply, changes nothing or leads out of the tree is refused in git's words")
    func badPatches() async throws {
        try await ScratchRepository.with(Self.history + "git diff HEAD~2 HEAD > ../d.diff; : > ../empty") {
            repository in
            let capture = try repository.capture
            let outside =
                "diff --git a/../x b/../x\nnew file mode 100644\n--- /dev/null\n+++ b/../x\n@@ -0,0 +1 @@\n+x\n"
            let inside = outside.replacing("../x", with: ".git/config")
            try outside.write(to: repository.directory("out"), atomically: true, encoding: .utf8)
            try inside.write(to: repository.directory("in"), atomically: true, encoding: .utf8)
            for name in ["d.diff", "empty", "out", "in", "absent"] {
                let error = await #expect(throws: SourceError.self, "\(name)") {
                    try await capture.create(fromPatch: repository.directory(name), base: "HEAD", in: repository.top)
                }
                #expect(error?.description.contains("\n") == false)
            }
            #expect(try capture.createdTasks().isEmpty)
        }
    }

    @Test("what the person's words quote of the solution is a finding")
    func leaks() async throws {
        try await ScratchRepository.with(Self.history) { repository in
            let captured = try await repository.capture.create(
                fromCommits: "HEAD~2..HEAD",
                words: SourceWords(title: "T", instruction: "Mend run.\nCall parse_config there."),
                in: repository.top
            )
            #expect(
                captured.findings == ["LM_INSTRUCTIONS.md line 4 quotes the solution: 'parse_config' (app.py)"]
            )
            let notes = try text(CreatedTaskLayout(directory: captured.directory).notes)
            #expect(notes.contains("'parse_config' (app.py)"))
        }
    }

    @Test("what the start of the task says, too, is no leak")
    func noLeak() async throws {
        let setup =
            "git init -q; echo 'parse_config is planned' > PLAN; git add PLAN; git commit -qm p; " + Self.history
        try await ScratchRepository.with(setup.replacing("git init -q; printf", with: "printf")) { repository in
            let captured = try await repository.capture.create(
                fromCommits: "HEAD~2..HEAD",
                words: SourceWords(title: "T", instruction: "Call parse_config."),
                in: repository.top
            )
            #expect(captured.findings == [])
        }
    }
}
