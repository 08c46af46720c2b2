public import Foundation
public import OneShotCore
import OneShotStore

/// Takes what agents have written down themselves into a workspace's sessions. The files are only read.
public struct SessionImport: Sendable {
    /// What became of one file.
    public struct Result: Sendable, Equatable {
        public enum Outcome: String, Sendable {
            /// The session was not known, or not this part of it.
            case new
            /// The file has grown since it was imported.
            case updated
            /// Everything in it was known.
            case unchanged
        }

        public var path: String
        public var sessionID: String
        public var outcome: Outcome
        /// In this file.
        public var turns: Int
        /// The recorded session that it belongs to.
        public var recordedID: String?
        /// What is to be said about it, for a person.
        public var note: String?
    }

    private let workspace: Workspace

    public init(_ workspace: Workspace) { self.workspace = workspace }

    /// The files that are meant: those that are named, and the agents' files in the directories that are named.
    ///
    /// - Parameter lastOnly: only the one that was changed last, with those of its subagents.
    /// - Throws: ``TranscriptError``.
    public func files(at places: [URL], lastOnly: Bool = false) throws -> [URL] {
        var files: [URL] = []
        for place in places {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: place.path, isDirectory: &isDirectory) else {
                throw TranscriptError.unreadable(path: place.path, reason: "it is not there")
            }
            files += isDirectory.boolValue ? try AgentFiles.files(below: place) : [place]
        }
        if lastOnly { files = AgentFiles.newest(files).map { [$0] } ?? [] }
        guard !files.isEmpty else {
            throw TranscriptError.nothingFound(place: places.map(\.path).joined(separator: " and "))
        }
        var known: Set<String> = []
        return files.flatMap { [$0] + AgentFiles.related(to: $0) }.filter {
            known.insert($0.standardizedFileURL.path).inserted
        }
    }

    /// Imports one file.
    ///
    /// - Throws: ``TranscriptError``, ``StoreError``; then nothing of it was stored.
    public func take(_ file: URL) async throws -> Result {
        // An empty file in the place of the database is not ours to fill.
        if FileManager.default.fileExists(atPath: workspace.cleanDatabase.path) {
            _ = try CleanStore.openForReading(workspace.cleanDatabase)
        }
        let secrets = try await KnownSecrets(workspace)
        let transcript = try Transcript.read(
            file,
            prices: try PriceTable.load(workspace: workspace),
            mask: secrets.mask
        )
        let clean = try CleanStore.openForWriting(workspace.cleanDatabase)
        let new = ImportedFile(
            sessionID: transcript.sessionID,
            part: transcript.part,
            path: file.standardizedFileURL.path,
            session: transcript.session
        )
        var parts = try await clean.importedFiles(of: transcript.sessionID)
        let known = parts.first { $0.part == new.part }
        var result = Result(
            path: file.path,
            sessionID: transcript.sessionID,
            outcome: known == nil ? .new : .updated,
            turns: transcript.session.turns.count,
            recordedID: try await clean.recordedID(transcript.sessionID)
        )
        if transcript.isCut { result.note = "its last line is only half written; the lines before it were imported" }
        if let known, known.session == new.session || known.session.updatedAt > new.session.updatedAt {
            result.outcome = .unchanged
            if known.session != new.session { result.note = "an older copy of what was imported before" }
            return result
        }
        parts.removeAll { $0.part == new.part }
        try await clean.save(Self.whole(parts + [new]), changedBy: new)
        return result
    }

    /// The main conversation first, those that it started after it.
    private static func whole(_ parts: [ImportedFile]) -> Session {
        let sorted = parts.sorted { one, other in
            let isMain = (one.part == one.sessionID, other.part == other.sessionID)
            return isMain.0 != isMain.1 ? isMain.0 : one.session.createdAt < other.session.createdAt
        }
        return sorted.dropFirst().reduce(sorted[0].session) { SessionMerge.merge($0, $1.session) }
    }
}
