import Foundation
import OneShotCore
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotTrials

@Suite(
    "Integration: a trial",
    .enabled(if: !TestEngine.available.isEmpty, "no engine: bubblewrap is not installed"),
    .timeLimit(.minutes(5))
)
struct TrialIntegrationTests {
    @Test("of the solution scores 1, with all that a reader needs", arguments: TestEngine.available)
    func oracle(engine: TestEngine) async throws {
        try await TrialHarness.with(engine) { harness in
            let (results, directory) = try await harness.run(.oracle)
            #expect(results.failure == nil)
            #expect(results.outcome == .scored)
            #expect(results.score == 1)
            // The judge's criterion has nobody to grade it: out of the denominator, and said so.
            #expect(results.coverage == 0.8)
            #expect(results.criteria.map(\.value) == [1, 1, nil])
            #expect(results.tests.map(\.status) == [.passed, .passed])
            #expect(results.diff.files.sorted() == ["README.md", "calc.py"])
            #expect(results.phases.map(\.name) == TrialPhase.allCases)
            #expect(results.limit == nil)
            #expect(results.exitCode == 0)
            #expect(results.task == "data/tasks/prepared/calc")
            #expect(try ResultsFile.read(directory) == results)
            #expect(try ResultsFile.report(directory).contains("**Score 1.0**, from 80 % of the rubric's weight."))
            let names = try FileManager.default.contentsOfDirectory(atPath: directory.url.path)
            #expect(
                names.sorted()
                    == [".lock", "artifacts", "attempt-1", "logs", "results.json", "scoring_results.md", "trial.json"]
            )
            #expect(try ResultsFile.read(at: directory.attempt(1).results).score == 1)
        }
    }

    @Test("of an agent that does nothing scores 0", arguments: TestEngine.available)
    func nop(engine: TestEngine) async throws {
        try await TrialHarness.with(engine) { harness in
            let (results, directory) = try await harness.run(.nop)
            #expect(results.score == 0)
            #expect(results.tests.map(\.status) == [.failed, .failed])
            #expect(try harness.diff(directory) == "")
        }
    }

    @Test("shows the agent one commit, the instructions, and no answer", arguments: TestEngine.available)
    func view(engine: TestEngine) async throws {
        try await TrialHarness.with(engine) { harness in
            let (_, directory) = try await harness.run(
                .command(
                    """
                    echo "commits $(git log --all --oneline | wc -l)"; echo "remotes $(git remote | wc -l)"
                    echo "status $(git status --porcelain | wc -l)"; cat NOTES.txt; ls -A /task
                    find / \\( -name diff.patch -o -name 'test_skeleton*' -o -name 'rubric*' -o -name 'test_calc*' \\
                        -o -name tb_meta.json -o -name repo_tests -o -name '*.bundle' \\) -not -path '/proc/*' \\
                        -not -path '/usr/*' 2>/dev/null | sed 's/^/found /'
                    grep -rl '\(harness.workspace.root.path)' /workspace /task /opt/agent 2>/dev/null | sed 's/^/host /'
                    env | grep -i -E 'key|token|secret' | sed 's/^/env /'
                    echo end
                    """
                )
            )
            let log = try harness.log(directory)
            #expect(log.contains("commits 1\nremotes 0\nstatus 0\nlaid over\nLM_INSTRUCTIONS.md\nend\n"))
        }
    }

    @Test("stops an agent at its time limit and scores what it left", arguments: TestEngine.available)
    func timeLimit(engine: TestEngine) async throws {
        try await TrialHarness.with(engine) { harness in
            let (results, directory) = try await harness.run(
                .command("echo '## Usage' >>README.md; sleep 300; echo late >late.txt"),
                seconds: 2
            )
            #expect(results.limit == .time)
            #expect(results.outcome == .scored)
            #expect(results.exitCode == 124)
            #expect(results.score == 0.25)
            #expect(try harness.diff(directory).contains("+## Usage"))
            #expect(try ResultsFile.report(directory).contains("stopped at its time limit, 2 s"))
            // It has ended because it was killed: what would have come after is not there.
            #expect(results.diff.files == ["README.md"])
            let seconds = try #require(results.phases.first { $0.name == .agent }).seconds
            #expect((2..<300).contains(seconds))
        }
    }

    @Test("does not count what an agent's background process writes later", arguments: TestEngine.available)
    func lateWriter(engine: TestEngine) async throws {
        try await TrialHarness.with(engine) { harness in
            let late = "(sleep 2; while true; do echo '## Usage' >>README.md; sleep 0.1; done)"
            let (results, directory) = try await harness.run(
                .command("setsid sh -c '\(late.replacing("'", with: "'\\''"))' >/dev/null 2>&1 & echo started")
            )
            #expect(try harness.log(directory).contains("started"))
            #expect(results.outcome == .scored)
            #expect(results.score == 0)
            #expect(try harness.diff(directory) == "")
        }
    }

    @Test("takes the diff without the agent's git: hooks, filters and monitors do nothing here")
    func tamperedGit() async throws {
        try await TrialHarness.with(.local) { harness in
            let mark = harness.workspace.root.appendingPathComponent("owned")
            let (results, directory) = try await harness.run(
                .command(
                    """
                    printf '#!/bin/sh\\ntouch \(mark.path)\\n' >/tmp/x; chmod +x /tmp/x
                    mkdir -p .git/hooks; cp /tmp/x .git/hooks/pre-commit; cp /tmp/x .git/hooks/post-index-change
                    git config core.fsmonitor 'touch \(mark.path)'; git config filter.e.clean 'touch \(mark.path); cat'
                    git config diff.e.textconv 'touch \(mark.path); cat'; git config core.worktree /
                    echo '* filter=e diff=e' >.gitattributes
                    git update-index --assume-unchanged README.md calc.py
                    printf 'def add(a, b):\\n    return a + b\\n' >calc.py; echo '## Usage' >>README.md
                    mkdir nested; (cd nested; git init -q; echo new >file.txt)
                    printf 'a\\000b' >binary.bin; ln -s /etc/passwd link; mkfifo pipe; mkdir ignored; echo x >ignored/x
                    rm -rf .git/objects; echo 'gitdir: /nowhere' >.git/HEAD
                    """
                )
            )
            #expect(results.outcome == .scored)
            #expect(results.score == 1)
            #expect(!FileManager.default.fileExists(atPath: mark.path))
            #expect(
                results.diff.files.sorted() == [
                    ".gitattributes", "README.md", "binary.bin", "calc.py", "link", "nested/file.txt",
                ]
            )
            #expect(try !harness.diff(directory).contains("root:"))
        }
    }

    @Test("gives 0 to code that attacks the tests' report", arguments: TestEngine.available)
    func forgery(engine: TestEngine) async throws {
        // The code under test runs as a child of the tests; it writes forged results to everything that it can open.
        let attack = """
            import glob, json, os
            words = []
            for name in glob.glob("/channel/*") + glob.glob("/proc/*/environ") + glob.glob("/proc/*/cmdline"):
                try: words += open(name, errors="replace").read().replace(chr(0), " ").split()
                except OSError: pass
            report = json.dumps({"tests": [{"name": n, "status": "passed"} for n in ("test_adds", "test_usage")]})
            events = "".join(json.dumps({"event": "end", "test": n, "status": "passed", "message": ""}) + chr(10)
                             for n in ("test_adds", "test_usage")) + json.dumps({"event": "done"}) + chr(10)
            text = chr(10) + "".join(w + " " + report + chr(10) for w in set(words)) + events
            for path in glob.glob("/proc/*/fd/*"):
                try:
                    fd = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
                    os.write(fd, text.encode())
                except OSError: pass
            def add(a, b): return a - b
            """
        try await TrialHarness.with(engine) { harness in
            let (results, _) = try await harness.run(
                .command(
                    "cat >calc.py <<'END'\n\(attack)\nEND\nmkdir -p tests; echo 'raise SystemExit(0)' >sitecustomize.py"
                )
            )
            #expect(results.outcome == .scored)
            #expect(results.score == 0)
            #expect(results.tests.map(\.status) == [.failed, .failed])
        }
    }

    @Test("gives no score when something else than the agent fails", arguments: TestEngine.available)
    func infrastructure(engine: TestEngine) async throws {
        let broken = FixtureTask(tests: "def test_adds(:\n")
        try await TrialHarness.with(engine, task: broken) { harness in
            let (results, directory) = try await harness.run(.oracle)
            #expect(results.outcome == .infrastructureFailure)
            #expect(results.score == nil)
            #expect(results.failure == "the tests could not be run: test_skeleton.py, line 1: invalid syntax")
            #expect(try ResultsFile.report(directory).contains("Not graded"))
        }
    }

    @Test("that is cancelled leaves nothing running and no score")
    func cancelled() async throws {
        try await TrialHarness.with(.local) { harness in
            let mark = "87\(Int.random(in: 100_000...999_999))"
            let trial = Task { try await harness.run(.command("touch begun; sleep \(mark)"), seconds: 300) }
            try await waitUntil { try await Command("pgrep", ["-f", "sleep \(mark)"]).run().succeeded }
            trial.cancel()
            let (results, directory) = try await trial.value
            #expect(results.outcome == .cancelled)
            #expect(results.score == nil)
            #expect(try ResultsFile.read(directory).outcome == .cancelled)
            #expect(try await Command("pgrep", ["-f", "sleep \(mark)"]).run().text == "")
            #expect(!FileManager.default.fileExists(atPath: directory.work.path))
        }
    }

    private func waitUntil(_ condition: () async throws -> Bool) async throws {
        for _ in 0..<200 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("it did not happen within 20 s")
    }
}
