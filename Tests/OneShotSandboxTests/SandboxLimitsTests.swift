import Foundation
import OneShotProcess
import OneShotSandbox
import Testing

@Suite("Integration: a sandbox's limits", .serialized, .timeLimit(.minutes(4)))
struct SandboxLimitsTests {
    @Test("memory past the limit is not to be had", arguments: TestEngine.available)
    func memory(engine: TestEngine) async throws {
        let limits = SandboxSpecification.Limits(memoryBytes: 128 << 20)
        try await engine.withSandbox(limits: limits) { sandbox, _ in
            let take = "import sys; block = bytearray(int(sys.argv[1]) << 20); print(len(block))"
            #expect(try await sandbox.run(["python3", "-c", take, "32"]).succeeded)
            let result = try await sandbox.run(["python3", "-c", take, "512"])
            #expect(!result.succeeded)
            #expect(result.text == "")
        }
    }

    @Test("processes past the limit are not to be had", arguments: TestEngine.available)
    func processes(engine: TestEngine) async throws {
        try await engine.withSandbox(limits: .init(processes: 30)) { sandbox, _ in
            let script = "i=0; while [ $i -lt 60 ]; do sleep 5 & i=$((i+1)); done; echo all"
            let result = try await sandbox.run(["sh", "-c", script])
            #expect(!result.text.contains("all"))
            #expect(result.errorText.lowercased().contains("fork"))
            #expect(try await sandbox.run(["true"]).succeeded)
        }
    }
}
