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
        let suites = try TestSuites.read(layout.suites)
        let expected = try ExpectedResults.read(layout.expectedResults)
        let workspace = work.appendingPathComponent("workspace")
        let evaluation = work.appendingPathComponent("evaluation")
        let channel = work.appendingPathComponent("channel")
        try AtomicFile.makeDirectory(evaluation.appendingPathComponent("tests_skeleton"))
        try AtomicFile.makeDirectory(channel)
        let tree = GradedTree(directory: workspace, baseline: baseline)
        let restored = try await tree.make(
            applying: diff,
            solution: layout.solution,
            suites: suites,
            tests: layout.repositoryTests
        )
        if !restored.isEmpty { await log.note("put back: \(restored.joined(separator: ", "))") }
        try await TreeCopy.lay(layout.tests, over: evaluation.appendingPathComponent("tests_skeleton"))
        let plans = try suites.suites.map { try plan($0, in: tree, seed: seed) }
        var files = SuiteDrivers.files
        files[".runner.py"] = RunnerProgram.text
        files[".plan.json"] = JSON.array(plans.map(\.json)).compactText
        for (name, text) in files { try AtomicFile.write(text, to: evaluation.appendingPathComponent(name)) }
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
            seconds: seconds,
            plan: "\(InsidePath.evaluation)/.plan.json"
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
        return try Self.results(
            try TestReport(output: await report.data, nonce: nonce, exit: result.exit),
            plans: plans,
            expected: expected
        )
    }

    /// Puts the suite's control into the tree.
    private func plan(_ suite: TestSuites.Suite, in tree: GradedTree, seed: UInt64?) throws -> SuitePlan {
        let token = String((0..<12).map { _ in Character(Unicode.Scalar(UInt8.random(in: 0x61...0x7A))) })
        let folder = suite.directory.map { $0 + "/" } ?? ""
        let source = suite.files.last.flatMap {
            try? String(contentsOf: tree.directory.appendingPathComponent(folder + $0), encoding: .utf8)
        }
        let control = SuiteControl(for: suite, token: token, source: source ?? "")
        if let control { try tree.write(control.text, to: folder + control.path) }
        return SuitePlan(suite: suite, control: control, seed: seed, evaluation: InsidePath.evaluation)
    }

    /// The functions of the script, and the suites.
    static func results(
        _ report: TestReport,
        plans: [SuitePlan],
        expected: ExpectedResults?
    ) throws -> [TestResult] {
        if let plan = plans.first(where: { plan in report.tests.contains { $0.name == plan.suite.id } }),
            !report.suites.isEmpty
        {
            throw TrialError.verifier(
                reason: "'\(plan.suite.id)' is a suite of suites.json and a function of test_skeleton.py; rename one"
            )
        }
        return report.tests
            + report.suites.compactMap { run in
                guard let plan = plans.first(where: { $0.suite.id == run.id }) else { return nil }
                return SuiteVerdict(suite: plan.suite, control: plan.control, expected: expected?[run.id])
                    .result(of: run)
            }
    }
}
