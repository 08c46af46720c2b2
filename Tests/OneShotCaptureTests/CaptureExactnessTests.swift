import Foundation
import OneShotCapture
import OneShotCore
import OneShotProcess
import Testing

@Suite("Capture leaves everything as it is, and is exact", .timeLimit(.minutes(5)))
struct CaptureExactnessTests {
    @Test("the person's repository is the same to the byte, and start + patch = end", arguments: Scenario.all)
    func scenario(_ scenario: Scenario) async throws {
        try await ScratchRepository.with(scenario.setup) { repository in
            let capture = try repository.capture
            let before = try await repository.fingerprint()
            let wantedAtStart = try await repository.content(of: repository.top)
            let task = try await capture.start(try TaskRequest(title: "Some work"), in: repository.top)
            #expect(try await repository.fingerprint() == before)

            try await repository.shell(scenario.work)
            let after = try await repository.fingerprint()
            let wantedAtEnd = try await repository.content(of: repository.top)
            let captured = try await capture.end(summary: "done", in: repository.top)
            #expect(try await repository.fingerprint() == after)

            let layout = CreatedTaskLayout(directory: captured.directory)
            let facts = try StrictJSON.read(RepositoryFacts.self, at: layout.repositoryFacts)
            #expect(facts.startSnapshot == task.snapshot)
            let start = try await repository.checkOut(facts.startSnapshot.ref, of: facts, as: "start")
            let end = try await repository.checkOut(facts.endSnapshot.ref, of: facts, as: "end")
            for path in scenario.unseen {
                try await repository.shell("rm start/\(path) end/\(path)", in: repository.base)
            }
            #expect(try await repository.content(of: start) == wantedAtStart)
            #expect(try await repository.content(of: end) == wantedAtEnd)
            if (try Data(contentsOf: layout.diff)).isEmpty {
                #expect(facts.startSnapshot.tree == facts.endSnapshot.tree)
            } else {
                let patch = OneShotProcess.Command.quote(layout.diff.path)
                try await repository.shell("git apply --whitespace=nowarn \(patch)", in: start)
                #expect(try await repository.content(of: start) == wantedAtEnd)
            }
        }
    }

    @Test("what a task needs outlives the person's own collecting of garbage, whatever became of branches and index")
    func garbage() async throws {
        let setup = """
            git init -q; echo a > a; git add a; git commit -qm a; echo staged > s; git add s; echo untracked > u
            """
        try await ScratchRepository.with(setup) { repository in
            let capture = try repository.capture
            let collect = "git reflog expire --expire=now --all; git gc -q --prune=now"
            _ = try await capture.start(try TaskRequest(title: "Some work"), in: repository.top)
            try await repository.shell(
                "git checkout -q --orphan other; git rm -rfq --cached .; git branch -D main; rm s u"
            )
            try await repository.shell(collect)
            try await repository.shell("echo b > a")
            let captured = try await capture.end(summary: "", in: repository.top)
            try await repository.shell(collect)
            let layout = CreatedTaskLayout(directory: captured.directory)
            let facts = try StrictJSON.read(RepositoryFacts.self, at: layout.repositoryFacts)
            let store = try #require(facts.snapshotStore)
            let all = try await repository.shell(
                "git --git-dir '\(store)' fsck --connectivity-only --no-dangling 2>&1 | grep -v ^notice: || true"
            )
            #expect(all == "")
            let start = try await repository.shell(
                "git --git-dir '\(store)' ls-tree --name-only \(facts.startSnapshot.tree)"
            )
            #expect(start == "a\ns\nu\n")
            #expect(captured.changedFiles.map { "\($0.status)\($0.path)" } == ["Ma", "Ds", "Du"])
        }
    }

    @Test("dropping a task takes its objects along, and leaves those of another")
    func dropped() async throws {
        try await ScratchRepository.with("git init -q; echo a > a; git add a; git commit -qm a") { repository in
            let capture = try repository.capture
            try await repository.shell("head -c 100000 /dev/urandom > u")
            _ = try await capture.start(try TaskRequest(title: "One"), in: repository.top)
            let first = try await capture.end(summary: "", in: repository.top)
            _ = try await capture.start(try TaskRequest(title: "Two"), in: repository.top)
            let packs = "ls ../workspace/data/.oneshot/repositories/*/objects/pack | sed 's/_.*//' | sort -u"
            #expect(try await repository.shell(packs) == "pack-one\npack-two\n")
            _ = try await capture.abort(in: repository.top)
            #expect(try await repository.shell(packs) == "pack-one\n")
            #expect(try await repository.shell("git for-each-ref --format='%(refname)'").contains("two") == false)
            // What the dropped task's index knew is stored again.
            _ = try await capture.start(try TaskRequest(title: "Three"), in: repository.top)
            try await repository.shell("echo b > a")
            #expect(try await capture.end(summary: "", in: repository.top).changedFiles.map(\.path) == ["a"])
            #expect(FileManager.default.fileExists(atPath: first.directory.path))
            try await repository.shell(
                "git --git-dir ../workspace/data/.oneshot/repositories/*.git fsck --connectivity-only"
            )
        }
    }
}

extension ScratchRepository {
    /// The files of a snapshot in a repository of their own, with the settings of the original one.
    fileprivate func checkOut(_ reference: String, of facts: RepositoryFacts, as name: String) async throws -> URL {
        let target = directory(name)
        let store = try #require(facts.snapshotStore)
        try await shell(
            """
            format=$(git rev-parse --show-object-format)
            crlf=$(git config core.autocrlf || true)
            git init -q --object-format=$format '\(target.path)'
            [ -z "$crlf" ] || git -C '\(target.path)' config core.autocrlf $crlf
            export GIT_ALTERNATE_OBJECT_DIRECTORIES='\(store)/objects'
            tree=$(git --git-dir '\(store)' rev-parse '\(reference)^{tree}')
            git --git-dir '\(target.path)/.git' --work-tree '\(target.path)' read-tree $tree
            cd '\(target.path)'
            git checkout-index -a -f
            """
        )
        return target
    }
}
