public import Foundation
public import OneShotCore

/// A prepared task, read and checked: everything that a trial needs.
public struct PreparedTask: Sendable {
    public let layout: PreparedTaskLayout
    public let metadata: TaskMetadata
    /// What the agent is told.
    public let instructions: String
    public let rubric: Rubric
    /// What its trials change of it; see ``applied(at:)``.
    public internal(set) var overrides: TaskOverrides?

    /// The name of its directory, as in run ids.
    public var slug: String { layout.directory.lastPathComponent }

    /// Reads the task in `directory`.
    ///
    /// - Parameter overrides: an `overrides.json` in place of the one that the task has, if it has one.
    /// - Throws: ``PreparationError`` when it is no prepared task, with each file that is missing; ``FileError``
    ///   for a file that does not fit its format, with key or line.
    public static func load(_ directory: URL, overrides: URL? = nil) throws -> PreparedTask {
        let layout = PreparedTaskLayout(directory: directory)
        try check(layout)
        _ = try TestSuites.read(layout.suites)
        let isOverridden = FileManager.default.fileExists(atPath: layout.overrides.path)
        let file = overrides ?? (isOverridden ? layout.overrides : nil)
        return PreparedTask(
            layout: layout,
            metadata: try StrictJSON.read(TaskMetadata.self, at: layout.metadata),
            instructions: try String(contentsOf: layout.instructions, encoding: .utf8),
            rubric: try Rubric.read(layout.rubric),
            overrides: try file.map { try TaskOverrides(reading: $0) }
        )
    }

    private static func check(_ layout: PreparedTaskLayout) throws {
        var isDirectory: ObjCBool = false
        let path = layout.directory.path
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw PreparationError.noTask(path: path)
        }
        let missing = [
            layout.metadata, layout.dockerfile, layout.instructions, layout.rubric, layout.testScript, layout.solution,
            layout.bundle,
        ].filter { !FileManager.default.fileExists(atPath: $0.path) }
        guard !missing.isEmpty else { return }
        let created = CreatedTaskLayout(directory: layout.directory)
        if FileManager.default.fileExists(atPath: created.repositoryFacts.path) {
            throw PreparationError.notPrepared(path: path)
        }
        throw PreparationError.incomplete(
            path: path,
            missing: missing.map { String($0.path.dropFirst(path.count + 1)) }
        )
    }
}

extension PreparedTask {
    /// The directory that a person means: a path, or the name of a prepared task of the workspace.
    public static func directory(named name: String, in workspace: Workspace) -> URL {
        let path = URL(fileURLWithPath: name)
        let named = workspace.preparedTasks.appendingPathComponent(name)
        let isName = !name.contains("/") && !FileManager.default.fileExists(atPath: path.path)
        return isName && FileManager.default.fileExists(atPath: named.path) ? named : path
    }
}
