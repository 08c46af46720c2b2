import Foundation
import OneShotCore
import OneShotGit
import OneShotProcess

extension TaskCapture {
    /// Files that a task would carry along, or could not.
    func contentFindings(
        of files: WorkingFiles,
        in repository: Repository,
        on machine: ReadinessMachine
    ) async throws -> [Readiness.Finding] {
        let untracked = files.untracked
        var findings: [Readiness.Finding] = []
        let nested = untracked.filter { $0.hasSuffix("/") }.map { String($0.dropLast()) }
        if !nested.isEmpty {
            findings.append(
                .init(
                    "nested_repositories",
                    .warning,
                    "\(Self.list(nested)): a repository of its own inside this one; the task keeps a link to its commit "
                        + "and not its files",
                    remedy: Self.ignoreCommand(nested.map { $0 + "/" }, in: repository)
                )
            )
        }
        let huge = untracked.filter { Self.size(of: repository.top.appendingPathComponent($0)) >= machine.hugeFile }
        if !huge.isEmpty {
            findings.append(
                .init(
                    "huge_untracked_files",
                    .warning,
                    "\(Self.list(huge)): not tracked, not ignored and larger than \(machine.hugeFile / 1_000_000) MB; the task would carry it",
                    remedy: Self.ignoreCommand(huge, in: repository)
                )
            )
        }
        if untracked.count >= machine.manyFiles {
            let folders = Dictionary(grouping: untracked) { $0.prefix { $0 != "/" } }
            let fullest = folders.max { $0.value.count < $1.value.count }.map { String($0.key) + "/" } ?? ""
            findings.append(
                .init(
                    "many_untracked_files",
                    .warning,
                    "\(untracked.count) files are neither tracked nor ignored, most of them in \(fullest); the task would "
                        + "carry them",
                    remedy: Self.ignoreCommand([fullest], in: repository)
                )
            )
        }
        let unreadable = files.unreadableDirectories + files.changed.filter { !machine.canRead(repository.top, $0) }
        if !unreadable.isEmpty {
            findings.append(
                .init(
                    "unreadable_files",
                    .error,
                    "\(Self.list(unreadable)): you may not read it, so no snapshot can hold it",
                    remedy: "chmod -R u+rX -- "
                        + unreadable.prefix(20).map { Command.quote($0) }.joined(separator: " ")
                )
            )
        }
        return findings
    }

    func spaceFindings(in repository: Repository, on machine: ReadinessMachine) -> [Readiness.Finding] {
        let places = [("the repository", repository.commonDirectory), ("the workspace", workspace.root)]
        var findings = places.compactMap { name, url -> Readiness.Finding? in
            guard let free = machine.freeSpace(url), free < machine.leastSpace else { return nil }
            return .init(
                "disk_space",
                .error,
                "\(free / 1_000_000) MB are free for \(name) (\(url.path)); 500 MB are needed",
                remedy: "oneshot clean"
            )
        }
        let writable = [
            repository.commonDirectory.appendingPathComponent("objects"), existingParent(of: workspace.state),
        ]
        findings += writable.filter { !machine.canWrite($0) }.map { url in
            .init("not_writable", .error, "\(url.path) cannot be written", remedy: "ls -ld \(Command.quote(url.path))")
        }
        return findings
    }

    private func existingParent(of url: URL) -> URL {
        var url = url
        while url.path != "/", !FileManager.default.fileExists(atPath: url.path) { url.deleteLastPathComponent() }
        return url
    }

    private static func size(of url: URL) -> Int {
        var facts = stat()
        guard lstat(url.path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return 0 }
        return Int(facts.st_size)
    }

    static func ignoreCommand(_ paths: [String], in repository: Repository) -> String {
        let file = repository.commonDirectory.appendingPathComponent("info/exclude").path
        let patterns = paths.map { Command.quote("/" + $0) }.joined(separator: " ")
        return "printf '%s\\n' \(patterns) >> \(Command.quote(file))"
    }
}
