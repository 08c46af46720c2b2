import Foundation
import OneShotGit
import OneShotProcess
import OneShotTesting
import Testing

@Suite("Repositories", .timeLimit(.minutes(3)))
struct RepositoryTests {
    private static let setup = """
        git init -q -b main repo; cd repo; mkdir -p deep/er; echo a > a; git add a
        git -c user.name=a -c user.email=a@b commit -qm a
        """

    private func withRepository(_ more: String, _ body: (URL) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            try await Command("bash", ["-euc", Self.setup + "\n" + more], directory: directory).runChecked()
            try await body(directory)
        }
    }

    @Test("are found from a directory inside, which is remembered")
    func subdirectory() async throws {
        try await withRepository("") { directory in
            let top = directory.appendingPathComponent("repo")
            let repository = try await Repository.containing(top.appendingPathComponent("deep/er"))
            #expect(repository.top.path == top.path)
            #expect(repository.subdirectory == "deep/er")
            #expect(repository.objectFormat == "sha1")
            #expect(try await Repository.containing(top).subdirectory == ".")
        }
    }

    @Test("know what lies inside them, through symbolic links and for what does not exist yet")
    func relativePath() async throws {
        try await withRepository("ln -s repo ../link") { directory in
            let repository = try await Repository.containing(directory.appendingPathComponent("repo"))
            #expect(repository.relativePath(of: repository.top) == ".")
            #expect(repository.relativePath(of: repository.top.appendingPathComponent("x/y")) == "x/y")
            #expect(repository.relativePath(of: directory.appendingPathComponent("link/data/new")) == "data/new")
            #expect(repository.relativePath(of: directory.appendingPathComponent("repository")) == nil)
            #expect(repository.relativePath(of: directory) == nil)
        }
    }

    @Test("tell where HEAD is, and whom the branch follows")
    func head() async throws {
        let remote = "git remote add far https://t@example.com/x; git config branch.main.remote far"
        try await withRepository(remote + "; git checkout -q --detach; git init -q ../new") { directory in
            let repository = try await Repository.containing(directory.appendingPathComponent("repo"))
            let head = try await repository.head()
            #expect(head.branch == nil)
            #expect(head.commit?.count == 40)
            #expect(try await repository.upstreamURL(of: "main") == "https://example.com/x")
            #expect(try await repository.upstreamURL(of: "other") == "")
            #expect(try await repository.upstreamURL(of: nil) == "")
            let unborn = try await Repository.containing(directory.appendingPathComponent("new"))
            #expect(try await unborn.head().commit == nil)
        }
    }

    @Test("make the same snapshot of the same tree at the same time")
    func deterministic() async throws {
        try await withRepository("echo b > b") { directory in
            let repository = try await Repository.containing(directory.appendingPathComponent("repo"))
            let store = try await SnapshotStore.open(directory.appendingPathComponent("store.git"), for: repository)
            let date = Date(timeIntervalSince1970: 1_700_000_000)
            let first = try await store.snapshot(message: "m", date: date)
            #expect(try await store.snapshot(message: "m", date: date) == first)
            #expect(
                try await store.git.line(["log", "--format=%an <%ae> %cn %at %P", first.commit])
                    == "OneShot <oneshot@localhost> OneShot 1700000000 "
            )
            let head = try #require(try await repository.commit(of: "HEAD"))
            #expect(try await store.snapshot(of: head, message: "m", date: date).tree != first.tree)
        }
    }

    @Test("get refs of ours, but not through a symbolic link")
    func references() async throws {
        try await withRepository("git -c user.name=a -c user.email=a@b commit -q --allow-empty -m b") { directory in
            let repository = try await Repository.containing(directory.appendingPathComponent("repo"))
            let one = try #require(try await repository.commit(of: "HEAD~"))
            let two = try #require(try await repository.commit(of: "HEAD"))
            try await repository.setReference("refs/oneshot/t/base", to: one)
            try await repository.setReference("refs/oneshot/t/base", to: one)
            try await repository.setReference("refs/oneshot/t/base", to: two)
            #expect(try await repository.commit(of: "refs/oneshot/t/base") == two)
            try await repository.deleteReference("refs/oneshot/t/base")
            try await repository.deleteReference("refs/oneshot/t/base")
            #expect(try await repository.commit(of: "refs/oneshot/t/base") == nil)
            let refs = repository.commonDirectory.appendingPathComponent("refs/oneshot")
            try? FileManager.default.removeItem(at: refs)
            try FileManager.default.createSymbolicLink(at: refs, withDestinationURL: directory)
            await #expect(throws: GitError.linkedReferences(path: refs.path)) {
                try await repository.setReference("refs/oneshot/t/base", to: two)
            }
        }
    }

    @Test("say when a patch does not apply")
    func apply() async throws {
        try await withRepository("") { directory in
            let repository = try await Repository.containing(directory.appendingPathComponent("repo"))
            let store = try await SnapshotStore.open(directory.appendingPathComponent("store.git"), for: repository)
            let tree = try #require(try await repository.tree(of: "HEAD"))
            #expect(try await store.apply(Data("garbage".utf8), to: tree) == nil)
            #expect(try await store.apply(Data(), to: tree) == tree)
        }
    }
}
