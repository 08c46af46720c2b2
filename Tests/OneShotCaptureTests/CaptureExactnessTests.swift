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
            let start = try await repository.checkOut(facts.startSnapshot.ref, as: "start")
            let end = try await repository.checkOut(facts.endSnapshot.ref, as: "end")
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
}

extension ScratchRepository {
    /// The files of a snapshot in a repository of their own, with the settings of the original one.
    fileprivate func checkOut(_ reference: String, as name: String) async throws -> URL {
        let target = directory(name)
        try await shell(
            """
            format=$(git rev-parse --show-object-format)
            crlf=$(git config core.autocrlf || true)
            git init -q --object-format=$format '\(target.path)'
            [ -z "$crlf" ] || git -C '\(target.path)' config core.autocrlf $crlf
            export GIT_ALTERNATE_OBJECT_DIRECTORIES=$(git rev-parse --path-format=absolute --git-path objects)
            tree=$(git rev-parse '\(reference)^{tree}')
            git --git-dir '\(target.path)/.git' --work-tree '\(target.path)' read-tree $tree
            cd '\(target.path)'
            git checkout-index -a -f
            """
        )
        return target
    }
}
