import Foundation
import OneShotCapture
import OneShotCore
import OneShotProcess
import OneShotTesting
import Testing

/// A repository that a test makes with shell commands.
struct ScratchRepository: Sendable {
    /// What surrounds the repository: the workspace, helper directories.
    let base: URL
    var top: URL { base.appendingPathComponent("repo") }

    /// Runs `body` with a fresh directory; `setup` makes the repository in `repo/`, where it is run.
    static func with(_ setup: String, _ body: (ScratchRepository) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let repository = ScratchRepository(base: directory)
            try FileManager.default.createDirectory(at: repository.top, withIntermediateDirectories: true)
            try await repository.shell(setup)
            try await body(repository)
        }
    }

    /// A workspace outside of the repository.
    var capture: TaskCapture {
        get throws {
            let root = base.appendingPathComponent("workspace")
            try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
            return TaskCapture(workspace: Workspace(root: root))
        }
    }

    /// A directory below the base that is certain to exist.
    func directory(_ path: String) -> URL { base.appendingPathComponent(path) }

    @discardableResult
    func shell(_ script: String, in directory: URL? = nil) async throws -> String {
        let command = Command(
            "bash",
            ["-euc", script],
            environment: .inherited(changing: [
                "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
                "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com",
                "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com",
                "GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "protocol.file.allow", "GIT_CONFIG_VALUE_0": "always",
                "GIT_CONFIG_KEY_1": "init.defaultBranch", "GIT_CONFIG_VALUE_1": "main",
            ]),
            directory: directory ?? top
        )
        let result = try await command.run()
        try #require(result.succeeded, "\(script)\n\(result.errorText)")
        return result.text
    }

    /// One line for each file below `directory` that git tracks or would add: mode, path, content.
    func content(of directory: URL) async throws -> String {
        try await python(Self.listWanted, in: directory)
    }

    /// One line for each file that the person owns: everything in the working tree (with its time), and in `.git`
    /// all but objects and our refs.
    func fingerprint(of directory: URL? = nil) async throws -> String {
        try await python(Self.listOwned, in: directory ?? top)
    }

    private func python(_ program: String, in directory: URL) async throws -> String {
        let result = try await Command("python3", ["-c", program], directory: directory).run()
        try #require(result.succeeded, "\(result.errorText)")
        return result.text
    }

    private static let describe = #"""
        import hashlib, os, stat, subprocess, sys
        def describe(path):
            facts = os.lstat(path)
            if stat.S_ISLNK(facts.st_mode): return "link " + os.readlink(path).hex()
            if not stat.S_ISREG(facts.st_mode): return None
            mode = "755" if facts.st_mode & 0o100 else "644"
            return mode + " " + hashlib.sha256(open(path, "rb").read()).hexdigest()

        """#

    private static let listWanted =
        describe + #"""
            names = subprocess.run(["git", "-c", "core.fsmonitor=", "ls-files", "-coz", "--exclude-standard"],
                capture_output=True, check=True)
            for name in sorted(set(names.stdout.split(b"\0")) - {b""}):
                if os.path.lexists(name) and describe(name): print(name, describe(name))
            """#

    private static let listOwned =
        describe + #"""
            for folder, folders, files in os.walk(b"."):
                parts = folder.split(b"/")
                if b".git" in parts and (b"objects" in parts or b"oneshot" in parts): continue
                for name in sorted(files + [f for f in folders if os.path.islink(os.path.join(folder, f))]):
                    path = os.path.join(folder, name)
                    print(path, describe(path), "" if b".git" in parts else os.lstat(path).st_mtime_ns)
            """#
}
