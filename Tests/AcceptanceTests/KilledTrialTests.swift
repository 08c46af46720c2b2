import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite(
    "Integration: killed while a trial runs",
    .enabled(if: Tool.isAvailable(Tool.oneshot), "needs the built program: swift build"),
    .enabled(if: Tool.isAvailable("bwrap"), "needs bubblewrap"),
    .timeLimit(.minutes(5))
)
struct KilledTrialTests {
    static let engines = ["local", "podman"].filter { $0 == "local" || Tool.isAvailable("podman") }

    @Test("the next command leaves no process, container, mount, control group or directory of it", arguments: engines)
    func kill(engine: String) async throws {
        let oneshot = try #require(Tool.oneshot)
        try await withTemporaryDirectory { directory in
            let result = try await Command(
                "python3",
                ["-c", Self.program, oneshot.path, engine],
                directory: directory,
                timeout: .seconds(240)
            ).run()
            #expect(result.succeeded, "\(result.errorText)")
            print(result.text)
        }
    }

    private static let program = #"""
        import glob, json, os, random, subprocess, sys, time
        oneshot, engine = sys.argv[1:]
        mark = "86%d" % random.randrange(10**6, 10**7)

        def run(*words, check=True):
            result = subprocess.run(words, capture_output=True, text=True)
            assert not check or result.returncode == 0, (words, result)
            return result

        os.makedirs("repo"); os.makedirs("data"); os.chdir("repo")
        open("a.md", "w").write("# A\n")
        run("git", "init", "-q"); run("git", "add", ".")
        run("git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a")
        run(oneshot, "task", "start", "Add a section")
        open("a.md", "a").write("\n## Use\n\nAs you like.\n")
        run(oneshot, "task", "end")
        os.chdir("..")
        created = glob.glob("data/tasks/created/*")[0]
        run(oneshot, "prepare", created)
        task = glob.glob("data/tasks/prepared/*")[0]

        def texts(pattern):
            for name in glob.glob(pattern):
                try:
                    with open(name, "rb") as file:
                        yield name, file.read()
                except OSError:
                    pass

        def ours(pid):
            """The directories whose lease names the process."""
            found = []
            for name, text in [*texts("/tmp/oneshot-*/lease"), *texts("/var/tmp/oneshot-*/lease")]:
                try:
                    if json.loads(text)["owner"]["pid"] == pid:
                        found.append(os.path.basename(os.path.dirname(name)))
                except ValueError:
                    pass
            return found

        def left(names):
            found = ["directory " + name for name in names
                     if os.path.exists("/tmp/" + name) or os.path.exists("/var/tmp/" + name)]
            for name, text in list(texts("/proc/[0-9]*/mountinfo")) + list(texts("/proc/[0-9]*/cmdline")):
                found += ["%s: %s" % (name, word) for word in names + [mark] if word.encode() in text
                          and name.split("/")[2] != str(os.getpid())]
            for name in names:
                groups = run("find", "/sys/fs/cgroup", "-name", "*%s*" % name.split("-")[-1], check=False).stdout
                found += groups.split()
                if engine != "local":
                    listed = run(engine, "ps", "-aq", "--filter", "name=%s" % name.split("-")[-1]).stdout
                    found += ["container " + word for word in listed.split()]
            return found

        agent = "echo up; (setsid sleep %s &); setsid setsid sleep %s & sleep %s" % (mark, mark, mark)
        words = [oneshot, "run", task, "--agent", "command", "--command", agent, "--engine", engine]
        # Built before, so that the moments are those of a trial.
        run(oneshot, "run", task, "--agent", "nop", "--engine", engine)
        seen = 0
        for moment in ["agent"] + [random.uniform(0, 0.5) for _ in range(2)]:
            process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if moment == "agent":
                for _ in range(1200):
                    if any(b"up" in text for _, text in texts("data/runs/*/logs/agent.log")):
                        break
                    time.sleep(0.05)
                else:
                    raise AssertionError("the agent did not start")
            else:
                # Some time after the first thing that could be left behind is there.
                for _ in range(1200):
                    if ours(process.pid):
                        break
                    time.sleep(0.01)
                time.sleep(moment)
            names = ours(process.pid)
            process.kill()
            process.wait()
            seen += len(names)
            # Whichever command comes next.
            run(oneshot, *(("runs", "list") if moment == "agent" else ("clean",)))
            # What the kernel is still taking down a moment later is no orphan.
            for _ in range(40):
                found = left(names)
                if not found:
                    break
                time.sleep(0.05)
            assert not found, (moment, found)
        print(engine, "directories seen", seen)
        # While the agent works there is one; between two sandboxes there may be none.
        assert seen >= 1
        """#
}
