public import Foundation
import OneShotCore
import OneShotProcess

/// A git repository with a working tree, as seen from one directory inside it.
public struct Repository: Sendable, Equatable {
    /// The top of the working tree, absolute, symbolic links resolved by git.
    public let top: URL
    /// The directory that it was found from, below the top: `.` for the top itself.
    public let subdirectory: String
    /// `.git`, or what stands for it in a linked worktree.
    public let gitDirectory: URL
    /// The directory that all worktrees share: objects, refs, configuration.
    public let commonDirectory: URL
    /// `sha1` or `sha256`.
    public let objectFormat: String

    /// Git commands at the top of the working tree.
    public var git: Git { Git(top) }

    /// The repository that `directory` belongs to.
    ///
    /// - Throws: ``GitError/notARepository(path:)``, ``GitError/noWorkingTree(path:)``, ``GitError/noSuchDirectory(path:)``.
    public static func containing(_ directory: URL) async throws -> Repository {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: directory.path, isDirectory: &isDirectory), isDirectory.boolValue
        else { throw GitError.noSuchDirectory(path: directory.path) }
        let git = Git(directory)
        let asked = [
            "--show-toplevel", "--show-prefix", "--absolute-git-dir", "--git-common-dir", "--show-object-format",
        ]
        let result = try await git.run(["rev-parse", "--path-format=absolute"] + asked)
        guard result.succeeded else { throw reason(result.errorText, path: directory.path) }
        var answers = result.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        if answers.count != asked.count {
            // A path holds line ends.
            answers = []
            for word in asked { answers.append(try await git.line(["rev-parse", "--path-format=absolute", word])) }
        }
        // Nothing but `core.worktree` leads to a working tree without a `.git`.
        guard FileManager.default.fileExists(atPath: answers[0] + "/.git") else {
            throw GitError.workingTreeElsewhere(path: directory.path, top: answers[0])
        }
        return Repository(
            top: URL(fileURLWithPath: answers[0], isDirectory: true),
            subdirectory: answers[1].isEmpty ? "." : String(answers[1].dropLast()),
            gitDirectory: URL(fileURLWithPath: answers[2]),
            commonDirectory: URL(fileURLWithPath: answers[3]),
            objectFormat: answers[4]
        )
    }

    private static func reason(_ errorText: String, path: String) -> GitError {
        if errorText.contains("not a git repository") { return .notARepository(path: path) }
        if errorText.contains("must be run in a work tree") { return .noWorkingTree(path: path) }
        let line = errorText.split(separator: "\n").first.map(String.init) ?? ""
        return .failed(arguments: ["rev-parse"], message: line)
    }

    /// Where `url` lies below the top of the working tree; nil outside of it, `.` for the top itself.
    public func relativePath(of url: URL) -> String? {
        let path = Self.resolved(url)
        let root = Self.resolved(top)
        if path == root { return "." }
        let parent = root == "/" ? "/" : root + "/"
        return path.hasPrefix(parent) ? String(path.dropFirst(parent.count)) : nil
    }

    /// The path without symbolic links, for as much of it as exists.
    private static func resolved(_ url: URL) -> String {
        let path = url.standardizedFileURL.path
        if let real = realpath(path, nil) {
            defer { free(real) }
            return String(cString: real)
        }
        let parent = url.standardizedFileURL.deletingLastPathComponent()
        guard parent.path != path else { return path }
        let above = resolved(parent)
        return (above == "/" ? "/" : above + "/") + url.lastPathComponent
    }
}
