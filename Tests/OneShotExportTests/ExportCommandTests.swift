import Foundation
import OneShotCore
import OneShotProcess
import OneShotSessions
import OneShotStore
import OneShotTesting
import Testing

@testable import OneShotExport

@Suite("oneshot sessions export", .timeLimit(.minutes(4)))
struct ExportCommandTests {
    /// Of the form of a key of GitHub's, and no key: made anew each time.
    private static let secret = {
        var random = SplitMix(state: 7)
        let letters = Array("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789")
        return ["ghp", String((0..<36).map { _ in letters[Int(random.next() % UInt64(letters.count))] })]
            .joined(separator: "_")
    }()

    /// Runs `oneshot sessions WORDS` where two sessions were recorded, in one of which there is a secret.
    private func run(_ words: String..., body: (CommandResult, URL) async throws -> Void) async throws {
        let program = try #require(Tool.oneshot)
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory)
            let upload = "the key is \(Self.secret)"
            let answer = RecordedExchange.stream(RecordedExchange.answer("resp_1", "I keep \(Self.secret) to myself"))
            _ = try await RawStore.openForWriting(workspace.rawDatabase).save([
                RecordedExchange.http(id: 1, request: RecordedExchange.request(upload), answer: answer).new,
                RecordedExchange.http(
                    id: 2,
                    session: "run-2",
                    request: RecordedExchange.request("hello"),
                    answer: answer
                )
                .new,
            ])
            try await Cleaner(raw: workspace.rawDatabase, clean: workspace.cleanDatabase).poll()
            try FileManager.default.createDirectory(
                at: directory.appendingPathComponent("out"),
                withIntermediateDirectories: true
            )
            let result = try await Command(
                program.path,
                ["sessions"] + words,
                directory: directory,
                timeout: .seconds(60)
            ).run()
            try await body(result, directory)
        }
    }

    @Test(
        "every format goes without the secret, and says at the end what was replaced",
        arguments: ["atif", "codex", "otel", "markdown", "html", "har"]
    )
    func redacted(format: String) async throws {
        try await run("export", "run-1", "--format", format) { result, _ in
            #expect(result.succeeded, "\(result.errorText)")
            #expect(!result.text.contains(Self.secret))
            #expect(result.text.contains("the key is [REDACTED:"), "\(result.text.prefix(400))")
            let told = result.errorText.contains(/redacted in run-1: 1 .* in \d+ places \(github-/)
            #expect(told, "\(result.errorText)")
        }
    }

    @Test("all sessions go into a directory, and --json tells of each file")
    func all() async throws {
        try await run("export", "--all", "--format", "html", "-o", "out", "--json") { result, directory in
            #expect(result.succeeded, "\(result.errorText)")
            let files = try FileManager.default.contentsOfDirectory(atPath: directory.path + "/out").sorted()
            #expect(files == ["run-1.html", "run-2.html"])
            let manifest = try JSON(parsing: result.text)
            #expect(manifest["format"] == "html")
            #expect(
                Set((manifest["files"]?.elements ?? []).compactMap { $0["session_id"]?.string }) == ["run-1", "run-2"]
            )
            #expect(manifest["files"]?[0]?["redactions"]?["rules"]?.members.isEmpty == false)
        }
    }

    @Test("the shorthand for HAR writes the same as the export")
    func shorthand() async throws {
        try await run("har", "run-1", "-o", "a.har") { result, directory in
            #expect(result.succeeded, "\(result.errorText)")
            let long = try await Command(
                try #require(Tool.oneshot).path,
                ["sessions", "export", "run-1", "--format", "har", "-o", "out"],
                directory: directory
            ).run()
            #expect(long.succeeded, "\(long.errorText)")
            let one = try Data(contentsOf: directory.appendingPathComponent("a.har"))
            #expect(try Data(contentsOf: directory.appendingPathComponent("out/run-1.har")) == one)
        }
    }

    @Test(
        "a mistake gets one line, and nothing is written",
        arguments: [
            (["export", "none"], "no session none", 2),
            (["export", "run-"], "run- may be", 2),
            (["export", "run-1", "--format", "pdf"], "pdf", 2),
            (["export", "run-1", "-o", "nowhere/x.md"], "there is no directory", 2),
            (["export", "run-1", "run-2", "-o", "a.md"], "there is no directory a.md", 2),
            (["export", "run-1", "-o", "/proc/x.md"], "cannot write /proc/x.md", 3),
            (["export"], "name sessions, or --all", 2),
            (["export", "--all"], "name a directory", 2),
            (["export", "run-1", "--json"], "name a file with --out", 2),
            (["har", "none", "-o", "out"], "no session none", 2),
        ]
    )
    func mistakes(words: [String], complaint: String, code: Int32) async throws {
        let program = try #require(Tool.oneshot)
        try await run("list", "--quiet") { _, directory in
            let result = try await Command(
                program.path,
                ["sessions"] + words,
                directory: directory,
                timeout: .seconds(60)
            )
            .run()
            #expect(result.exit == .code(code), "\(result.errorText)")
            let first = result.errorText.split(separator: "\n").first ?? ""
            #expect(first.contains(complaint), "\(result.errorText)")
            #expect(result.text.isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path + "/out").isEmpty)
        }
    }
}

extension Exchange {
    fileprivate var new: Exchange {
        var new = self
        new.id = nil
        return new
    }
}

extension RecordedExchange {
    fileprivate static func request(_ text: String) -> JSON {
        [
            "model": "gpt-5.5", "stream": true,
            "input": [
                ["type": "message", "role": "user", "content": [["type": "input_text", "text": .string(text)]]]
            ],
        ]
    }

    fileprivate static func stream(_ events: [JSON]) -> String {
        let text = events.map { "event: \($0["type"]?.string ?? "")\ndata: \($0.compactText)\n\n" }.joined()
        return (["_raw": .string(text)] as JSON).compactText
    }

    fileprivate static func answer(_ id: String, _ text: String) -> [JSON] {
        let item: JSON = [
            "type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
            "content": [["type": "output_text", "text": .string(text), "annotations": []]],
        ]
        return [
            ["type": "response.output_item.done", "output_index": 0, "item": item],
            [
                "type": "response.completed",
                "response": ["id": .string(id), "model": "gpt-5.5", "status": "completed", "output": []],
            ],
        ]
    }
}
