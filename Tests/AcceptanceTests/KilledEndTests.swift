import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite(
    "Integration: killed while a task ends",
    .enabled(if: Tool.isAvailable(Tool.oneshot), "needs the built program: swift build"),
    .timeLimit(.minutes(5))
)
struct KilledEndTests {
    @Test("the task is either whole or still open, and then it can be ended")
    func kill() async throws {
        let oneshot = try #require(Tool.oneshot)
        try await withTemporaryDirectory { directory in
            let command = Command(
                "python3",
                ["-c", Self.program, oneshot.path],
                directory: directory,
                timeout: .seconds(240)
            )
            let result = try await command.run()
            #expect(result.succeeded, "\(result.errorText)")
        }
    }

    private static let program = #"""
        import os, resource, subprocess, sys, time
        oneshot = sys.argv[1]
        def run(*words):
            return subprocess.run(words, capture_output=True, text=True)
        os.makedirs("repo"); os.makedirs("data"); os.chdir("repo")
        open("a", "w").write("a")
        run("git", "init", "-q"); run("git", "add", ".")
        run("git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a")
        created = "../data/tasks/created"

        def end(delay, room=None, dies=True):
            """Ends a task, by killing 'task end' after so many seconds first, or as the disk is full after so many bytes."""
            def limit():
                if room is not None: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
            delay = f"{delay} {room} {dies}" if room is not None else delay
            open("a", "w").write(f"before {delay}")
            started = run(oneshot, "task", "start", "T")
            assert started.returncode == 0, started
            name = started.stdout.split()[1]
            open("a", "w").write(f"after {delay}")
            begin = time.monotonic()
            # The system's signal for a file that grew too large either ends the program or is an error for it.
            process = subprocess.Popen([oneshot, "task", "end"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                text=True, preexec_fn=limit, restore_signals=dies)
            try:
                _, error = process.communicate(timeout=60 if room is not None else delay)
                if process.returncode > 0:
                    assert error.startswith("oneshot: ") and error.count("\n") == 1, error
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            took = time.monotonic() - begin
            is_whole = os.path.isdir(f"{created}/{name}")
            assert run(oneshot, "task", "status").returncode == (1 if is_whole else 0)
            ended = run(oneshot, "task", "end")
            assert is_whole or ended.returncode == 0, ended
            files = sum(len(files) for _, _, files in os.walk(f"{created}/{name}"))
            assert files == 9, (name, files)
            assert f"+after {delay}" in open(f"{created}/{name}/overlay_files/diff.patch").read()
            return took

        took = end(60)
        for step in range(9):
            end(took * step / 8)
        for room in (0, 300, 4000):
            end(0, room, dies=room == 300)
        left = [name for name in os.listdir(created) if name.endswith(".partial")]
        assert not left, left
        assert run("git", "status", "--porcelain").stdout == " M a\n"
        """#
}
