import ArgumentParser
import Foundation
import OneShotCore
import OneShotExport
import OneShotRedaction
import OneShotSessions

/// Where the exports of sessions go, and what is told of them.
struct ExportOutput {
    enum Format: String, CaseIterable, ExpressibleByArgument, Codable {
        case atif, codex, otel, markdown, html, har

        /// Nil for the one that is made from exchanges.
        var ofSession: ExportFormat? { ExportFormat(rawValue: rawValue) }
        var suffix: String { ofSession?.suffix ?? HARExport.suffix }
    }

    /// What `--json` prints.
    private struct Manifest: Encodable {
        struct File: Encodable {
            var sessionID: String
            var path: String
            var redactions: RedactionManifest

            enum CodingKeys: String, CodingKey {
                case path, redactions
                case sessionID = "session_id"
            }
        }

        var format: Format
        var files: [File]
    }

    private let archive: SessionArchive
    private let format: Format
    private let isWhole: Bool
    private let target: Target
    private let console: Console
    private let isJSON: Bool

    private enum Target {
        case standardOutput
        case file(URL)
        case directory(URL)
    }

    /// - Throws: ``ExportError`` where there is no such directory.
    init(_ global: GlobalOptions, format: Format, isWhole: Bool, out: String?, isForMany: Bool) throws {
        archive = SessionArchive(try global.resolvedWorkspace())
        self.format = format
        self.isWhole = isWhole
        console = Console(quiet: global.quiet)
        isJSON = global.json
        target = try out.map { try Self.target($0, isForMany: isForMany) } ?? .standardOutput
    }

    private static func target(_ out: String, isForMany: Bool) throws -> Target {
        let url = URL(fileURLWithPath: out)
        var isDirectory: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory)
        if isThere, isDirectory.boolValue { return .directory(url) }
        guard !isForMany, !out.hasSuffix("/") else { throw ExportError.noDirectory(path: out) }
        let parent = url.deletingLastPathComponent()
        guard FileManager.default.fileExists(atPath: parent.path) else {
            throw ExportError.noDirectory(path: parent.path)
        }
        return .file(url)
    }

    /// - Parameter ids: nil for all.
    func export(_ ids: [String]?, under policy: RedactionPolicy) async throws {
        let ids = if let ids { ids } else { try await archive.sessions().map(\.sessionID) }
        var files: [Manifest.File] = []
        for id in ids {
            // A scope of its own for each session, so that its export does not depend on the others.
            let redactor = policy.redactor(hidesPeople: true)
            if let form = format.ofSession {
                files += try await write(id, as: form, by: redactor)
            } else {
                files.append(try await writeHAR(id, by: redactor))
            }
        }
        if isJSON { try console.document(Manifest(format: format, files: files)) }
    }

    private func write(_ id: String, as form: ExportFormat, by redactor: Redactor) async throws -> [Manifest.File] {
        let session = redactor.redact(try await archive.session(id))
        let sessionID = session.session.sessionID
        let documents = try SessionExport(session, version: OneShotVersion.text).documents(form, isWhole: isWhole)
        var files: [Manifest.File] = []
        for document in documents {
            guard let file = file(for: sessionID, thread: document.thread) else {
                if document.thread == nil { Console.write(document.text, to: STDOUT_FILENO) }
                continue
            }
            let stream = try AtomicFileStream(to: file)
            try stream.write(document.text)
            try stream.finish()
            tell("wrote \(file.path)")
            files.append(.init(sessionID: sessionID, path: file.path, redactions: session.manifest))
        }
        let left = files.isEmpty ? documents.count - 1 : 0
        if left > 0 { tell("not shown: \(left) of subagents, which have files of their own; use --out") }
        tell("redacted in \(sessionID): \(session.manifest.summary)")
        return files
    }

    private func writeHAR(_ id: String, by redactor: Redactor) async throws -> Manifest.File {
        let export = HARExport(redactor: redactor, version: OneShotVersion.text)
        let sessionID = try await archive.recordedID(id)
        let file = file(for: sessionID, thread: nil)
        let result: (entries: Int, manifest: RedactionManifest)
        if let file {
            let stream = try AtomicFileStream(to: file)
            result = try await export.write(id, from: archive) { try stream.write($0) }
            try stream.finish()
            tell("wrote \(result.entries) exchange\(result.entries == 1 ? "" : "s") to \(file.path)")
        } else {
            result = try await export.write(id, from: archive) { Console.write($0, to: STDOUT_FILENO) }
        }
        tell("redacted in \(sessionID): \(result.manifest.summary)")
        return .init(sessionID: sessionID, path: file?.path ?? "", redactions: result.manifest)
    }

    private func tell(_ line: String) { console.note(line) }

    /// - Returns: nil for standard output.
    private func file(for session: String, thread: String?) -> URL? {
        switch target {
        case .standardOutput: return nil
        case .directory(let directory):
            let name = [session, thread].compactMap { $0.map(Self.fileName) }.joined(separator: ".")
            return directory.appendingPathComponent("\(name).\(format.suffix)")
        case .file(let url):
            guard let thread else { return url }
            let stem = url.deletingPathExtension().lastPathComponent
            let name = "\(stem).\(Self.fileName(thread))" + (url.pathExtension.isEmpty ? "" : ".\(url.pathExtension)")
            return url.deletingLastPathComponent().appendingPathComponent(name)
        }
    }

    /// An id is the agent's own words: nothing in it leads out of the directory.
    private static func fileName(_ id: String) -> String {
        let safe = id.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" }
        return safe.first == "." ? "_" + String(safe.dropFirst()) : String(safe)
    }
}
