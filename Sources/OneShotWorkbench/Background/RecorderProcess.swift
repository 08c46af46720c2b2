import Foundation
public import OneShotCore
public import OneShotProcess

/// The process that records for a workspace, as its state file `up.json` describes it.
///
/// The process writes the file when it listens and removes it when it ends. Whether it runs is told by the lock that
/// it holds for as long as it lives, not by the file.
public struct RecorderProcess: Codable, Sendable, Equatable {
    public enum Lifetime: String, Codable, Sendable {
        /// Until `oneshot down`.
        case permanent
        /// Until the last `oneshot trace` that uses it has ended.
        case shared
    }

    public var process: ProcessIdentity
    /// On 127.0.0.1.
    public var port: Int
    /// RFC 3339.
    public var startedAt: String
    public var lifetime: Lifetime
    /// The certificate that its clients must trust.
    public var certificate: String
    /// The system's roots and that certificate in one file.
    public var bundle: String
    /// Ports of its own that stand for an upstream.
    public var reverse: [Reverse]?
    /// The file with the token that clients must give; nil where none is asked for.
    public var tokenFile: String?
    /// What it was told besides its port, in the words of the command line.
    public var options: [String]
    /// What its page for sessions asks for; nil for a recorder of an earlier version.
    public var controlToken: String?

    enum CodingKeys: String, CodingKey {
        case process, port
        case startedAt = "started_at"
        case lifetime, certificate, bundle, reverse
        case tokenFile = "token_file"
        case options
        case controlToken = "control_token"
    }

    /// A port on 127.0.0.1, and what is reached there.
    public struct Reverse: Codable, Sendable, Equatable {
        public var port: Int
        public var upstream: String

        public init(port: Int, upstream: String) {
            self.port = port
            self.upstream = upstream
        }
    }

    /// The token that clients must give; nil where none is asked for.
    var token: String? { tokenFile.flatMap { ProxyToken.read(URL(fileURLWithPath: $0)) } }
}

extension Workspace {
    /// Describes the recorder while one runs.
    var recorderFile: URL { state.appendingPathComponent("up.json") }
    /// Held exclusively by the process that records, for as long as it lives: one writer for each workspace.
    var recorderLock: URL { state.appendingPathComponent("recorder.lock") }
    /// Held while somebody starts or stops a recorder.
    var startLock: URL { state.appendingPathComponent("up.lock") }
    /// Held, shared, by each `oneshot trace`; a shared recorder ends when it can have this exclusively.
    var clientsLock: URL { state.appendingPathComponent("clients.lock") }
    var certificateBundle: URL { state.appendingPathComponent("ca-bundle.pem") }

    var proxyLog: URL { LogFile.proxy.url(in: self) }
    var cleanerLog: URL { LogFile.cleaner.url(in: self) }
}

extension RecorderProcess {
    /// The recorder of a workspace, if one runs and listens.
    ///
    /// - Throws: `FileError` for a state file that is not ours.
    public static func running(in workspace: Workspace) throws -> RecorderProcess? {
        guard FileManager.default.fileExists(atPath: workspace.recorderFile.path) else { return nil }
        let described: RecorderProcess
        do {
            described = try StrictJSON.read(RecorderProcess.self, at: workspace.recorderFile)
        } catch FileError.unreadable {
            // It ended between the two lines.
            return nil
        }
        return described.process.isRunning ? described : nil
    }

    /// Whether it is what somebody asks for: a port that is another one does not matter, nor does asking for nothing.
    ///
    /// - Throws: ``WorkbenchError/recorderInUse(pid:port:remedy:)``.
    func check(_ wishes: RecorderOptions) throws {
        let words = wishes.wordsBesidesPort
        guard !words.isEmpty, words != options else { return }
        throw WorkbenchError.recorderInUse(
            pid: process.pid,
            port: port,
            remedy: "for '\(words.joined(separator: " "))' end it with 'oneshot down' first"
        )
    }

    func write(in workspace: Workspace) throws {
        // The token is nobody else's business.
        try AtomicFile.write(StrictJSON.encode(self), to: workspace.recorderFile, mode: 0o600)
    }
}
