import Foundation
import OneShotGit
import OneShotProcess
import OneShotRedaction
import OneShotSessions

extension TaskCapture {
    private static let largestChanged = 1_000_000
    private static let largestTracked = 64_000

    /// What looks like a secret in files that a task would hold: all that changed, then the small ones among those that
    /// did not, as far as the time allows.
    func secretFindings(
        in files: WorkingFiles,
        of repository: Repository,
        on machine: ReadinessMachine
    ) async throws -> [Readiness.Finding] {
        let redactor = try await RedactionPolicy.load(workspace).redactor()
        let end = ContinuousClock.now + machine.searchTime
        let changed = Set(files.changed)
        let wanted =
            files.changed.map { ($0, Self.largestChanged) }
            + files.tracked.filter { !changed.contains($0) }.map { ($0, Self.largestTracked) }
        var places: [String] = []
        var paths: [String] = []
        var searched = 0
        for (path, limit) in wanted {
            try Task.checkCancellation()
            guard ContinuousClock.now < end else { break }
            searched += 1
            guard let text = Self.text(of: repository.top.appendingPathComponent(path), upTo: limit) else { continue }
            let found = redactor.findings(in: text)
            if !found.isEmpty { paths.append(path) }
            places += found.map { "\(path):\($0.line): \($0.rule)" }
        }
        var findings: [Readiness.Finding] = []
        if !places.isEmpty {
            let untracked = Set(files.untracked)
            let isOursToIgnore = paths.allSatisfy(untracked.contains)
            findings.append(
                .init(
                    "secrets",
                    .warning,
                    "\(Self.list(places)): looks like a secret, and a task that holds it cannot be prepared; take it out "
                        + "and revoke it, or say that it is a false alarm",
                    remedy: isOursToIgnore
                        ? Self.ignoreCommand(paths, in: repository)
                        : "oneshot prepare TASK " + paths.map { "--allow \(Command.quote($0))" }.joined(separator: " ")
                )
            )
        }
        if searched < wanted.count {
            findings.append(
                .init(
                    "secrets_search_cut",
                    .info,
                    "\(wanted.count - searched) of \(wanted.count) files were not searched for secrets, for want of time; "
                        + "'oneshot prepare' searches them all"
                )
            )
        }
        return findings
    }

    /// Nil for what is no file, too large, or not text.
    private static func text(of url: URL, upTo limit: Int) -> String? {
        var facts = stat()
        guard lstat(url.path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_size <= limit,
            let data = try? Data(contentsOf: url), !data.prefix(8000).contains(0)
        else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}
