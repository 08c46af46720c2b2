import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite("Commands", .timeLimit(.minutes(1)))
struct CommandTests {
    @Test("output, error output and exit code come back whole")
    func result() async throws {
        let result = try await Command("sh", ["-c", "printf out; printf err >&2; exit 7"]).run()
        #expect(result.exit == .code(7))
        #expect(result.text == "out")
        #expect(result.errorText == "err")
    }

    @Test("input reaches the program, and a large output does not stall it")
    func streams() async throws {
        let input = Data(repeating: 0x61, count: 3_000_000)
        let result = try await Command("cat", input: input).run()
        #expect(result.standardOutput == input)
    }

    @Test("the environment is what was asked for")
    func environment() async throws {
        let exact = try await Command("/usr/bin/env", environment: .exactly(["A": "1"])).run()
        #expect(exact.text == "A=1\n")
        let changed = try await Command(
            "/usr/bin/env",
            environment: .inherited(changing: ["PATH": nil, "B": "2"])
        ).run()
        #expect(changed.text.contains("B=2\n"))
        #expect(!changed.text.contains("\nPATH="))
    }

    @Test("a name is the first program of PATH that can be run")
    func search() async throws {
        try await withTemporaryDirectory { directory in
            let places = ["directory", "plain", "program", "later"].map { directory.appendingPathComponent($0) }
            for made in places.dropFirst() + [places[0].appendingPathComponent("tool")] {
                try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
            }
            for (place, mode) in [(places[1], 0o644), (places[2], 0o755), (places[3], 0o755)] {
                let file = place.appendingPathComponent("tool")
                try Data("#!/bin/sh\necho \(place.lastPathComponent)\n".utf8).write(to: file)
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
            }
            let path = places.map(\.path).joined(separator: ":") + ":/usr/bin:/bin"
            let tool = try await Command("tool", environment: .inherited(changing: ["PATH": path])).run()
            #expect(tool.text == "program\n")
            await #expect(throws: ProcessError.self) {
                try await Command("tool", environment: .inherited(changing: ["PATH": places[1].path])).run()
            }
        }
    }

    @Test("a program past its time is killed with its children")
    func timeout() async throws {
        let started = ContinuousClock.now
        let result = try await Command("sh", ["-c", "sleep 30 & sleep 30"], timeout: .milliseconds(300)).run()
        #expect(result.exit == .timedOut)
        #expect(ContinuousClock.now - started < .seconds(10))
    }

    @Test("a program that closes its streams before it ends keeps its exit code")
    func closedStreams() async throws {
        let result = try await Command("sh", ["-c", "exec >&- 2>&-; sleep 0.3; exit 5"]).run()
        #expect(result.exit == .code(5))
        let late = try await Command("sh", ["-c", "exec >&- 2>&-; sleep 30"], timeout: .milliseconds(300)).run()
        #expect(late.exit == .timedOut)
    }

    @Test("cancelling the task kills the program and throws")
    func cancellation() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("alive")
            let task = Task {
                try await Command("sh", ["-c", "sleep 2; touch alive"], directory: directory).run()
            }
            try await Task.sleep(for: .milliseconds(200))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await Task.sleep(for: .milliseconds(2200))
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
    }

    @Test("a program that is not there is named")
    func notFound() async {
        await #expect(throws: ProcessError.notFound(program: "no-such-program")) {
            try await Command("no-such-program").run()
        }
    }

    @Test("a failure carries the command and its last words")
    func checked() async {
        await #expect(throws: ProcessError.failed(command: "sh -c 'echo why >&2; exit 3'", code: 3, message: "why")) {
            try await Command("sh", ["-c", "echo why >&2; exit 3"]).runChecked()
        }
    }

    @Test(
        "a quoted word is one word to a shell",
        arguments: ["plain", "two words", "it's", "", "$HOME `x` \\ \"", "line\nbreak"]
    )
    func quoting(word: String) async throws {
        let result = try await Command("sh", ["-c", "printf %s \(Command.quote(word))"]).run()
        #expect(result.text == word)
    }
}
