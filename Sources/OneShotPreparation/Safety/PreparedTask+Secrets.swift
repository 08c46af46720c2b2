import Foundation
import OneShotCore
import OneShotGit
public import OneShotRedaction

extension PreparedTask {
    /// What looks like a secret in any file of the task, the files inside `repo.bundle` among them.
    ///
    /// - Parameter allowed: paths, in the task or in its repository, where findings are false alarms.
    /// - Returns: places as `path:line: rule`, in order.
    /// - Throws: `GitError` when the bundle is damaged, ``FileError``.
    public func secrets(
        allowing allowed: [String] = [],
        redactor: Redactor = .standard
    ) async throws -> [String] {
        let check = SecretCheck(allowed: allowed, redactor: redactor)
        var places: [String] = []
        for path in try Digest.files(below: layout.directory) where !check.isAllowed(path) {
            let url = layout.directory.appendingPathComponent(path)
            if url == layout.bundle {
                places += try await bundled(check)
            } else if url == layout.solution {
                places += patched(check, try Self.read(url), path: path)
            } else {
                let inRepository = path.components(separatedBy: "/repo_tests/")
                guard inRepository.count < 2 || !check.isAllowed(inRepository[1]) else { continue }
                places += check.places(in: try Self.read(url), path: path)
            }
        }
        return places
    }

    private static func read(_ url: URL) throws -> Data {
        do {
            return try Data(contentsOf: url, options: .mappedIfSafe)
        } catch {
            throw FileError.unreadable(path: url.path, reason: "no permission")
        }
    }

    private func bundled(_ check: SecretCheck) async throws -> [String] {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("oneshot-scan-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let header = String(decoding: try Self.read(layout.bundle).prefix(200), as: UTF8.self)
        let objects = try await TaskObjects(
            at: scratch,
            objectFormat: header.contains("@object-format=sha256") ? "sha256" : "sha1",
            seeing: []
        )
        let heads = try await objects.git.line(["bundle", "unbundle", layout.bundle.path])
        var places: [String] = []
        for head in heads.split(separator: "\n").compactMap({ $0.split(separator: " ").first }) {
            let tree = try await objects.fileTree(String(head) + "^{tree}")
            places += try await check.places(in: tree.entries, of: objects).map { "repo.bundle: \($0)" }
        }
        return places
    }

    /// The lines of a patch, file by file, without the marks before them.
    private func patched(_ check: SecretCheck, _ patch: Data, path: String) -> [String] {
        var places: [String] = []
        var file = ""
        var first = 0
        var lines: [String] = []
        func finish() {
            guard !check.isAllowed(file) else { return }
            places += check.places(in: Data(lines.joined(separator: "\n").utf8), path: "").compactMap { place in
                let parts = place.split(separator: ":", maxSplits: 2)
                guard parts.count == 2, let line = Int(parts[0]) else { return nil }
                return "\(path):\(first + line - 1):\(parts[1])"
            }
        }
        let text = String(decoding: patch, as: UTF8.self)
        for (index, line) in text.textLines.enumerated() {
            if line.hasPrefix("diff --git a/") {
                finish()
                (file, first, lines) = ("", index + 1, [])
                // `a/` and `b/` have the same path: there are no renames.
                let names = line.dropFirst("diff --git a/".count)
                file = String(names.prefix((names.count - " b/".count) / 2))
            }
            let isMarked = line.hasPrefix("+") || line.hasPrefix("-") || line.hasPrefix(" ")
            lines.append(isMarked ? String(line.dropFirst()) : line)
        }
        finish()
        return places
    }
}
