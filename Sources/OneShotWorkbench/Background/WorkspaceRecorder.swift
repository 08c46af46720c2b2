public import Foundation
public import OneShotCore
import OneShotProcess
import OneShotRecorder

/// The recorder of one workspace, as other processes see it: starts it, stops it, asks it.
public struct WorkspaceRecorder: Sendable {
    public var workspace: Workspace
    /// The `oneshot` program that runs in the background.
    public var executable: URL

    public init(workspace: Workspace, executable: URL) {
        self.workspace = workspace
        self.executable = executable
    }

    public enum Start: Sendable, Equatable {
        case started(RecorderProcess)
        /// One was there already. Nothing was changed.
        case present(RecorderProcess)

        public var recorder: RecorderProcess {
            switch self {
            case .started(let recorder), .present(let recorder): recorder
            }
        }
    }

    /// Starts a recorder that runs until ``down()``, unless one runs, and returns once it answers.
    ///
    /// - Throws: ``WorkbenchError/recorderDidNotStart(reason:log:)`` with the last line of its log,
    ///   ``WorkbenchError/recorderInUse(pid:port:remedy:)`` when a shared one is in the way, `FileError`.
    public func up(_ options: RecorderOptions) async throws -> Start {
        let start = try await start(options, lifetime: .permanent)
        if case .present(let recorder) = start {
            guard recorder.lifetime == .permanent else {
                throw WorkbenchError.recorderInUse(
                    pid: recorder.process.pid,
                    port: recorder.port,
                    remedy: "it ends with the 'oneshot trace' that started it: try again then"
                )
            }
            try recorder.check(options)
        }
        return start
    }

    func start(_ options: RecorderOptions, lifetime: RecorderProcess.Lifetime) async throws -> Start {
        guard let lock = try await FileLock.take(workspace.startLock, within: .seconds(20)) else {
            throw WorkbenchError.recorderDidNotStart(
                reason: "another process has been starting or stopping it for 20 s",
                log: workspace.proxyLog.path
            )
        }
        defer { lock.release() }
        if let recorder = try RecorderProcess.running(in: workspace) { return .present(recorder) }

        try options.validate()
        try AtomicFile.makeDirectory(workspace.logs)
        LogFile.rotate(workspace.proxyLog)
        LogFile.rotate(workspace.cleanerLog)
        var log = LogReader(workspace.proxyLog)
        _ = log.newLines()
        let words = ["up", "--foreground", "--workspace", workspace.root.path] + options.words
        let command = Command(
            executable.path,
            words + (lifetime == .shared ? ["--shared"] : []),
            environment: .inherited(changing: options.variables)
        )
        let child = try command.startDetached(log: workspace.proxyLog)

        let deadline = ContinuousClock.now + .seconds(10)
        while let child, child.isRunning {
            if let recorder = try RecorderProcess.running(in: workspace), recorder.process == child,
                try await health(of: recorder) != nil
            {
                return .started(recorder)
            }
            guard ContinuousClock.now < deadline else {
                child.signal(SIGTERM)
                throw WorkbenchError.recorderDidNotStart(
                    reason: "it did not answer within 10 s",
                    log: workspace.proxyLog.path
                )
            }
            try await Task.sleep(for: .milliseconds(25))
        }
        let last = log.newLines().last ?? "it ended without a word"
        throw WorkbenchError.recorderDidNotStart(
            reason: last.hasPrefix("oneshot: ") ? String(last.dropFirst("oneshot: ".count)) : last,
            log: workspace.proxyLog.path
        )
    }

    /// Asks the recorder to end and waits until it has: what was in flight is then recorded as cut.
    ///
    /// - Returns: the recorder that was stopped; nil when none ran.
    /// - Throws: ``WorkbenchError/recorderDidNotStop(pid:)``, `FileError`.
    @discardableResult
    public func down() async throws -> RecorderProcess? {
        guard let lock = try await FileLock.take(workspace.startLock, within: .seconds(20)) else {
            throw WorkbenchError.recorderDidNotStop(pid: try RecorderProcess.running(in: workspace)?.process.pid ?? 0)
        }
        defer { lock.release() }
        guard let recorder = try RecorderProcess.running(in: workspace) else {
            unlink(workspace.recorderFile.path)
            return nil
        }
        recorder.process.signal(SIGTERM)
        let deadline = ContinuousClock.now + .seconds(15)
        while recorder.process.isRunning {
            guard ContinuousClock.now < deadline else {
                throw WorkbenchError.recorderDidNotStop(pid: recorder.process.pid)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return recorder
    }

    /// What the recorder says about itself.
    ///
    /// - Returns: nil when it does not answer.
    func health(of recorder: RecorderProcess) async throws -> RecorderStatus? {
        do {
            return try await Self.health(port: recorder.port, token: recorder.token)
        } catch is LocalHTTP.Failure {
            return nil
        }
    }

    static func health(port: Int, token: String?) async throws -> RecorderStatus? {
        let response = try await LocalHTTP(port: port).get(
            "/health",
            host: "127.0.0.1:\(port)",
            headers: token.map { [LocalHTTP.credentials("oneshot", token: $0)] } ?? []
        )
        guard response.status == 200 else { return nil }
        return try? JSONDecoder().decode(RecorderStatus.self, from: Data(response.body.utf8))
    }
}
