import Foundation
import OneShotProcess
import OneShotTesting
import Testing

/// Something in the place of a workspace's database.
struct BadDatabase: Sendable, CustomTestStringConvertible {
    var name: String
    /// Shell words that put it at `$file`, which is the workspace's cleaned or raw database.
    var scene: String
    var says: String

    var testDescription: String { name }
}

@Suite(
    "Bad files of sessions get one clear line and stay as they are",
    .enabled(if: Tool.isAvailable("sqlite3"), "needs the sqlite3 shell"),
    .timeLimit(.minutes(5))
)
struct BadSessionFilesTests {
    static let databases = [
        BadDatabase(name: "a directory", scene: "mkdir \"$file\"", says: "directory"),
        BadDatabase(name: "an empty file", scene: ": > \"$file\"", says: "is empty"),
        BadDatabase(name: "a text", scene: "echo 'a diary of mine' > \"$file\"", says: "not a SQLite database"),
        BadDatabase(
            name: "a database of another program",
            scene: "sqlite3 \"$file\" 'CREATE TABLE songs (title)'",
            says: "another program"
        ),
        BadDatabase(
            name: "one in WAL mode",
            scene: "sqlite3 \"$file\" 'PRAGMA journal_mode = WAL; CREATE TABLE songs (title)' > /dev/null",
            says: "another program"
        ),
        BadDatabase(
            name: "a damaged one",
            scene: """
                oneshot sessions import rollout-a.jsonl > /dev/null; sqlite3 "$clean" 'PRAGMA journal_mode = DELETE' > /dev/null; \
                if [ "$file" != "$clean" ]; then mv "$clean" "$file"; fi; \
                python3 -c 'import sys; f = open(sys.argv[1], "r+b"); f.seek(100); f.write(b"\\xff" * 60000)' "$file"
                """,
            says: "cannot be used"
        ),
        BadDatabase(
            name: "one of a newer oneshot",
            scene: """
                oneshot sessions import rollout-a.jsonl > /dev/null; \
                sqlite3 "$clean" "PRAGMA journal_mode = DELETE; INSERT INTO grdb_migrations VALUES ('99: later')" > /dev/null; \
                if [ "$file" != "$clean" ]; then mv "$clean" "$file"; fi
                """,
            says: "cannot be used"
        ),
    ]

    private static let commands = [
        "sessions list", "sessions show abc", "sessions tail abc", "sessions tail --once", "sessions search word",
        "sessions export abc", "sessions scan abc", "sessions import rollout-a.jsonl", "sessions prune --older-than 1d",
        "monitor --once",
    ]

    @Test("in the place of the cleaned sessions", arguments: databases)
    func clean(database: BadDatabase) async throws {
        try await expectRefusals(database, "clean_synth_ai.db", of: Self.commands)
    }

    @Test("in the place of the raw database", arguments: databases)
    func raw(database: BadDatabase) async throws {
        try await expectRefusals(database, "raw_synth_ai.db", of: ["sessions show abc", "sessions har abc"])
    }

    private func expectRefusals(_ database: BadDatabase, _ name: String, of commands: [String]) async throws {
        let program = try #require(Tool.oneshot)
        try await withTemporaryDirectory { directory in
            try rollout.write(
                to: directory.appendingPathComponent("rollout-a.jsonl"),
                atomically: true,
                encoding: .utf8
            )
            let script = """
                PATH="\(program.deletingLastPathComponent().path):$PATH"
                traces=$PWD/data/traces/v3; clean=$traces/clean_synth_ai.db/traces.sqlite3; file=$traces/\(name)/traces.sqlite3
                mkdir -p "$(dirname "$file")" "$(dirname "$clean")"
                \(database.scene)
                state() { ls -A "$(dirname "$file")"; [ -d "$file" ] || sha256sum < "$file"; }
                before=$(state)
                \(commands.map { "echo '== \($0)'; timeout 20 oneshot \($0) 2>&1; echo \"code $?\"" }.joined(separator: "\n"))
                [ "$(state)" = "$before" ] || { echo changed; state; }
                """
            let result = try await Command("bash", ["-c", script], directory: directory, timeout: .seconds(100)).run()
            #expect(!result.text.contains("changed"), "\(result.text)")
            let parts = result.text.split(separator: "== ").map { $0.split(separator: "\n") }
            #expect(parts.count == commands.count, "\(result.text) \(result.errorText)")
            for lines in parts {
                #expect(lines.count == 3, "one line, not: \(lines)")
                #expect(lines.dropFirst().first?.contains(database.says) == true, "\(lines)")
                #expect(lines.last == "code 3" || lines.last == "code 2", "\(lines)")
            }
        }
    }

