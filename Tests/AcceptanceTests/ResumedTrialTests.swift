import OneShotTesting
import Testing

@Suite(
    "Integration: a trial that was killed is gone on with",
    .enabled(if: Tool.isAvailable(Tool.oneshot), "needs the built program: swift build"),
    .enabled(if: Tool.isAvailable("bwrap"), "bubblewrap is not installed"),
    .timeLimit(.minutes(5))
)
struct ResumedTrialTests {
    @Test("the run is listed as interrupted, is gone on with to a score, and nothing is counted twice")
    func kill() async throws {
        try await PreparedByHand.run(Self.program)
    }

    private static let program = #"""
        write("script.json", json.dumps({"schema_version": 1, "conversations": [{"steps": [{"say": "hello",
            "usage": {"input_tokens": 70, "output_tokens": 5}, "repeat": True}]}]}))

        model = subprocess.Popen([oneshot, "model", "serve", "script.json"], stdout=subprocess.PIPE, text=True,
            stderr=subprocess.DEVNULL)
        base = model.stdout.readline().split()[-1]
        origin = base[:-3] if base.endswith("/v1") else base
        call = "curl -s -o /dev/null https://api.openai.com/v1/responses -H 'content-type: application/json' " \
            """-d '{"model": "gpt-5.5", "input": "hello"}'; sleep 0.3; """
        words = [oneshot, "run", task, "--agent", "command", "--command", call * 3 + "echo done >done.txt",
            "--engine", "local", "--upstream", "api.openai.com=" + origin, "--timeout", "60"]

        def ledger(database):
            """What the answers in a recorder's database say was used."""
            database = sqlite3.connect(database)
            # Killed before the recorder had made its tables: nothing was asked of a model.
            if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'traces'").fetchone(): return 0, 0
            rows = database.execute("SELECT response_json FROM traces").fetchall()
            usages = [(json.loads(text) or {}).get("usage") for (text,) in rows if text]
            return len([u for u in usages if u]), sum(u["input_tokens"] + u["output_tokens"] for u in usages if u)

        def trial(delay):
            """Runs a trial, kills its supervisor after so many seconds, and goes on with it until it has a score."""
            began = time.monotonic()
            process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            try:
                _, error = process.communicate(timeout=delay)
                assert process.returncode == 0, error
            except subprocess.TimeoutExpired:
                process.kill(); process.wait()
            took = time.monotonic() - began
            runs = json.loads(run(oneshot, "runs", "list", "--json"))
            for at in glob.glob("data/runs/*"):
                if not os.path.exists(at + "/trial.json"): shutil.rmtree(at)
            if not runs: return took, None
            assert len(runs) == 1, runs
            name = runs[0]["run"]
            assert runs[0]["state"] in ("interrupted", "finished"), runs
            results = json.loads(run(oneshot, "run", "--resume", name, "--json"))
            # The one that it began with, where others work, too.
            assert results["engine"]["name"] == "local", results["engine"]
            place = "data/runs/" + name
            assert results["outcome"] == "scored" and results["score"] == 1, results
            numbers = sorted(int(at.split("-")[-1]) for at in glob.glob(place + "/attempt-*"))
            assert [a["attempt"] for a in results["attempts"]] == numbers, (results["attempts"], numbers)
            assert results["attempts"][-1]["outcome"] == "scored"
            used = [ledger(f"{place}/attempt-{number}/artifacts/traces.sqlite3") if
                os.path.exists(f"{place}/attempt-{number}/artifacts/traces.sqlite3") else (0, 0) for number in numbers]
            spent = results["spent"]
            assert spent["usage"]["total_tokens"] == sum(tokens for _, tokens in used), (spent, used)
            assert used[-1] == (3, 225), used
            assert not os.path.exists(place + "/.work")
            assert json.loads(run(oneshot, "runs", "list", "--json"))[0]["state"] == "finished"
            shutil.rmtree(place)
            return took, len(numbers)

        try:
            took, attempts = trial(60)
            assert attempts == 1
            again = [trial(took * step / 7)[1] for step in range(1, 7)]
            assert 2 in again, again
        finally:
            model.terminate(); model.wait()
        """#
}
