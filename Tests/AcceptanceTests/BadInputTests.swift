import Foundation
import OneShotProcess
import OneShotTesting
import Testing

/// A mistake that a person makes, and what the program must say to it.
struct Mistake: Sendable, CustomTestStringConvertible {
    var name: String
    /// Shell words that set the scene, run in an empty workspace.
    var scene = "true"
    var command: String
    /// What the one line must contain.
    var says: [String]
    var code: Int32

    var testDescription: String { name }
}

@Suite("Bad input gets one clear line", .timeLimit(.minutes(3)))
struct BadInputTests {
    private static let repository = """
        git init -q repo; cd repo; git -c user.name=a -c user.email=a@b commit -q --allow-empty -m start; \
        mkdir -p ../data
        """

    static let mistakes = [
        Mistake(
            name: "no git repository",
            command: "task start 'A title'",
            says: ["not inside a git repository"],
            code: 2
        ),
        Mistake(
            name: "end without start",
            scene: repository,
            command: "task end",
            says: ["no task is open", "task start"],
            code: 3
        ),
        Mistake(
            name: "a second start in the same repository",
            scene: repository + "; oneshot task start One",
            command: "task start Two",
            says: ["is open", "task end", "task abort"],
            code: 3
        ),
        Mistake(
            name: "a task of commits that are not there",
            scene: repository,
            command: "task from-commits v1..v2",
            says: ["'v1' is no commit", "git log"],
            code: 2
        ),
        Mistake(
            name: "a task of an issue without its commits",
            scene: repository + "; echo '{\"number\": 1, \"title\": \"t\"}' > issue.json",
            command: "task from-github me/app#1 --from issue.json",
            says: ["--commits A..B", "--pull N"],
            code: 2
        ),
        Mistake(
            name: "a task of a session that nobody recorded",
            scene: repository,
            command: "task from-session none",
            says: ["oneshot up"],
            code: 3
        ),
        Mistake(
            name: "prepare of nothing",
            command: "prepare data/tasks/created/none",
            says: ["created/none"],
            code: 2
        ),
        Mistake(name: "run of nothing", command: "run data/tasks/prepared/none", says: ["prepared/none"], code: 2),
        Mistake(name: "validate of nothing", command: "validate none", says: ["none"], code: 2),
        Mistake(name: "push of nothing", command: "push none owner/name", says: ["none"], code: 2),
        Mistake(name: "score of nothing", command: "score none", says: ["none"], code: 2),
        Mistake(name: "a session that is not there", command: "sessions show none", says: ["oneshot up"], code: 3),
        Mistake(
            name: "broken metadata",
            scene: "mkdir -p t/overlay_files; touch t/overlay_files/{diff.patch,LM_INSTRUCTIONS.md,repo_info.json};"
                + " echo '{\"schema_version\": 1, \"task_id\": 7}' > t/tb_meta.json",
            command: "prepare t",
            says: ["t/tb_meta.json", "task_id", "string"],
            code: 2
        ),
        Mistake(name: "an unknown command", command: "tsak", says: ["tsak"], code: 2),
        Mistake(name: "an unknown option", command: "up --prot 1", says: ["--prot"], code: 2),
        Mistake(name: "a limit that is no limit", command: "run t --timeout -5", says: ["--timeout"], code: 2),
        Mistake(
            name: "a workspace that is not there",
            command: "status --workspace /nowhere",
            says: ["/nowhere"],
            code: 2
        ),
        Mistake(
            name: "a broken script",
            scene: "echo '{' > s.json",
            command: "model serve s.json",
            says: ["s.json", "line"],
            code: 2
        ),
    ]

    @Test("one line that names the mistake, and an exit code that is not 0", arguments: mistakes)
    func oneLine(mistake: Mistake) async throws {
        let program = try #require(Tool.oneshot)
        try await withTemporaryDirectory { directory in
            let script = """
                set -e; PATH="\(program.deletingLastPathComponent().path):$PATH"
                { \(mistake.scene); } >/dev/null 2>&1
                exec oneshot \(mistake.command)
                """
            let result = try await Command("bash", ["-c", script], directory: directory, timeout: .seconds(60)).run()
            #expect(result.exit == .code(mistake.code), "\(result.errorText)")
            let complaint = result.errorText.split(separator: "\n").first ?? ""
            for words in mistake.says { #expect(complaint.contains(words), "\(result.errorText)") }
            #expect(!result.errorText.contains("Fatal error"))
            #expect(result.text.isEmpty)
        }
    }

    @Test("a taken port is named with its holder, who is left alone")
    func takenPort() async throws {
        let program = try #require(Tool.oneshot)
        try await withTemporaryDirectory { directory in
            let script = """
                python3 -c 'import socket,time
                s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1], flush=True); time.sleep(50)' > port &
                holder=$!
                until [ -s port ]; do sleep 0.05; done
                "$1" up --workspace . --port "$(cat port)"; code=$?
                kill -0 $holder && echo alive
                kill $holder
                exit $code
                """.replacing("\n                s = ", with: "\ns = ")
            let result = try await Command(
                "bash",
                ["-c", script, "bash", program.path],
                directory: directory,
                timeout: .seconds(60)
            ).run()
            #expect(result.exit == .code(3), "\(result.errorText)")
            #expect(result.text.contains("alive"))
            #expect(result.errorText.contains("python3"), "\(result.errorText)")
        }
    }

    @Test(
        "a full disk is named, and the task stays open",
        .enabled(if: geteuid() == 0, "mounting a small file system needs root")
    )
    func fullDisk() async throws {
        let program = try #require(Tool.oneshot)
        try await withTemporaryDirectory { directory in
            let script = """
                set -e
                mount -t tmpfs -o size=2m small .; cd "$PWD"; mkdir data ../repo; cd ../repo
                git init -q .; head -c 100000 /dev/urandom > file
                "$1" task start Title --workspace ../small >/dev/null
                head -c 4000000 /dev/urandom > file
                code=0; "$1" task end --workspace ../small || code=$?
                ls ../small/data/tasks/created 2>/dev/null | grep -v '^\\.' || true
                "$1" task status --workspace ../small >&2
                exit $code
                """
            try FileManager.default.createDirectory(
                at: directory.appendingPathComponent("small"),
                withIntermediateDirectories: true
            )
            let result = try await Command(
                "unshare",
                ["-m", "bash", "-c", script, "bash", program.path],
                directory: directory.appendingPathComponent("small"),
                timeout: .seconds(60)
            ).run()
            #expect(result.exit == .code(3), "\(result.errorText)")
            #expect(result.text.isEmpty, "half a task was left: \(result.text)")
            #expect(result.errorText.contains("No space left on device"), "\(result.errorText)")
            #expect(result.errorText.contains("Title"), "the task is still open: \(result.errorText)")
        }
    }
}
