import Foundation
import OneShotCore
import OneShotGit
import OneShotPreparation
import OneShotProcess

/// The repository as the agent first sees it: one commit without parents, and nothing else. It is made once for a
/// trial; the agent's workspace and the verifier's are copies, and the agent never touches this one.
struct Baseline: Sendable {
    /// A working tree with its `.git`.
    let directory: URL
    let commit: String

    private var gitDirectory: URL { directory.appendingPathComponent(".git") }

    /// Lays out the start of a task as its overrides make it.
    ///
    /// - Parameter task: as `PreparedTask.applied(at:)` has made it.
    /// - Throws: ``TrialError/workspace(reason:)``.
    static func create(of task: PreparedTask, at directory: URL) async throws -> Baseline {
        let base = try await create(
            bundle: task.layout.bundle,
            overlay: task.layout.overlayRepositoryFiles,
            removing: task.overrides?.removedPaths ?? [],
            at: directory
        )
        if let subdirectory = task.overrides?.subdirectory {
            let place = directory.appendingPathComponent(subdirectory)
            let isThere = (try? place.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false
            let isReal =
                place.resolvingSymlinksInPath()
                == directory.resolvingSymlinksInPath()
                .appendingPathComponent(subdirectory)
            guard isThere, isReal else {
                throw TrialError.workspace(
                    reason: "repo.subdir of the overrides, '\(subdirectory)', is no directory of it"
                )
            }
        }
        return base
    }

    /// Lays out the start commit of `bundle`, without the files that fit `removed`, and with the files of `overlay` (if
    /// it exists) over it.
    ///
    /// - Throws: ``TrialError/workspace(reason:)``.
    static func create(
        bundle: URL,
        overlay: URL,
        removing removed: [PathPattern] = [],
        at directory: URL
    ) async throws -> Baseline {
        do {
            try AtomicFile.makeDirectory(directory)
            let git = Git(directory, environment: Self.environment)
            try await git.output(
                ["init", "-q", "--template=", "--object-format=\(objectFormat(of: bundle))", "-b", "main", "."]
            )
            try write(configuration, attributes: attributes, in: directory.appendingPathComponent(".git"))
            let head = try await start(of: bundle, git)
            try await git.output(["read-tree", "-u", "--reset", head])
            if !removed.isEmpty { try await remove(removed, git) }
            var isDirectory: ObjCBool = false
            if FileManager.default.fileExists(atPath: overlay.path, isDirectory: &isDirectory), isDirectory.boolValue {
                try await TreeCopy.lay(overlay, over: directory)
            }
            try await git.output(["add", "-A", "-f"])
            let tree = try await git.line(["write-tree"])
            let commit =
                try await git.line(["rev-parse", "\(head)^{tree}"]) == tree
                ? head : try await git.line(["commit-tree", tree, "-m", "start"])
            try await git.output(["update-ref", "refs/heads/main", commit])
            // What was removed or laid over would otherwise be found in the objects.
            if commit != head { try await git.output(["gc", "-q", "--prune=now"]) }
            return Baseline(directory: directory, commit: commit)
        } catch let error as GitError {
            throw TrialError.workspace(reason: "\(bundle.lastPathComponent): \(error)")
        }
    }

    /// Directories that are empty then go too.
    private static func remove(_ patterns: [PathPattern], _ git: Git) async throws {
        let paths = try await git.output(["ls-files", "-z"]).split(separator: 0).filter { path in
            let path = String(decoding: path, as: UTF8.self)
            return patterns.contains { $0.matches(path) }
        }
        guard !paths.isEmpty else { return }
        try await git.output(
            ["--literal-pathspecs", "rm", "-q", "-f", "--pathspec-from-file=-", "--pathspec-file-nul"],
            input: Data(paths.joined(separator: [0]))
        )
    }

    /// A copy of the repository at `url`, which must not exist.
    func copy(to url: URL) async throws {
        try await Command("cp", ["-a", directory.path, url.path]).runChecked()
    }

    /// The difference between this and the tree at `workspace`, untracked and binary files included, ignored ones
    /// not. Nothing of the tree's own `.git` is used: not its configuration, its hooks, its index or its objects.
    func diff(of workspace: URL) async throws -> Data {
        // A repository inside the tree would be taken down as a link to a commit that nobody has.
        try await Command(
            "find",
            [workspace.path, "-mindepth", "2", "-name", ".git", "-prune", "-exec", "rm", "-rf", "{}", "+"]
        ).runChecked()
        let index = gitDirectory.appendingPathComponent("index.\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: index) }
        let git = Git(
            workspace,
            environment: Self.environment.merging(
                ["GIT_DIR": gitDirectory.path, "GIT_WORK_TREE": workspace.path, "GIT_INDEX_FILE": index.path]
            ) { $1 }
        )
        try await git.output(["read-tree", commit])
        // Its exit code tells of files that cannot be added, such as pipes; those have no place in a diff.
        _ = try await git.run(["add", "-A", "--ignore-errors", "."])
        return try await git.output(Self.diffArguments + [commit])
    }

    /// Applies a diff of ``diff(of:)`` to a copy of this at `workspace`.
    ///
    /// - Throws: ``TrialError/workspace(reason:)`` when it does not apply.
    func apply(_ diff: URL, to workspace: URL) async throws {
        guard let size = try? diff.resourceValues(forKeys: [.fileSizeKey]).fileSize, size > 0 else { return }
        do {
            try await Git(workspace, environment: Self.environment)
                .output(["apply", "--binary", "--whitespace=nowarn", diff.path])
        } catch let error as GitError {
            throw TrialError.workspace(reason: "\(diff.lastPathComponent): \(error)")
        }
    }

    /// Files and lines of a diff.
    func summary(of diff: Data) async throws -> DiffSummary {
        guard !diff.isEmpty else { return DiffSummary() }
        let git = Git(directory, environment: Self.environment)
        let text = String(
            decoding: try await git.output(["apply", "--numstat", "-z", "-"], input: diff),
            as: UTF8.self
        )
        var summary = DiffSummary(bytes: diff.count)
        for entry in text.split(separator: "\0") {
            let fields = entry.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            summary.insertions += Int(fields[0]) ?? 0
            summary.deletions += Int(fields[1]) ?? 0
            summary.files.append(String(fields[2]))
        }
        return summary
    }

    private static let diffArguments = [
        "diff", "--cached", "--binary", "--full-index", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames",
        "--src-prefix=a/", "--dst-prefix=b/",
    ]

    /// Nothing of the person's own configuration decides what a diff is; the same commit for the same content.
    private static let environment = [
        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "OneShot", "GIT_AUTHOR_EMAIL": "oneshot@localhost",
        "GIT_AUTHOR_DATE": "2000-01-01T00:00:00Z", "GIT_COMMITTER_NAME": "OneShot",
        "GIT_COMMITTER_EMAIL": "oneshot@localhost", "GIT_COMMITTER_DATE": "2000-01-01T00:00:00Z",
    ]

    private static let configuration = """
        [core]
        \trepositoryformatversion = 0
        \tfilemode = true
        \tbare = false
        \tlogallrefupdates = false
        \texcludesFile = /dev/null
        \tattributesFile = /dev/null
        [user]
        \tname = agent
        \temail = agent@localhost

        """

    /// Bytes are bytes: no line ends, filters or keywords are changed between the tree and the objects.
    private static let attributes = "* -text -eol -ident -filter -working-tree-encoding !diff\n"

    private static func write(_ configuration: String, attributes: String, in gitDirectory: URL) throws {
        let config = gitDirectory.appendingPathComponent("config")
        let extensions = (try? String(contentsOf: config, encoding: .utf8))?.contains("objectformat = sha256") ?? false
        let format = extensions ? "[extensions]\n\tobjectformat = sha256\n" : ""
        try AtomicFile.write(
            extensions ? configuration.replacing("version = 0", with: "version = 1") + format : configuration,
            to: config
        )
        try AtomicFile.makeDirectory(gitDirectory.appendingPathComponent("info"))
        try AtomicFile.write(attributes, to: gitDirectory.appendingPathComponent("info/attributes"))
    }

    /// `sha256` where the bundle's header says so.
    private static func objectFormat(of bundle: URL) throws -> String {
        guard let file = try? FileHandle(forReadingFrom: bundle) else {
            throw TrialError.workspace(reason: "\(bundle.path) cannot be read")
        }
        defer { try? file.close() }
        let head = String(decoding: (try? file.read(upToCount: 200)) ?? Data(), as: UTF8.self)
        return head.contains("\n@object-format=sha256\n") ? "sha256" : "sha1"
    }

    /// Unpacks the bundle's objects: no remote, no reflog and no path of this machine stays behind.
    private static func start(of bundle: URL, _ git: Git) async throws -> String {
        let heads = try await git.line(["bundle", "unbundle", bundle.path])
        let commits = Set(heads.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) })
        guard let head = commits.first, commits.count == 1 else {
            throw TrialError.workspace(
                reason: "\(bundle.lastPathComponent) has \(commits.count) commits; prepare again"
            )
        }
        guard try await git.line(["rev-list", "--count", head]) == "1" else {
            throw TrialError.workspace(reason: "\(bundle.lastPathComponent) holds history; prepare the task again")
        }
        return head
    }
}
