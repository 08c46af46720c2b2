import Foundation
import OneShotCore
import OneShotRecorder
import TOMLKit

/// An agent as a TOML file describes it (`docs/formats/agent.md`).
struct AgentFile: Sendable, Equatable {
    private(set) var content: Content
    /// The directory of the file.
    private(set) var directory: URL

    /// As it is written.
    struct Content: Codable, Sendable, Equatable {
        var schemaVersion: Int
        var name: String
        var version: String?
        var command: [String]
        var modelFlag: [String]?
        var reasoningEffortFlag: [String]?
        var files: String?
        var environment: [String: String]?
        var providers: [Provider]?
        var install: [String]?
        var installHosts: [String]?
        var sessionFiles: [String]?

        struct Provider: Codable, Sendable, Equatable {
            var host: String
            var key: String
        }

        enum CodingKeys: String, CodingKey {
            case name, version, command, files, environment, providers, install
            case schemaVersion = "schema_version"
            case modelFlag = "model_flag"
            case reasoningEffortFlag = "reasoning_effort_flag"
            case installHosts = "install_hosts"
            case sessionFiles = "session_files"
        }

        /// Absent keys too: what is encoded is what the strict reader knows.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(schemaVersion, forKey: .schemaVersion)
            try container.encode(name, forKey: .name)
            try container.encode(version, forKey: .version)
            try container.encode(command, forKey: .command)
            try container.encode(modelFlag, forKey: .modelFlag)
            try container.encode(reasoningEffortFlag, forKey: .reasoningEffortFlag)
            try container.encode(files, forKey: .files)
            try container.encode(environment, forKey: .environment)
            try container.encode(providers, forKey: .providers)
            try container.encode(install, forKey: .install)
            try container.encode(installHosts, forKey: .installHosts)
            try container.encode(sessionFiles, forKey: .sessionFiles)
        }
    }

    var name: String { content.name }

    /// The options of `oneshot run` that the command line has a place for.
    var heeded: Set<AgentOptions.Kind> {
        var heeded: Set<AgentOptions.Kind> = [.arguments, .environment]
        if content.modelFlag != nil { heeded.insert(.model) }
        if content.reasoningEffortFlag != nil { heeded.insert(.reasoningEffort) }
        return heeded
    }

    /// - Throws: `FileError` that names the key which does not fit.
    static func read(_ url: URL) throws -> AgentFile {
        guard let text = try? String(contentsOf: url, encoding: .utf8) else {
            throw FileError.unreadable(path: url.path, reason: "no such file, no permission, or no UTF-8")
        }
        let json: String
        do {
            json = try TOMLTable(string: text).convert(to: .json)
        } catch let error as TOMLParseError {
            throw FileError.malformed(
                path: url.path,
                place: "line \(error.source.begin.line), column \(error.source.begin.column)",
                problem: error.description
            )
        }
        let content = try StrictJSON.decode(Content.self, from: Data(json.utf8), path: url.path)
        if let (key, problem) = content.problem {
            throw FileError.malformed(path: url.path, place: key, problem: problem)
        }
        let file = AgentFile(content: content, directory: url.deletingLastPathComponent())
        if let files = file.files, (try? files.checkResourceIsReachable()) != true {
            throw FileError.malformed(path: url.path, place: "files", problem: "there is no \(files.path)")
        }
        return file
    }

    /// What the agent sees at `/opt/agent/files`.
    var files: URL? { content.files.map { URL(fileURLWithPath: $0, relativeTo: directory).standardizedFileURL } }
}

extension AgentFile.Content {
    /// The first thing that makes no sense, and why.
    fileprivate var problem: (key: String, text: String)? {
        if schemaVersion != 1 { return ("schema_version", "is \(schemaVersion); this program knows 1") }
        if name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,63}/) == nil {
            return ("name", "is letters, digits, '.', '_' and '-', 64 at most")
        }
        if command.first?.isEmpty ?? true {
            return ("command", "is a list of words, of which the first is the program")
        }
        for (key, words, mark) in [
            ("model_flag", modelFlag, "{model}"), ("reasoning_effort_flag", reasoningEffortFlag, "{reasoning_effort}"),
        ] where words.map({ !$0.contains { $0.contains(mark) } }) ?? false {
            return (key, "has no \(mark) among its words")
        }
        for provider in providers ?? [] {
            if !Interception.isHost(provider.host) { return ("providers", "'\(provider.host)' is no host") }
            if provider.key.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) == nil {
                return ("providers", "'\(provider.key)' is no name of a variable")
            }
        }
        if let host = (installHosts ?? []).first(where: { !Interception.isHost($0) }) {
            return ("install_hosts", "'\(host)' is no host")
        }
        if installHosts != nil, install == nil { return ("install_hosts", "goes with install, which is not there") }
        if let pattern = (sessionFiles ?? []).first(where: { !SessionFiles.isPattern($0) }) {
            return (
                "session_files",
                "'\(pattern)' is no path below HOME: letters, digits and '._-*?/', without '..' and not from the root"
            )
        }
        return nil
    }
}
