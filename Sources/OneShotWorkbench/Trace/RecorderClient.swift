import Foundation
import OneShotCore
import OneShotProcess
import OneShotRecorder
import OneShotStore

/// One use of a recorder by a traced program.
struct RecorderClient: Sendable {
    let recorder: RecorderProcess
    /// The workspace that it records in: as a rule the one where the program was started.
    let workspace: Workspace

    func environment(runID: RunID) -> TraceEnvironment {
        TraceEnvironment(
            runID: runID,
            port: recorder.port,
            certificate: URL(fileURLWithPath: recorder.certificate),
            bundle: URL(fileURLWithPath: recorder.bundle),
            token: recorder.token
        )
    }

    /// Runs the program, and tells the user when the recorder ends before it.
    func watch<Result: Sendable>(
        note: @escaping @Sendable (String) -> Void,
        while body: () async throws -> Result
    ) async throws -> Result {
        let watch = Task {
            while recorder.process.isRunning { try await Task.sleep(for: .milliseconds(500)) }
            tell(note)
        }
        defer { watch.cancel() }
        let result = try await body()
        watch.cancel()
        // The program may have ended because of it, before we looked.
        if case .failure = await watch.result, !recorder.process.isRunning { tell(note) }
        return result
    }

    private func tell(_ note: @Sendable (String) -> Void) {
        note(
            "the recorder (port \(recorder.port)) has ended: nothing more of this run is recorded, and the agent's "
                + "calls fail; end it and start it again"
        )
    }

    /// Waits a moment for what the program said last to be on disk and cleaned.
    ///
    /// - Returns: how many exchanges the session has.
    func settle(session: RunID, within timeout: Duration = .seconds(4)) async throws -> Int {
        let raw = try RawStore.openForReading(workspace.rawDatabase)
        let deadline = ContinuousClock.now + timeout
        // A short call may have ended before its row is there.
        while let health = try? await WorkspaceRecorder.health(port: recorder.port, token: recorder.token),
            health.pending > 0, .now < deadline
        {
            try await Task.sleep(for: .milliseconds(20))
        }
        while true {
            let counts = try await raw.counts(ofSession: session.description)
            let isClean = try await cleanerCursor() >= raw.lastRevision()
            if counts[.inFlight, default: 0] == 0 && isClean || ContinuousClock.now > deadline
                || !recorder.process.isRunning
            {
                return counts.values.reduce(0, +)
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func cleanerCursor() async throws -> Int64 {
        guard FileManager.default.fileExists(atPath: workspace.cleanDatabase.path) else { return -1 }
        // The cleaner may be making its tables just now. Whatever else keeps it from being read is no reason to end
        // otherwise than the command did: the time of the wait is bounded.
        return (try? await CleanStore.openForReading(workspace.cleanDatabase).cursor()) ?? -1
    }
}

extension WorkspaceRecorder {
    /// Runs `body` with a recorder: the workspace's own, else the one that the client's `HTTPS_PROXY` names, else a
    /// shared one that is started for it.
    func withClient<Result: Sendable>(
        options: RecorderOptions,
        environment: [String: String],
        _ body: (RecorderClient) async throws -> Result
    ) async throws -> Result {
        // Taken first: a shared recorder that is about to end has this exclusively, and a new one is started after it.
        guard let place = try await FileLock.take(workspace.clientsLock, .shared, within: .seconds(20)) else {
            throw WorkbenchError.recorderDidNotStart(
                reason: "the one before it has been ending for 20 s",
                log: workspace.proxyLog.path
            )
        }
        defer { place.release() }
        let client = try await join(options, environment: environment)
        do {
            let result = try await body(client)
            place.release()
            try await endIfUnused(client)
            return result
        } catch {
            place.release()
            try await endIfUnused(client)
            throw error
        }
    }

    private func join(_ options: RecorderOptions, environment: [String: String]) async throws -> RecorderClient {
        if options.wordsBesidesPort.isEmpty, try RecorderProcess.running(in: workspace) == nil,
            let other = try await Self.client(ofProxyIn: environment)
        {
            return other
        }
        let start = try await start(options, lifetime: .shared)
        if case .present(let recorder) = start { try recorder.check(options) }
        return RecorderClient(recorder: start.recorder, workspace: workspace)
    }

    /// The recorder behind `HTTPS_PROXY=http://127.0.0.1:18080`, if the port is that of a recorder of this user's.
    private static func client(ofProxyIn environment: [String: String]) async throws -> RecorderClient? {
        let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"]
        guard let proxy = names.lazy.compactMap({ environment[$0] }).first.flatMap(URL.init(string:)),
            ["127.0.0.1", "localhost"].contains(proxy.host), let port = proxy.port,
            let health = try? await health(port: port, token: proxy.password)
        else { return nil }
        // …/data/traces/v3/raw_synth_ai.db/traces.sqlite3
        let database = URL(fileURLWithPath: health.database)
        let workspace = Workspace(root: (0..<5).reduce(database) { url, _ in url.deletingLastPathComponent() })
        guard workspace.rawDatabase.path == database.path,
            let recorder = try RecorderProcess.running(in: workspace), recorder.port == port,
            // A shared one is kept up by the clients of its own workspace only.
            recorder.lifetime == .permanent
        else { return nil }
        return RecorderClient(recorder: recorder, workspace: workspace)
    }

    /// Ends a shared recorder when nobody uses it any more, so that nothing is left behind when we return.
    private func endIfUnused(_ client: RecorderClient) async throws {
        guard client.recorder.lifetime == .shared,
            let everyone = try FileLock.take(client.workspace.clientsLock, .exclusive)
        else { return }
        defer { everyone.release() }
        // Something that the program left behind may still be talking; the recorder then ends by itself later.
        guard let health = try await health(of: client.recorder), health.connections <= 1 else { return }
        try await WorkspaceRecorder(workspace: client.workspace, executable: executable).down()
    }
}
