import Foundation
import OneShotCore
import OneShotGit
import OneShotProcess

extension TaskCapture {
    /// An untracked file of this size is rather a download or a build product than part of the work.
    private static let hugeFile = 50_000_000
    private static let manyFiles = 20_000
    private static let leastSpace: Int64 = 500_000_000

    /// Untracked files that a task would carry along.
    func contentFindings(in repository: Repository) async throws -> [Readiness.Finding] {
        let excluded = excludedPaths(in: repository).map { $0 + "/" }
        let untracked = try await repository.untrackedPaths()
            .filter { path in !excluded.contains { path.hasPrefix($0) } }
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
        let huge = untracked.filter { Self.size(of: repository.top.appendingPathComponent($0)) >= Self.hugeFile }
        if !huge.isEmpty {
            findings.append(
                .init(
                    "huge_untracked_files",
                    .warning,
                    "\(Self.list(huge)): not tracked, not ignored and larger than 50 MB; the task would carry it",
                    remedy: Self.ignoreCommand(huge, in: repository)
                )
            )
        }
        if untracked.count >= Self.manyFiles {
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
        return findings
    }

    func spaceFindings(in repository: Repository) -> [Readiness.Finding] {
        let places = [("the repository", repository.commonDirectory), ("the workspace", workspace.root)]
        var findings = places.compactMap { name, url -> Readiness.Finding? in
            guard let free = Self.freeSpace(at: url), free < Self.leastSpace else { return nil }
            return .init(
                "disk_space",
                .error,
                "\(free / 1_000_000) MB are free for \(name) (\(url.path)); 500 MB are needed"
            )
        }
        let writable = [
            repository.commonDirectory.appendingPathComponent("objects"), existingParent(of: workspace.state),
        ]
        findings += writable.filter { access($0.path, W_OK) != 0 }.map { url in
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

    private static func freeSpace(at url: URL) -> Int64? {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: url.path)
        return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value
    }

    private static func ignoreCommand(_ paths: [String], in repository: Repository) -> String {
        let file = repository.commonDirectory.appendingPathComponent("info/exclude").path
        let patterns = paths.map { Command.quote("/" + $0) }.joined(separator: " ")
        return "printf '%s\\n' \(patterns) >> \(Command.quote(file))"
    }
}
