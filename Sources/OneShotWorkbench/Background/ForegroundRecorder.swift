import Foundation
import Logging
public import OneShotCore
import OneShotProcess
import OneShotRecorder

/// The process that records: the recorder and the cleaner of one workspace, until a signal asks it to end.
public struct ForegroundRecorder: Sendable {
    public var workspace: Workspace
    public var options: RecorderOptions
    public var lifetime: RecorderProcess.Lifetime

    public init(workspace: Workspace, options: RecorderOptions, lifetime: RecorderProcess.Lifetime = .permanent) {
        self.workspace = workspace
        self.options = options
        self.lifetime = lifetime
    }

    /// Records until SIGTERM, SIGINT, SIGHUP or SIGQUIT comes, or, when shared, until nobody uses it any more. What
    /// is in flight then is recorded as cut, and everything is cleaned, before this returns.
    ///
    /// - Parameter show: gets a line for each exchange that has ended.
    /// - Throws: `RecorderError`, `StoreError`, `FileError`, ``WorkbenchError/recorderInUse(pid:port:remedy:)``.
    public func run(show: @escaping @Sendable (String) -> Void) async throws {
        guard let lock = try FileLock.take(workspace.recorderLock) else {
            let other = try RecorderProcess.running(in: workspace)
            throw WorkbenchError.recorderInUse(
                pid: other?.process.pid ?? 0,
                port: other?.port ?? 0,
                remedy: "end it with 'oneshot down' first"
            )
        }
        defer { lock.release() }
        let authority = try options.loadAuthority()
        try AtomicFile.makeDirectory(workspace.logs)
        try authority.writeBundle(to: workspace.certificateBundle)
        let signals = Signals.toEnd.stream()
        defer { unlink(workspace.recorderFile.path) }

        var logger = Logger(label: "oneshot.recorder") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        let followers = try await Recorder.run(
            options.configuration(workspace: workspace, authority: authority),
            logger: logger
        ) { recorder in
            let followers = try await startFollowers(show: show)
            try describe(port: recorder.port, authority: authority).write(in: workspace)
            show("\(Timestamp.iso(Date())) recording on 127.0.0.1:\(recorder.port) into \(workspace.rawDatabase.path)")
            await withTaskGroup(of: Bool.self) { group in
                for follower in followers { group.addTask { await follower.run() } }
                group.addTask { await signals.first { _ in true } != nil }
                if lifetime == .shared { group.addTask { await isUnused(recorder) } }
                // A follower ends only when it is cancelled.
                for await isEnd in group where isEnd { break }
                group.cancelAll()
            }
            return followers
        }
        // The recorder has written its last row now.
        for follower in followers { await follower.finish() }
        show("\(Timestamp.iso(Date())) ended")
    }

    private func startFollowers(show: @escaping @Sendable (String) -> Void) async throws -> [TraceFollower] {
        let exchanges = try await ExchangeLog(database: workspace.rawDatabase, write: show)
        let cleaner = CleanerLog(workspace: workspace)
        return [
            TraceFollower(name: "exchange log", report: show) { try await exchanges.poll() },
            TraceFollower(name: "cleaner", report: cleaner.write) { try await cleaner.poll() },
        ]
    }

    private func describe(port: Int, authority: CertificateAuthority) throws -> RecorderProcess {
        guard let process = ProcessIdentity.current else {
            throw FileError.unreadable(path: "/proc/self/stat", reason: "is /proc mounted?")
        }
        return RecorderProcess(
            process: process,
            port: port,
            startedAt: Timestamp.iso(Date()),
            lifetime: lifetime,
            certificate: authority.certificateURL.path,
            bundle: workspace.certificateBundle.path,
            options: options.wordsBesidesPort
        )
    }

    /// Waits until no `oneshot trace` uses the recorder and no client is connected.
    ///
    /// - Returns: true, with the clients' lock held to the end of the process: who comes now waits for that, and
    ///   starts another recorder. False when cancelled.
    private func isUnused(_ recorder: RunningRecorder) async -> Bool {
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(250))
            guard let clients = try? FileLock.take(workspace.clientsLock, .exclusive) else { continue }
            if await recorder.status().connections == 0 {
                clients.keepUntilExit()
                return true
            }
            clients.release()
        }
        return false
    }
}
