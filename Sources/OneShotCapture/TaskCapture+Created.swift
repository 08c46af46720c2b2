public import Foundation
public import OneShotCore

/// A created task as a list shows it.
public struct CreatedTaskEntry: Sendable, Equatable {
    public var taskID: String
    public var directory: URL
    /// Nil when `tb_meta.json` cannot be read.
    public var metadata: TaskMetadata?
    /// Why it cannot be read.
    public var problem: String
}

extension TaskCapture {
    /// The created tasks of the workspace, the newest first.
    public func createdTasks() throws -> [CreatedTaskEntry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: workspace.createdTasks.path)) ?? []
        let ids = names.filter { !$0.hasPrefix(".") }
        return ids.sorted { Self.stamp($0) > Self.stamp($1) }.map { id in
            let layout = CreatedTaskLayout(directory: workspace.createdTasks.appendingPathComponent(id))
            switch Result(catching: { try StrictJSON.read(TaskMetadata.self, at: layout.metadata) }) {
            case .success(let metadata):
                return CreatedTaskEntry(taskID: id, directory: layout.directory, metadata: metadata, problem: "")
            case .failure(let error):
                return CreatedTaskEntry(taskID: id, directory: layout.directory, metadata: nil, problem: "\(error)")
            }
        }
    }

    /// A created task by its id or its directory.
    ///
    /// - Throws: ``CaptureError/unknownTask(name:directory:)``.
    public func createdTask(_ name: String) throws -> CreatedTaskFiles {
        let named = workspace.createdTasks.appendingPathComponent(name)
        let given = URL(fileURLWithPath: name)
        let found = [named, given].first {
            !name.isEmpty && FileManager.default.fileExists(atPath: CreatedTaskLayout(directory: $0).metadata.path)
        }
        guard let found else {
            throw CaptureError.unknownTask(name: name, directory: workspace.createdTasks.path)
        }
        return CreatedTaskFiles(layout: CreatedTaskLayout(directory: found))
    }

    /// `YYYYMMDD_HHMMSS` with the whole name after it, so that tasks of one second keep an order.
    private static func stamp(_ id: String) -> String { String(id.suffix(15)) + id }
}

/// The files of a created task, read when they are asked for.
public struct CreatedTaskFiles: Sendable {
    public let layout: CreatedTaskLayout

    /// The instruction, the changed files and the origin, as people read them.
    public func text() throws -> String {
        let metadata = try StrictJSON.read(TaskMetadata.self, at: layout.metadata)
        let facts = try StrictJSON.read(RepositoryFacts.self, at: layout.repositoryFacts)
        let id = (try? String(contentsOf: layout.sessionID, encoding: .utf8)) ?? ""
        let hasSession = FileManager.default.fileExists(atPath: layout.session.path)
        let session = id.isEmpty ? "unknown" : id.trimmingCharacters(in: .whitespacesAndNewlines)
        let files = facts.changedFiles.map { "  \($0.status) \($0.path)" }
        let states = try self.states.map { state in
            let turn = state.turn.map { ", turn \($0)" } ?? ""
            let words = state.words.map { ": \($0.split { $0.isWhitespace }.joined(separator: " ").prefix(100))" } ?? ""
            return "  \(state.index) \(state.at)\(turn)  \(state.verdict.rawValue)\(words)"
        }
        return """
            \(metadata.taskID)
              directory   \(layout.directory.path)
              labels      \(metadata.metadata.tags.joined(separator: ", "))
              repository  \(facts.repository)
              remote      \(facts.gitURL.isEmpty ? "none" : facts.gitURL)
              branch      \(facts.branch.isEmpty ? "none" : facts.branch)
              session     \(session)\(hasSession ? "" : " (not recorded)")

            \(metadata.lm.instructions)
            \(files.count) changed file\(files.count == 1 ? "" : "s")
            \(files.joined(separator: "\n"))
            """ + (states.isEmpty ? "" : "\n\(states.count) states\n" + states.joined(separator: "\n"))
    }

    /// What the working tree went through; empty where nobody watched.
    ///
    /// - Throws: ``FileError``.
    public var states: [CapturedState] {
        get throws {
            guard FileManager.default.fileExists(atPath: layout.states.path) else { return [] }
            return try StrictJSON.read(CapturedStates.self, at: layout.states).states
        }
    }

    /// `tb_meta.json`, `repo_info.json` and the states in one document.
    public func json() throws -> JSON {
        let metadata = try JSON(parsing: try StrictJSON.encode(StrictJSON.read(TaskMetadata.self, at: layout.metadata)))
        let facts = try JSON(
            parsing: try StrictJSON.encode(StrictJSON.read(RepositoryFacts.self, at: layout.repositoryFacts))
        )
        let states = try JSON(parsing: try StrictJSON.encode(states))
        return ["directory": .string(layout.directory.path), "tb_meta": metadata, "repo_info": facts, "states": states]
    }
}
