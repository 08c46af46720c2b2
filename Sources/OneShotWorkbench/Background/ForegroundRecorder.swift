public import Foundation
import Logging
public import OneShotCore
import OneShotProcess
import OneShotRecorder

/// The process that records: the recorder and the cleaner of one workspace, until a signal asks it to end.
public struct ForegroundRecorder: Sendable {
    public var workspace: Workspace
    public var options: RecorderOptions
    public var lifetime: RecorderProcess.Lifetime
    /// Where the proxies are named by which upstreams are reached, and the token.
    public var environment: [String: String]

    public init(
        workspace: Workspace,
        options: RecorderOptions,
        lifetime: RecorderProcess.Lifetime = .permanent,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.workspace = workspace
        self.options = options
        self.lifetime = lifetime
        self.environment = environment
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
        try options.validate()
        OpenFileLimit.raise(to: 8192)
        let authority = try options.loadAuthority()
        let proxy = try await options.proxy(environment: environment)
        let token =
            options.requiresToken ? try ProxyToken.prepare(in: workspace, environment: environment).text : nil
        try AtomicFile.makeDirectory(workspace.logs)
        try authority.writeBundle(to: workspace.certificateBundle)
        let signals = Signals.toEnd.stream()
        defer { unlink(workspace.recorderFile.path) }

        var logger = Logger(label: "oneshot.recorder") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        var configuration = options.configuration(
            workspace: workspace,
            authority: authority,
            proxy: proxy,
            token: token
        )
        let prices = try PriceTable.load(workspace: workspace)
        configuration.prices = prices
        let controlToken = Self.newToken()
        configuration.controlToken = controlToken
        let followers = try await Recorder.run(
            configuration,
            logger: logger
        ) { recorder in
            let followers = try await startFollowers(prices: prices, show: show)
            try describe(recorder, authority: authority, controlToken: controlToken).write(in: workspace)
            let places = recorder.listeners.map(\.description).joined(separator: ", ")
            show("\(Timestamp.iso(Date())) recording on \(places) into \(workspace.rawDatabase.path)")
            await withTaskGroup(of: Bool.self) { group in
                for follower in followers { group.addTask { await follower.run() } }
                group.addTask {
                    await FreedMemory.giveBack()
                    return false
                }
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

    private func startFollowers(
        prices: PriceTable,
        show: @escaping @Sendable (String) -> Void
    ) async throws -> [TraceFollower] {
        let exchanges = try await ExchangeLog(database: workspace.rawDatabase, write: show)
        let cleaner = CleanerLog(workspace: workspace, prices: prices)
        return [
            TraceFollower(name: "exchange log", report: show) { try await exchanges.poll() },
            TraceFollower(name: "cleaner", report: cleaner.write) { try await cleaner.poll() },
        ]
    }

    /// 128 bits that nobody can guess.
    private static func newToken() -> String {
        (0..<2).map { _ in
            let digits = String(UInt64.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    private func describe(
        _ recorder: RunningRecorder,
        authority: CertificateAuthority,
        controlToken: String
    ) throws -> RecorderProcess {
        guard let process = ProcessIdentity.current else {
            throw FileError.unreadable(path: "/proc/self/stat", reason: "is /proc mounted?")
        }
        return RecorderProcess(
            process: process,
            port: recorder.port,
            startedAt: Timestamp.iso(Date()),
            lifetime: lifetime,
            certificate: authority.certificateURL.path,
            bundle: workspace.certificateBundle.path,
            reverse: options.reverse.isEmpty ? nil : recorder.reversePorts,
            tokenFile: options.requiresToken ? ProxyToken.file(in: workspace).path : nil,
            options: options.wordsBesidesPort,
            controlToken: controlToken
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

extension RunningRecorder {
    fileprivate var reversePorts: [RecorderProcess.Reverse] {
        listeners.compactMap { listener in
            guard case .reverse(let port, let upstream) = listener else { return nil }
            return RecorderProcess.Reverse(port: port, upstream: upstream.absoluteString)
        }
    }
}
