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
}
