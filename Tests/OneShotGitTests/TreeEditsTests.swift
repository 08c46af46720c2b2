import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotGit

@Suite("A few changes of a tree", .timeLimit(.minutes(3)))
struct TreeEditsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var change: String
        /// Whether the index can be left alone.
        var isPlain: Bool
        var setup = ""

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "an edit", change: "echo 2 > d/a", isPlain: true),
        Case(name: "nothing", change: ":", isPlain: true),
        Case(name: "a mode", change: "chmod +x a", isPlain: true),
        Case(
            name: "new and lost files",
            change: "rm d/a d/b; mkdir -p n/m; echo x > n/m/f; chmod +x n/m/f",
            isPlain: true
        ),
        Case(
            name: "a directory for a file, a file for a directory",
            change: "rm a; mkdir a; echo x > a/x; rm -r d; echo d > d",
            isPlain: true
        ),
        Case(
            name: "names with blanks, quotes and accents",
            change: "echo 2 > 'x \"y\" é'; echo 3 > ' b \"c\"'",
            isPlain: true
        ),
        Case(
            name: "an encoding that attributes name",
            change: "printf 'x' | iconv -t UTF-16 > u.utf",
            isPlain: true,
            setup: "echo '*.utf working-tree-encoding=UTF-16' > .gitattributes"
        ),
        Case(
            name: "a conflict's file",
            change:
                "git checkout -q -b o; echo o > a; git commit -qam o; git checkout -q main; echo m > a; git commit -qam m; git merge -q o || true",
            isPlain: false
        ),
        Case(name: "a link for a file", change: "ln -sf b d/a", isPlain: false),
        Case(
            name: "line ends that git keeps since it has them",
            change: "printf '1\\r\\n2\\r\\n' > w",
            isPlain: false,
            setup: "printf '1\\r\\n' > w; git add w; echo '* text=auto' > .gitattributes"
        ),
        Case(name: "a name that some file system takes for another", change: "echo x > '.gitx'", isPlain: false),
        Case(name: "a name with an accent that is new", change: "echo x > 'é'", isPlain: false),
        Case(name: "more files than a few", change: "for i in $(seq 70); do echo $i > f$i; done", isPlain: false),
        Case(name: "a large file", change: "head -c 2000000 /dev/zero > z", isPlain: false),
        Case(
            name: "modes that git does not trust",
            change: "echo x > n; chmod +x n",
            isPlain: false,
            setup: "git config core.fileMode false"
        ),
    ]

    @Test("make the commit that the index makes", arguments: cases)
    func sameCommit(_ example: Case) async throws {
        try await withTemporaryDirectory { directory in
            func run(_ script: String, in place: URL) async throws {
                let who = "export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b\n"
                try await Command("bash", ["-euc", who + script], directory: place).runChecked()
            }
            try await run("git init -q -b main repo", in: directory)
            let top = directory.appendingPathComponent("repo")
            let files = "mkdir d; echo 1 > a; echo 1 > d/a; echo 1 > d/b; echo 1 > 'x \"y\" é'; git add .\n"
            try await run(files + example.setup + "\ngit add .; git commit -qm a", in: top)

            let repository = try await Repository.containing(top)
            let store = try await SnapshotStore.open(directory.appendingPathComponent("store.git"), for: repository)
            let date = Date(timeIntervalSince1970: 1_700_000_000)
            _ = try await store.snapshot(message: "m", date: date)
            try await run(example.change, in: top)

            let index = PrivateIndex(of: store, settings: try await settings(of: repository))
            try await index.follow(excluding: [])
            let changes = try await WorkingTreeChanges.find(in: index, excluding: [])
            let edits = TreeEdits(changes, settings: try await settings(of: repository), below: top)
            #expect((edits != nil) == example.isPlain)

            let quick = try await store.snapshot(message: "m\n\nn", date: date)
            try PrivateIndex.forgetAll(in: store.directory)
            let whole = try await store.snapshot(message: "m\n\nn", date: date)
            #expect(quick == whole)
        }
    }

    private func settings(of repository: Repository) async throws -> WorkingTreeSettings {
        WorkingTreeSettings(listing: try await repository.git.output(["config", "-z", "--list"]))
    }
}
