import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite(
    "Integration: the recorder in the background",
    .enabled(if: Tool.isAvailable(Tool.oneshot) && Tool.isAvailable("sqlite3"), "needs the built oneshot and sqlite3"),
    .serialized,
    .timeLimit(.minutes(3))
)
struct RecorderLifecycleTests {
    @Test("starts once, answers, and stops once")
    func upAndDown() async throws {
        try await withBench { oneshot in
            let started = try await oneshot("up", "--port", "0")
            #expect(started.succeeded, "\(started.errorText)")
            let recorder = try oneshot.recorder()
            #expect(started.text.contains("127.0.0.1:\(recorder.port)"))
            let health = try await oneshot.run("curl", ["-sf", "http://127.0.0.1:\(recorder.port)/health"])
            #expect(health.text.contains("\"status\":\"ok\""))

            let again = try await oneshot("up")
            #expect(again.succeeded && again.text.contains("already recording"))
            #expect(try oneshot.recorder().process.pid == recorder.process.pid)
            let other = try await oneshot("up", "--intercept", "other.test")
            #expect(other.exit == .code(3) && other.errorText.contains("oneshot down"))

            let stopped = try await oneshot("down")
            #expect(stopped.succeeded && stopped.text.contains("\(recorder.process.pid)"))
            #expect(ProcessIdentity(pid: recorder.process.pid) == nil)
            let nothing = try await oneshot("down")
            #expect(nothing.succeeded && nothing.text == "no recorder runs here\n")
        }
    }

    @Test("two that are started at once are one")
    func race() async throws {
        try await withBench { oneshot in
            async let first = oneshot("up", "--port", "0")
            async let second = oneshot("up", "--port", "0")
            let texts = try await [first, second].map(\.text).sorted()
            #expect(texts.map { $0.hasPrefix("already") } == [true, false])
        }
    }

    @Test("each workspace has its own; a port that is taken is not fought for")
    func ports() async throws {
        try await withBench { oneshot in
            let other = try oneshot.makeWorkspace("other")
            #expect(try await oneshot("up", "--port", "0").succeeded)
            let port = try oneshot.recorder().port
            let pid = try oneshot.recorder().process.pid

            let refused = try await oneshot("up", "--port", "\(port)", in: other)
            #expect(refused.exit == .code(3))
            #expect(refused.errorText.split(separator: "\n").count == 1)
            #expect(refused.errorText.contains("port \(port)") && refused.errorText.contains("\(pid)"))

            #expect(try await oneshot("up", "--port", "0", in: other).succeeded)
            #expect(try oneshot.recorder(of: other).port != port)
            #expect(try await oneshot("down", in: other).succeeded)
            #expect(try oneshot.recorder().process.pid == pid)
            #expect(ProcessIdentity(pid: pid) != nil)
        }
    }

    @Test("status tells of the recorder, of what it has recorded, and of none")
    func status() async throws {
        struct Status: Decodable {
            struct Running: Decodable {
                var pid: Int32
                var port: Int
            }
            var recorder: Running?
            var sessions: Int
            var exchanges: [String: Int]
        }
        @Sendable func decode(_ result: CommandResult) throws -> Status {
            try JSONDecoder().decode(Status.self, from: result.standardOutput)
        }
        try await withBench { oneshot in
            let before = try decode(await oneshot("status", "--json"))
            #expect(before.recorder == nil && before.exchanges.isEmpty)
            try await withEndlessOrigin(oneshot) { origin in
                _ = try await oneshot("up", "--port", "0", "--upstream", "plain.test=http://127.0.0.1:\(origin)")
                let answer = try await oneshot("trace", "--", "curl", "-s", "https://plain.test/whole")
                #expect(answer.text == "whole", "\(answer.errorText)")
            }
            let status = try decode(await oneshot("status", "--json"))
            #expect(status.recorder?.port == (try oneshot.recorder().port))
            #expect(status.sessions == 1)
            #expect(status.exchanges == ["complete": 1])
            #expect(try await oneshot("status").text.contains("1 complete"))
            #expect(try await oneshot("logs", "proxy").text.contains("GET https://plain.test/whole 200 complete"))
        }
    }

    @Test("killed in mid stream: what was complete is kept, what was cut is marked, and it starts again")
    func killed() async throws {
        try await withBench { oneshot in
            try await withEndlessOrigin(oneshot) { origin in
                let up = ["up", "--port", "0", "--upstream", "plain.test=http://127.0.0.1:\(origin)"]
                #expect(try await oneshot.run(oneshot.oneshot.path, up).succeeded)
                _ = try await oneshot("trace", "--", "curl", "-s", "https://plain.test/whole")

                async let cut = oneshot("trace", "--run-id", "cut", "--", "curl", "-sN", "https://plain.test/stream")
                let isUnderWay = try await eventually {
                    try await oneshot.rows(
                        "SELECT 1 FROM traces WHERE session_id = 'cut' AND state = 'in_flight' AND response_json LIKE '%data: 5%'"
                    ).count == 1
                }
                #expect(isUnderWay)
                kill(try oneshot.recorder().process.pid, SIGKILL)
                #expect(try await cut.errorText.contains("has ended"))

                #expect(try await oneshot("status").text.contains("none runs"))
                #expect(try await oneshot.run(oneshot.oneshot.path, up).succeeded)
                let states = try await oneshot.rows("SELECT state, cut_by FROM traces ORDER BY id")
                #expect(states == ["complete|", "cut|recorder"])
            }
        }
    }

    @Test("a recorder that cannot start says why")
    func broken() async throws {
        try await withBench { oneshot in
            let authority = oneshot.home.appendingPathComponent(".oneshot/ca")
            try FileManager.default.createDirectory(at: authority, withIntermediateDirectories: true)
            try "no key".write(
                to: authority.appendingPathComponent("oneshot-ca.pem"),
                atomically: true,
                encoding: .utf8
            )
            let result = try await oneshot("up", "--port", "0")
            #expect(result.exit == .code(3))
            #expect(result.errorText.contains("certificate authority"), "\(result.errorText)")
            #expect(result.errorText.split(separator: "\n").count == 1)
        }
    }

    @Test("doctor passes with a recorder, and without one names the command that starts it")
    func doctor() async throws {
        struct Check: Decodable {
            var name: String
            var verdict: String
            var remedy: String?
        }
        @Sendable func checks(_ result: CommandResult) throws -> [String: Check] {
            let list = try JSONDecoder().decode([Check].self, from: result.standardOutput)
            return Dictionary(uniqueKeysWithValues: list.map { ($0.name, $0) })
        }
        try await withBench { oneshot in
            let without = try await oneshot("doctor", "--json")
            #expect(without.exit == .code(1))
            #expect(try checks(without)["recorder"]?.remedy == "oneshot up")

            _ = try await oneshot("up", "--port", "0")
            let with = try await oneshot("doctor", "--json")
            #expect(with.succeeded)
            let found = try checks(with)
            for name in ["recorder", "plain HTTP", "HTTPS interception", "trace databases", "certificate authority"] {
                #expect(found[name]?.verdict == "passed", "\(name)")
            }
            #expect(try await oneshot("doctor").text.contains("✅ HTTPS interception"))
        }
    }
}
