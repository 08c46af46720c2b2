import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite(
    "Integration: secrets in recorded sessions",
    .enabled(if: Tool.isAvailable(Tool.oneshot) && Tool.isAvailable("curl"), "needs the built oneshot and curl"),
    .serialized,
    .timeLimit(.minutes(3))
)
struct SessionSecretsTests {
    /// No rule knows it: it is found because the recorder saw it as a key.
    private let key = "correct-horse-" + "battery-staple"
    private let token = "ghp" + "_" + "aK7q2Z9tR4mX" + "8sW1vB6nY3cD" + "5fG0hJ2kL9pQ"

    /// Records a session in which somebody says both, after a session in which the key was used.
    private func withSessions(_ body: @Sendable (Bench) async throws -> Void) async throws {
        try await withBench { oneshot in
            try await withPracticeModel(
                #"{"schema_version": 1, "conversations": [{"steps": [{"say": "noted"}, {"say": "noted"}]}]}"#,
                oneshot
            ) {
                upstream in
                func ask(_ text: String, key: String, run: String) async throws {
                    let body = "{\"model\":\"gpt-6.1-sol\",\"input\":\"\(text)\"}"
                    let result = try await oneshot(
                        "trace",
                        "--run-id",
                        run,
                        "--upstream",
                        upstream,
                        "--",
                        "curl",
                        "-sS",
                        "-f",
                        "-H",
                        "Authorization: Bearer \(key)",
                        "-H",
                        "Content-Type: application/json",
                        "-d",
                        body,
                        "https://api.openai.com/v1/responses"
                    )
                    #expect(result.exit == .code(0), "\(result.errorText)")
                }
                try await ask("hello", key: key, run: "one")
                try await ask("my key is \(key), push with \(token)", key: "another-key-0123", run: "two")
                try await body(oneshot)
            }
        }
    }

    @Test("are found, are in no export, and stay where a person allows them")
    func review() async throws {
        try await withSessions { oneshot in
            let scan = try await oneshot("sessions", "scan", "two")
            #expect(scan.exit == .code(1))
            #expect(scan.text.contains("known-secret, 1 place\n") && scan.text.contains("github-token, 1 place\n"))
            #expect(!scan.text.contains(key) && !scan.text.contains(token))
            for format in ["atif", "codex", "otel", "markdown", "html", "har"] {
                let export = try await oneshot("sessions", "export", "two", "--format", format)
                #expect(export.exit == .code(0), "\(format): \(export.errorText)")
                #expect(!export.text.contains(key) && !export.text.contains(token), "\(format)")
                #expect(export.text.contains("[REDACTED:known-secret:1]"), "\(format)")
            }
            let id = try #require(scan.text.firstMatch(of: /([0-9a-f]{12})  github-token/)).1
            let allow = try await oneshot("sessions", "review", "two", "--allow", String(id), "--reason", "revoked")
            #expect(allow.exit == .code(0), "\(allow.errorText)")
            let redacted = try await oneshot("sessions", "redact", "two", "--manifest", "manifest.json")
            #expect(redacted.text.contains(token) && !redacted.text.contains(key))
            let manifest = try String(
                contentsOf: oneshot.workspace.appendingPathComponent("manifest.json"),
                encoding: .utf8
            )
            #expect(manifest.contains("known-secret") && !manifest.contains("github-token"))
            let listed = try await oneshot("sessions", "review", "two")
            #expect(listed.text.contains("(allowed: revoked)"))
        }
    }

    @Test("rules of a person's own are heeded, and a bad file is one line with the rule and the key")
    func ownRules() async throws {
        try await withSessions { oneshot in
            let rules = oneshot.workspace.appendingPathComponent("rules.toml")
            try "[[rules]]\nid = \"greeting\"\nregex = '''noted'''\nkeywords = [\"noted\"]\n"
                .write(to: rules, atomically: true, encoding: .utf8)
            let scan = try await oneshot("sessions", "scan", "one", "--rules", "rules.toml")
            #expect(scan.exit == .code(1) && scan.text.contains("greeting, 1 place"), "\(scan.errorText)")
            try "[[rules]]\nid = \"greeting\"\nregex = '''noted('''\n"
                .write(to: rules, atomically: true, encoding: .utf8)
            let bad = try await oneshot("sessions", "export", "one", "--rules", "rules.toml", "-o", "x.md")
            #expect(bad.exit == .code(2))
            #expect(bad.errorText.contains("rules.toml") && bad.errorText.contains("greeting"))
            #expect(bad.errorText.split(separator: "\n").count == 1)
            #expect(!FileManager.default.fileExists(atPath: oneshot.workspace.appendingPathComponent("x.md").path))
        }
    }
}
