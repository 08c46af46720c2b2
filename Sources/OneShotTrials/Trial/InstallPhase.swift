import Foundation
import OneShotCore
import OneShotProcess
import OneShotRecorder
import OneShotSandbox

/// What an agent needs is put into its home before it begins: in a sandbox of its own, with a way to the registries
/// that the task allows and to nothing else, no model, no key.
struct InstallPhase: Sendable {
    let install: AgentInstall
    let engine: any Engine
    /// Of the agent's sandbox, without a network.
    let specification: SandboxSpecification
    let id: RunID
    let work: URL
    let authority: CertificateAuthority
    let proxy: UpstreamProxy?

    static let limit = Duration.seconds(600)

    /// - Returns: what the agent's `HOME` begins with.
    /// - Throws: ``TrialError/install(line:reason:)`` for the line that failed.
    func run(environment: [String: String], log: RunLog) async throws -> URL {
        let home = work.appendingPathComponent("installed")
        try AtomicFile.makeDirectory(home)
        var specification = specification
        specification.mounts.append(.init(host: home, inside: InsidePath.session, writable: true))
        try await withSocketDirectory { directory in
            let socket = directory.appendingPathComponent("recorder.sock").path
            let configuration = RecorderConfiguration(
                listeners: [.unixSocket(path: socket)],
                database: work.appendingPathComponent("install.sqlite3"),
                authority: authority,
                proxy: proxy,
                interception: Interception(hosts: [], passed: install.hosts, others: .refuse),
                session: id
            )
            try await Recorder.run(configuration) { _ in
                specification.network = .forwarded(port: InsidePath.proxyPort, path: socket)
                try await engine.withSandbox(specification) { sandbox in
                    for line in install.lines { try await run(line, in: sandbox, environment, log) }
                    _ = try await sandbox.run(["sh", "-c", "cp -a \"$HOME/.\" \(InsidePath.session)/"])
                }
            }
        }
        return home
    }

    private func run(
        _ line: String,
        in sandbox: any Sandbox,
        _ environment: [String: String],
        _ log: RunLog
    ) async throws {
        await log.note("install: \(line)")
        let output = RunLog.Capture()
        let result = try await sandbox.run(
            ["sh", "-c", line],
            environment: environment.merging(AgentEnvironment.way(run: id)) { $1 },
            timeout: Self.limit
        ) { chunk, stream in
            await log.append(chunk, from: stream)
            await output.append(chunk)
        }
        await log.flush()
        guard !result.succeeded else { return }
        let words = String(decoding: await output.data.suffix(4096), as: UTF8.self)
        let last = words.split(whereSeparator: \.isNewline).last.map(String.init)
        let reason =
            result.exit == .timedOut ? "no end within \(Self.limit)" : last ?? "it ended with \(result.shellCode)"
        throw TrialError.install(line: line, reason: reason)
    }
}
