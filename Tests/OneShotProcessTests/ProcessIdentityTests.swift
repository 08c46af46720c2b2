import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite("Processes that outlive a call", .timeLimit(.minutes(1)))
struct ProcessIdentityTests {
    @Test("this process runs, and is the same each time")
    func current() throws {
        let own = try #require(ProcessIdentity.current)
        #expect(own.isRunning)
        #expect(own == ProcessIdentity(pid: getpid()))
    }

    @Test("a number that was used again is another process")
    func reused() throws {
        let json = #"{"pid": \#(getpid()), "start": "another boot:1"}"#
        let earlier = try JSONDecoder().decode(ProcessIdentity.self, from: Data(json.utf8))
        #expect(!earlier.isRunning)
        #expect(!earlier.signal(SIGTERM))
    }

    @Test("a detached program leads its own session, writes to its log, and ends when asked to")
    func detached() async throws {
        try await withTemporaryDirectory { directory in
            let log = directory.appendingPathComponent("log")
            let script = "ps -o sid= -p $$; pwd; echo $GIVEN >&2; exec sleep 30"
            let command = Command(
                "sh",
                ["-c", script],
                environment: .inherited(changing: ["GIVEN": "a variable"]),
                directory: directory
            )
            let process = try #require(try command.startDetached(log: log))
            while !((try? String(contentsOf: log, encoding: .utf8)) ?? "").contains("variable") {
                try await Task.sleep(for: .milliseconds(10))
            }
            let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            #expect(lines == ["\(process.pid)", directory.path, "a variable"])
            #expect(process.isRunning)
            #expect(process.signal(SIGTERM))
            while process.isRunning { try await Task.sleep(for: .milliseconds(10)) }
            #expect(!process.signal(SIGTERM))
        }
    }

    @Test("a program that does not exist is not started")
    func missing() async throws {
        try await withTemporaryDirectory { (directory: URL) -> Void in
            #expect(throws: ProcessError.self) {
                _ = try Command("/no/such/program").startDetached(log: directory.appendingPathComponent("log"))
            }
        }
    }
}

@Suite("Programs on our own terminal", .timeLimit(.minutes(1)))
struct AttachedCommandTests {
    @Test(
        "end as they end",
        arguments: [
            ("exit 7", CommandResult.Exit.code(7)),
            ("kill -9 $$", .signal(SIGKILL)),
        ]
    )
    func exit(script: String, exit: CommandResult.Exit) async throws {
        #expect(try await Command("sh", ["-c", script]).runAttached(input: .empty).exit == exit)
    }

    @Test("stay in our process group, with an empty input where that is wanted")
    func group() async throws {
        let script = "test \"$(ps -o pgid= -p $$ | tr -d ' ')\" = \(getpgrp()) && test -z \"$(cat)\""
        #expect(try await Command("sh", ["-c", script]).runAttached(input: .empty).succeeded)
    }

    @Test("are ended when the task is cancelled")
    func cancelled() async throws {
        let task = Task { try await Command("sleep", ["30"]).runAttached(input: .empty) }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("that do not exist are named")
    func missing() async {
        await #expect(throws: ProcessError.notFound(program: "no-such-program")) {
            try await Command("no-such-program").runAttached()
        }
    }
}
