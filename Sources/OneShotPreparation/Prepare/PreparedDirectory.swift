import Foundation
import OneShotCore

/// Where a prepared task goes, and what becomes of the one that is there.
struct PreparedDirectory {
    let slug: String
    let url: URL
    private(set) var notes: [String] = []
    private let workspace: Workspace
    private let exists: Bool
    private let discardsEdits: Bool

    /// - Throws: ``PreparationError/occupied(path:)``.
    init(task: CreatedTaskFiles, workspace: Workspace, options: TaskPreparation.Options) throws {
        self.workspace = workspace
        discardsEdits = options.discardsEdits
        var number = 1
        while true {
            let slug = number == 1 ? task.slug : "\(task.slug)-\(number)"
            let url = workspace.preparedTasks.appendingPathComponent(slug)
            guard FileManager.default.fileExists(atPath: url.path) else {
                (self.slug, self.url, exists) = (slug, url, false)
                break
            }
            let metadata = try? StrictJSON.read(TaskMetadata.self, at: PreparedTaskLayout(directory: url).metadata)
            if metadata == nil, !options.discardsEdits { throw PreparationError.occupied(path: url.path) }
            // Another task of the same title stays what it is.
            if metadata == nil || metadata?.taskID == task.metadata.taskID {
                (self.slug, self.url, exists) = (slug, url, true)
                break
            }
            number += 1
        }
        if number > 1 { notes = ["another task is called \(task.slug), so this one is \(slug)"] }
    }

    static let rubric = "evaluation/rubric_template.md"
    static let tests = "evaluation/tests_skeleton/test_skeleton.py"
    static let suites = "evaluation/tests_skeleton/suites.json"
    static let repositoryTests = "evaluation/tests_skeleton/repo_tests"

    /// Whether a file of the task that is there is a person's, and will be kept.
    func isEdited(_ path: String) -> Bool {
        guard exists, !discardsEdits, let digest = try? Digest.sha256(file: url.appendingPathComponent(path)) else {
            return false
        }
        return digest != GeneratedFiles.load(slug: slug, in: workspace)?.digests[path]
    }

    /// The suites that a model has drafted and a person has edited, or decided about in `suites.json`.
    ///
    /// - Throws: ``FileError`` for a `suites.json` that does not fit its format.
    func editedDrafts() throws -> [DraftedTests] {
        guard exists, !discardsEdits else { return [] }
        let layout = PreparedTaskLayout(directory: url)
        let decided = isEdited(Self.suites)
        return try TestSuites.read(layout.suites).suites.compactMap { suite in
            guard suite.draftedBy != nil,
                decided || suite.paths.contains(where: { isEdited("\(Self.repositoryTests)/\($0)") })
            else { return nil }
            let files = suite.paths.compactMap { path in
                (try? Data(contentsOf: layout.repositoryTests.appendingPathComponent(path))).map { (path, $0) }
            }
            return DraftedTests(suite: suite, files: Dictionary(files) { first, _ in first }, isEdited: true)
        }
    }

    /// Lays a person's edits of the task that is there over the new one.
    ///
    /// - Returns: the paths of what was kept.
    func keepEdits(in partial: URL, generated: GeneratedFiles) throws -> [String] {
        guard exists, !discardsEdits else { return [] }
        let remembered = GeneratedFiles.load(slug: slug, in: workspace)
        let kept = try generated.keepEdits(of: url, in: partial, remembered: remembered)
        // It says for which content it holds, so it is true or stale by itself.
        let validation = PreparedTaskLayout(directory: url).validation
        if FileManager.default.fileExists(atPath: validation.path) {
            try? FileManager.default.copyItem(
                at: validation,
                to: PreparedTaskLayout(directory: partial).validation
            )
        }
        return kept
    }

    func replace(with partial: URL) throws {
        let old = url.deletingLastPathComponent().appendingPathComponent(".\(slug).\(UUID().uuidString.prefix(8)).old")
        if exists, rename(url.path, old.path) != 0 {
            throw FileError.unwritable(path: url.path, reason: String(cString: strerror(errno)))
        }
        guard rename(partial.path, url.path) == 0 else {
            let reason = String(cString: strerror(errno))
            if exists { rename(old.path, url.path) }
            throw FileError.unwritable(path: url.path, reason: reason)
        }
        try? FileManager.default.removeItem(at: old)
    }
}
