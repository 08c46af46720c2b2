import Foundation
import OneShotCore

/// A created task, read and checked: what preparation starts from.
struct CreatedTaskFiles: Sendable {
    let layout: CreatedTaskLayout
    let metadata: TaskMetadata
    let facts: RepositoryFacts
    let instructions: String
    let patch: Data
    /// Nil when nothing was recorded.
    let session: Session?
    /// Nil in a task that an older version wrote.
    let provenance: TaskProvenance?

    /// - Throws: ``PreparationError`` naming what is missing, ``FileError`` naming the key that does not fit.
    static func load(_ directory: URL) throws -> CreatedTaskFiles {
        let layout = CreatedTaskLayout(directory: directory)
        var isDirectory: ObjCBool = false
        let path = layout.directory.path
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw PreparationError.noTask(path: path)
        }
        let missing = [layout.metadata, layout.diff, layout.instructions, layout.repositoryFacts]
            .filter { !FileManager.default.fileExists(atPath: $0.path) }
        guard missing.isEmpty else {
            if FileManager.default.fileExists(atPath: PreparedTaskLayout(directory: directory).bundle.path) {
                throw PreparationError.alreadyPrepared(path: path)
            }
            throw PreparationError.incomplete(
                path: path,
                missing: missing.map { String($0.path.dropFirst(path.count + 1)) }
            )
        }
        let hasSession = FileManager.default.fileExists(atPath: layout.session.path)
        return CreatedTaskFiles(
            layout: layout,
            metadata: try StrictJSON.read(TaskMetadata.self, at: layout.metadata),
            facts: try StrictJSON.read(RepositoryFacts.self, at: layout.repositoryFacts),
            instructions: String(decoding: try Self.read(layout.instructions), as: UTF8.self),
            patch: try Self.read(layout.diff),
            session: hasSession ? try StrictJSON.read(Session.self, at: layout.session) : nil,
            provenance: FileManager.default.fileExists(atPath: layout.provenance.path)
                ? try StrictJSON.read(TaskProvenance.self, at: layout.provenance) : nil
        )
    }

    private static func read(_ url: URL) throws -> Data {
        do {
            return try Data(contentsOf: url)
        } catch {
            throw FileError.unreadable(path: url.path, reason: "no permission")
        }
    }

    /// The task's id without the time that it ends in.
    var slug: String {
        let id = metadata.taskID
        guard let stamp = id.range(of: #"_[0-9]{8}_[0-9]{6}$"#, options: .regularExpression),
            stamp.lowerBound > id.startIndex
        else { return Slug.make(id) }
        return Slug.make(String(id[..<stamp.lowerBound]))
    }
}
