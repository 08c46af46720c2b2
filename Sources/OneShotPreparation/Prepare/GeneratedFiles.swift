import Foundation
import OneShotCore

/// What `prepare` wrote the last time, so that it can tell a person's edits from its own work. It lies in the
/// workspace's state: `data/.oneshot/prepared/<slug>.json`.
struct GeneratedFiles: Codable, Equatable {
    var schemaVersion = 1
    /// SHA-256 of each file as it was generated, by its path in the prepared task.
    var digests: [String: String]

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case digests
    }

    static func file(slug: String, in workspace: Workspace) -> URL {
        workspace.state.appendingPathComponent("prepared/\(slug).json")
    }

    /// Nil when nothing is remembered: then every file that differs counts as edited.
    static func load(slug: String, in workspace: Workspace) -> GeneratedFiles? {
        try? StrictJSON.read(GeneratedFiles.self, at: file(slug: slug, in: workspace))
    }

    func save(slug: String, in workspace: Workspace) throws {
        let url = Self.file(slug: slug, in: workspace)
        try AtomicFile.makeDirectory(url.deletingLastPathComponent(), mode: 0o700)
        try AtomicFile.write(try StrictJSON.encode(self), to: url)
    }

    /// What people may edit in a prepared task.
    static let editable = [
        "Dockerfile", "environment", "evaluation", "overlay_files", "overlay_repo_files", "overrides", "overrides.json",
        "solution/near_misses",
    ]

    /// What validation found out about the task as it was.
    private static let derived = "evaluation/tests_skeleton/expected.json"

    /// The digests of the editable files below a prepared task.
    static func digests(in directory: URL) throws -> [String: String] {
        var digests: [String: String] = [:]
        for path in try Digest.files(below: directory, ignoring: ["__pycache__", ".DS_Store", ".pytest_cache"])
        where path != derived && editable.contains(where: { path == $0 || path.hasPrefix($0 + "/") }) {
            digests[path] = try? Digest.sha256(file: directory.appendingPathComponent(path))
        }
        return digests
    }

    /// Lays a person's edits of the old task over the new one.
    ///
    /// - Returns: the paths of what was kept, in order.
    func keepEdits(of old: URL, in new: URL, remembered: GeneratedFiles?) throws -> [String] {
        var kept: [String] = []
        let present = try Self.digests(in: old)
        // What a person has removed stays away.
        for path in digests.keys.sorted() where present[path] == nil && remembered?.digests[path] != nil {
            try? FileManager.default.removeItem(at: new.appendingPathComponent(path))
            kept.append("\(path) (removed)")
        }
        for (path, digest) in present.sorted(by: { $0.key < $1.key }) {
            guard digest != digests[path], digest != remembered?.digests[path] else { continue }
            let target = new.appendingPathComponent(path)
            try AtomicFile.makeDirectory(target.deletingLastPathComponent())
            try? FileManager.default.removeItem(at: target)
            do {
                try FileManager.default.copyItem(at: old.appendingPathComponent(path), to: target)
            } catch {
                throw FileError.unwritable(path: target.path, reason: error.localizedDescription)
            }
            kept.append(path)
        }
        return kept
    }
}
