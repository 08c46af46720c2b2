import Foundation
import OneShotCore
import OneShotPreparation
import OneShotProcess
import OneShotSandbox

/// Runs a task's tests on what an agent left: in a sandbox of their own, without network, on the start commit with
/// the agent's diff applied. Nothing that the agent may still be doing can reach it.
struct Verifier: Sendable {
    let engine: any Engine
    let image: SandboxImage
    let layout: PreparedTaskLayout
    let baseline: Baseline
    /// Variables that the tests find, besides the sandbox's own.
    var environment: [String: String] = [:]
    /// For all tests together.
    let limit: Duration

    /// - Parameters:
    ///   - diff: as ``Baseline/diff(of:)`` made it.
    ///   - work: a directory of its own, which must not exist.
    ///   - log: gets what the tests print.
    ///   - seed: shuffles the order of each suite's files, where its command says `{files}`; nil keeps it.
    /// - Throws: ``TrialError/verifier(reason:)`` when there is no result to believe.
    func run(diff: URL, work: URL, log: RunLog, label: String, order seed: UInt64? = nil) async throws -> [TestResult] {
        let workspace = work.appendingPathComponent("workspace")
        let evaluation = work.appendingPathComponent("evaluation")
        let channel = work.appendingPathComponent("channel")
        try AtomicFile.makeDirectory(evaluation.appendingPathComponent("tests_skeleton"))
        try AtomicFile.makeDirectory(channel)
        try await baseline.copy(to: workspace)
        try await baseline.apply(diff, to: workspace)
        try await TreeCopy.lay(layout.tests, over: evaluation.appendingPathComponent("tests_skeleton"))
        let hidden = layout.tests.appendingPathComponent("repo_tests")
        if FileManager.default.fileExists(atPath: hidden.path) { try await TreeCopy.lay(hidden, over: workspace) }
        try AtomicFile.write(RunnerProgram.text, to: evaluation.appendingPathComponent(".runner.py"))
        let nonce = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        try AtomicFile.write(nonce, to: channel.appendingPathComponent("nonce"))

        let specification = SandboxSpecification(
            image: image,
            label: label,
            mounts: [
                .init(host: workspace, inside: InsidePath.workspace, writable: true),
                .init(host: evaluation, inside: InsidePath.evaluation),
                .init(host: channel, inside: InsidePath.channel, writable: true),
            ],
            workingDirectory: InsidePath.workspace
        )
        let seconds = Int(limit.components.seconds)
        let command = RunnerProgram.command(
            program: "\(InsidePath.evaluation)/.runner.py",
            script: "\(InsidePath.evaluation)/tests_skeleton/\(layout.testScript.lastPathComponent)",
            workspace: InsidePath.workspace,
            nonce: "\(InsidePath.channel)/nonce",
            seconds: seconds
        )
        let report = RunLog.Capture()
        let result = try await engine.withSandbox(specification) { sandbox in
            // The runner keeps the limit itself; this one is for a runner that was stopped from within.
            try await sandbox.run(command, environment: environment, timeout: limit + .seconds(30)) { chunk, stream in
                if stream == .standardOutput {
                    await report.append(chunk)
                } else {
                    await log.append(chunk, from: stream)
                }
            }
        }
        await log.flush()
        return try TestReport(output: await report.data, nonce: nonce, exit: result.exit).tests
    }
}
