import Foundation
import OneShotProcess
import OneShotSandbox
import Testing

@Suite("Integration: commands in a sandbox", .serialized, .timeLimit(.minutes(4)))
struct SandboxCommandTests {
    @Test("a command's exit code, output and error output come out as they are", arguments: TestEngine.available)
    func results(engine: TestEngine) async throws {
        try await engine.withSandbox { sandbox, _ in
            let result = try await sandbox.run(["sh", "-c", "echo out; echo err >&2; exit 7"])
            #expect(result.exit == .code(7))
            #expect(result.text == "out\n")
            #expect(result.errorText == "err\n")
            #expect(try await sandbox.run(["no-such-program"]).exit == .code(127))
            #expect(try await sandbox.run(["/etc/passwd"]).exit == .code(126))
            #expect(try await sandbox.run(["sh", "-c", "kill -9 $$"]).shellCode == 137)
            #expect(try await sandbox.run(["cat"]).succeeded)
        }
    }

    @Test("output comes while the command is running", arguments: TestEngine.available)
    func streaming(engine: TestEngine) async throws {
        try await engine.withSandbox { sandbox, _ in
            let (stream, continuation) = AsyncStream.makeStream(of: Data.self)
            async let result = sandbox.run(
                ["sh", "-c", "echo first; while [ ! -e go ]; do sleep 0.05; done; echo second"],
                environment: [:],
                timeout: .seconds(30)
            ) { data, _ in continuation.yield(data) }
            var iterator = stream.makeAsyncIterator()
            #expect(await iterator.next() == Data("first\n".utf8))
            _ = try await sandbox.run(["touch", "go"])
            #expect(await iterator.next() == Data("second\n".utf8))
            #expect(try await result.succeeded)
        }
    }

    @Test("a command sees the variables that it is given, and none of the host's", arguments: TestEngine.available)
    func environment(engine: TestEngine) async throws {
        setenv("ONESHOT_TEST_SECRET", "host-secret", 1)
        defer { unsetenv("ONESHOT_TEST_SECRET") }
        try await engine.withSandbox { sandbox, _ in
            let result = try await sandbox.run(["env"], environment: ["GIVEN": "a b\"c'$d\nsecond line"])
            #expect(result.text.contains("GIVEN=a b\"c'$d\nsecond line\n"))
            #expect(result.text.contains("HOME=/home/agent\n"))
            #expect(!result.text.contains("host-secret"))
        }
    }

    @Test("files last from one command to the next, processes do not", arguments: TestEngine.available)
    func lasting(engine: TestEngine) async throws {
        try await engine.withSandbox { sandbox, workspace in
            let started = ContinuousClock.now
            let first = try await sandbox.run([
                "sh", "-c",
                "echo w > file; echo h > ~/home; echo t > /tmp/tmp; setsid sleep 600 & sleep 600 & exit 3",
            ])
            #expect(first.exit == .code(3))
            #expect(ContinuousClock.now - started < .seconds(20))
            let second = try await sandbox.run(["sh", "-c", "cat file ~/home /tmp/tmp; \(listProcesses)"])
            #expect(second.text.hasPrefix("w\nh\nt\n"))
            #expect(!second.text.contains("sleep"))
            #expect(try String(contentsOf: workspace.appendingPathComponent("file"), encoding: .utf8) == "w\n")
        }
    }

    @Test(
        "a time-out kills everything that the command started, and leaves what it wrote",
        arguments: TestEngine.available
    )
    func timeout(engine: TestEngine) async throws {
        try await engine.withSandbox { sandbox, workspace in
            let script = """
                (setsid sh -c 'trap "" TERM HUP INT; while :; do date +%s%N > alive; sleep 0.05; done' &)
                trap "" TERM HUP INT; echo started; sleep 600; sleep 600
                """
            let started = ContinuousClock.now
            let result = try await sandbox.run(["sh", "-c", script], timeout: .seconds(2))
            #expect(result.exit == .timedOut)
            #expect(result.text == "started\n")
            #expect(ContinuousClock.now - started < .seconds(15))
            let alive = workspace.appendingPathComponent("alive")
            let last = try Data(contentsOf: alive)
            try await Task.sleep(for: .milliseconds(300))
            #expect(try Data(contentsOf: alive) == last)
            #expect(try await sandbox.run(["true"]).succeeded)
        }
    }

    @Test("killAll ends all that runs, and the sandbox can be used again", arguments: TestEngine.available)
    func killAll(engine: TestEngine) async throws {
        try await engine.withSandbox { sandbox, workspace in
            let alive = workspace.appendingPathComponent("alive")
            async let running = sandbox.run([
                "sh", "-c", "setsid sh -c 'while :; do date +%s%N > alive; sleep 0.05; done' & sleep 600",
            ])
            while !FileManager.default.fileExists(atPath: alive.path) { try await Task.sleep(for: .milliseconds(20)) }
            try await sandbox.killAll()
            let last = try Data(contentsOf: alive)
            #expect(try await running.exit == .signal(SIGKILL))
            try await Task.sleep(for: .milliseconds(300))
            #expect(try Data(contentsOf: alive) == last)
            #expect(try await sandbox.run(["true"]).succeeded)
        }
    }

    @Test("cancelling the task takes the sandbox down", arguments: TestEngine.available)
    func cancellation(engine: TestEngine) async throws {
        let marker = "oneshot-cancel-\(UInt32.random(in: .min ... .max))"
        let task = Task {
            try await engine.withSandbox { sandbox, workspace in
                async let running = sandbox.run(["sh", "-c", "touch up; sleep 600; : \(marker)"])
                let up = workspace.appendingPathComponent("up")
                while !FileManager.default.fileExists(atPath: up.path) { try await Task.sleep(for: .milliseconds(20)) }
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try await running
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await Command("pgrep", ["-f", marker]).run().text == "")
    }
}

/// Prints the command line of every process that can be seen, without needing `ps`.
let listProcesses = "for p in /proc/[0-9]*/cmdline; do tr '\\0' ' ' < $p; echo; done"