    private let rollout = """
        {"timestamp":"2026-11-22T15:16:36.349Z","type":"session_meta","payload":{"id":"abc","cwd":"/src"}}
        {"timestamp":"2026-11-22T15:16:37.349Z","type":"response_item","payload":{"type":"message","role":"user",\
        "content":[{"type":"input_text","text":"hello"}]}}
        {"timestamp":"2026-11-22T15:16:38.349Z","type":"response_item","payload":{"type":"message","role":"assistant",\
        "content":[{"type":"output_text","text":"word"}]}}

        """

    @Test("half a rollout is imported up to its last whole line; what is none is refused with its line")
    func rollouts() async throws {
        let program = try #require(Tool.oneshot)
        try await withTemporaryDirectory { directory in
            func write(_ text: String, _ name: String) throws {
                try text.write(to: directory.appendingPathComponent(name), atomically: true, encoding: .utf8)
            }
            try write(rollout + "{\"timestamp\": \"2026-11-22T15:1", "rollout-a.jsonl")
            try write(rollout.replacing("abc", with: "xyz") + "not JSON\n" + rollout, "rollout-b.jsonl")
            try write("a diary\n", "rollout-c.jsonl")
            try FileManager.default.createDirectory(
                at: directory.appendingPathComponent("data"),
                withIntermediateDirectories: false
            )
            func oneshot(_ words: String...) async throws -> CommandResult {
                try await Command(program.path, words, directory: directory, timeout: .seconds(60)).run()
            }
            for (file, says) in [
                ("rollout-b.jsonl", "rollout-b.jsonl: line 4: it is no JSON object"),
                ("rollout-c.jsonl", "rollout-c.jsonl: line 1: it is no JSON object"),
                ("data", "no rollout of Codex"), ("none.jsonl", "it is not there"),
            ] {
                let result = try await oneshot("sessions", "import", file)
                #expect(result.exit == .code(2), "\(file)")
                #expect(result.errorText.contains(says), "\(result.errorText)")
                #expect(result.errorText.split(separator: "\n").count == 1, "\(result.errorText)")
            }
            #expect(!FileManager.default.fileExists(atPath: directory.appendingPathComponent("data/traces").path))
            let bytes = try Data(contentsOf: directory.appendingPathComponent("rollout-a.jsonl"))
            let half = try await oneshot("sessions", "import", "rollout-a.jsonl")
            #expect(half.succeeded && half.text == "new  abc  1 turn\n", "\(half.text)")
            #expect(half.errorText.contains("half written"), "\(half.errorText)")
            #expect(try Data(contentsOf: directory.appendingPathComponent("rollout-a.jsonl")) == bytes)
            // One that is refused does not keep the others out.
            let all = try await oneshot("sessions", "import", ".")
            #expect(all.exit == .code(2))
            #expect(all.errorText.contains("rollout-b.jsonl: line 4"))
            for command in ["show", "tail", "har"] {
                let result = try await oneshot("sessions", command, "nobody")
                #expect(result.exit == .code(2) || result.exit == .code(3), "\(command)")
                #expect(result.errorText.split(separator: "\n").count == 1, "\(result.errorText)")
            }
            let found = try await oneshot("sessions", "search", "word", "--session", "ab")
            #expect(found.text == "abc  turn 1  assistant: **word**\n", "\(found.text)")
            let strange = try await oneshot("sessions", "search", "AND (\"' OR NEAR")
            #expect(strange.exit == .code(1) && strange.text.isEmpty, "\(strange.errorText)")
            let nothing = try await oneshot("sessions", "search", "***")
            #expect(nothing.exit == .code(2))
            let tail = try await oneshot("sessions", "tail", "--once", "--json")
            #expect(tail.text.split(separator: "\n").count == 1 && tail.text.contains("\"output\":\"word\""))
        }
    }
}
