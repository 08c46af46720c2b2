import Foundation
import OneShotCore
import OneShotSandbox
import Testing

@testable import OneShotTrials

/// An engine whose sandboxes may write little, so that a test does not have to write 8 GiB.
private struct SmallDisk: Engine {
    let engine: any Engine

    var name: String { engine.name }
    func version() async throws -> String { try await engine.version() }
    func image(dockerfile: URL, onOutput: @escaping @Sendable (String) -> Void) async throws -> SandboxImage {
        try await engine.image(dockerfile: dockerfile, onOutput: onOutput)
    }
    func layers(of image: SandboxImage, dockerfile: URL, in directory: URL) async throws -> [ImageLayer] {
        try await engine.layers(of: image, dockerfile: dockerfile, in: directory)
    }
    func withSandbox<Result: Sendable>(
        _ specification: SandboxSpecification,
        _ body: @Sendable (any Sandbox) async throws -> Result
    ) async throws -> Result {
        var small = specification
        small.limits.diskBytes = 32 << 20
        return try await engine.withSandbox(small, body)
    }
}

@Suite(
    "Integration: an agent that writes more than it may",
    .enabled(if: !TestEngine.available.isEmpty, "no engine: bubblewrap is not installed"),
    .timeLimit(.minutes(3))
)
struct DiskLimitTests {
    @Test(
        "is stopped, the result names the limit, and what it did until then is scored",
        arguments: TestEngine.available
    )
    func disk(engine: TestEngine) async throws {
        let task = FixtureTask(rubric: "# Rubric: calc\n## explains (weight: 1)\n- tests: test_usage\n")
        try await TrialHarness.with(engine, task: task) { harness in
            let small = TrialHarness(
                workspace: harness.workspace,
                task: harness.task,
                runner: TrialRunner(
                    workspace: harness.workspace,
                    engine: SmallDisk(engine: harness.runner.engine),
                    version: "test",
                    environment: [:]
                )
            )
            // Many files, none of which is too large.
            let line = """
                printf '## Usage\\n' >>README.md
                i=0; while :; do i=$((i + 1)); head -c 1000000 /dev/zero >~/$i; done
                """
            let (results, directory) = try await small.run(.command(line), seconds: 60)
            #expect(results.outcome == .scored)
            #expect(results.limit == .disk)
            #expect(results.exitCode == 153)
            #expect(results.score == 1)
            let report = try String(contentsOf: directory.report, encoding: .utf8)
            #expect(report.contains("The agent was stopped at its disk limit, 8 GiB"))
            let written = try StrictJSON.read(TrialResults.self, at: directory.results)
            #expect(written.limit == .disk)
        }
    }
}
