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

    @Test("a disk is filled to its limit, in one file or in many", arguments: TestEngine.available)
    func disk(engine: TestEngine) async throws {
        try await engine.withSandbox(limits: .init(diskBytes: 64 << 20)) { sandbox, workspace in
            let one = try await sandbox.run(["dd", "if=/dev/zero", "of=big", "bs=1M", "count=200"])
            #expect(!one.succeeded)
            let size = try FileManager.default.attributesOfItem(atPath: workspace.path + "/big")[.size] as? Int
            #expect((size ?? .max) <= 64 << 20)
            _ = try await sandbox.run(["rm", "big"])
            let script = "i=0; while [ $i -lt 2000 ]; do head -c 4000000 /dev/zero >f$i; i=$((i+1)); sleep 0.02; done"
            let many = try await sandbox.run(["sh", "-c", script], timeout: .seconds(60))
            #expect(many.exit == .signal(SIGXFSZ))
            // It is a watch: what is written until it looks is there.
            let held = try await Command("du", ["-sm", workspace.path]).runChecked().text
            let megabytes = try #require(Int(held.prefix { $0.isNumber }))
            #expect((60..<2000).contains(megabytes))
        }
    }

    @Test("memory is not a way around the disk's limit", arguments: TestEngine.available)
    func temporaryFiles(engine: TestEngine) async throws {
        try await engine.withSandbox { sandbox, _ in
            let script = """
                for place in /run /var/tmp /dev/shm; do
                    test -w $place || continue
                    dd if=/dev/zero of=$place/x bs=1M count=300 2>/dev/null && echo "$place"
                    rm -f $place/x
                done
                echo x 2>/dev/null >/dev/x && test "$(df --output=size /dev | tail -1)" -gt 300000 && echo /dev
                echo end
                """
            let result = try await sandbox.run(["sh", "-c", script])
            #expect(result.text == "end\n")
        }
    }
}
