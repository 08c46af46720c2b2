import Foundation
import OneShotGit
import Testing

@Suite("Errors of git", .timeLimit(.minutes(1)))
struct GitErrorTests {
    @Test("name the command, not the settings before it")
    func command() {
        let error = GitError.failed(arguments: ["-c", "pack.window=0", "pack-objects"], message: "fatal: no space")
        #expect("\(error)" == "'git pack-objects' failed: fatal: no space")
    }

    @Test("give git's last word, not what it met on the way")
    func lastWord() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("git-error-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let git = Git(directory)
        try await git.output(["init", "-q"])
        let index = Data(String(repeating: "no index of git. ", count: 20).utf8)
        try index.write(to: directory.appendingPathComponent(".git/index"))
        // 'error: bad signature …' comes before it.
        await #expect(throws: GitError.failed(arguments: ["ls-files"], message: "fatal: index file corrupt")) {
            try await git.output(["ls-files"])
        }
    }

    @Test("say why git will not take a path")
    func invalidPath() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("git-path-\(UUID().uuidString)")
        let files = directory.appendingPathComponent("files")
        try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let git = Git(files)
        try await git.output(["init", "-q"])
        let repository = try await Repository.containing(files)
        let store = try await SnapshotStore.open(directory.appendingPathComponent("store.git"), for: repository)
        let blob = try await git.line(["hash-object", "-w", "--stdin"], input: Data("evil\n".utf8))
        let inner = try await git.line(["mktree"], input: Data("100644 blob \(blob)\tconfig\n".utf8))
        let evil = try await git.line(["mktree"], input: Data("040000 tree \(inner)\t.git\n".utf8))
        let empty = try await git.line(["mktree"])
        let error = await #expect(throws: GitError.self) { try await store.patch(from: empty, to: evil) }
        #expect(error?.description.contains("error: invalid path '.git/config'") == true)
    }
}
