import OneShotTesting
import Testing

@Suite(
    "Integration: runs at the command line",
    .enabled(if: Tool.isAvailable(Tool.oneshot), "needs the built program: swift build"),
    .enabled(if: Tool.isAvailable("bwrap"), "bubblewrap is not installed"),
    .timeLimit(.minutes(5))
)
struct RunsTests {
    @Test("they are judged by the practice model, listed, compared, reviewed, and the judge is calibrated")
    func commands() async throws {
        try await PreparedByHand.run(Self.program)
    }

    private static let program = #"""
        def said(*words):
            return subprocess.run(words, capture_output=True, text=True)
        write(task + "/evaluation/rubric_template.md",
            "# Rubric: say\n## says (1)\n- tests: test_says\n## reads (1)\nIt reads well.\n- judge\n")
        write("script.json", json.dumps({"schema_version": 1, "conversations": [
            {"match": "+done", "steps": [{"json": {"evidence": ["done"], "reasoning": "It says it.", "verdict": "met"}}]},
            {"match": "+almost", "steps": [{"json": {"evidence": ["+almost"], "reasoning": "Fine.", "verdict": "met"}}]},
            {"steps": [{"json": {"evidence": [], "reasoning": "Nothing is there.", "verdict": "not_met"}}]}]}))
        model = subprocess.Popen([oneshot, "model", "serve", "script.json"], stdout=subprocess.PIPE, text=True,
            stderr=subprocess.DEVNULL)
        try:
            base = model.stdout.readline().split()[-1]
            base += "" if base.endswith("/v1") else "/v1"
            judge = ["--engine", "local", "--votes", "2", "--judge-model", "practice,url=" + base]
            def trial(*agent):
                return json.loads(run(oneshot, "run", task, *agent, *judge, "--json"))
            good = trial("--agent", "oracle")
            assert good["score"] == 1 and good["judge"]["votes"] == 2, good
            assert all(len(c["source"]["votes"]) == 2 for c in good["criteria"] if c["binding"] == "judge"), good
            assert good["judge"]["spending"]["usage"]["total_tokens"] > 0, good
            assert good["usage"]["total_tokens"] == 0, good
            nothing = trial("--agent", "nop")
            assert nothing["score"] == 0, nothing
            odd = trial("--agent", "command", "--command", "echo almost >done.txt")
            assert odd["score"] == 0.5, odd

            runs = json.loads(run(oneshot, "runs", "list", "--json"))
            assert [r["score"] for r in runs] == [1, 0, 0.5] and {r["state"] for r in runs} == {"finished"}, runs
            assert run(oneshot, "runs", "list").count("\n") == 3
            names = [r["run"] for r in runs]
            diff = json.loads(run(oneshot, "runs", "diff", names[0], names[1], "--json"))
            assert [f["name"] for f in diff["flipped"]] == ["test_says"], diff
            assert diff["left"]["score"] == 1 and diff["right"]["score"] == 0, diff
            assert "flipped" in run(oneshot, "runs", "diff", names[0], names[1])
            alone = said(oneshot, "runs", "diff", names[0], "reference")
            assert alone.returncode == 2 and alone.stderr.count("\n") == 1, alone

            review = json.loads(run(oneshot, "runs", "review", "--json"))
            assert [(i["run"], i["kind"]) for i in review] == [(names[2], "tests_fail_judge_passes")], review
            assert "Worth a look" in run(oneshot, "runs", "show", names[2])

            write("labels.csv", "run,criterion,label\n%s,reads,met\n%s,reads,not_met\n%s,reads,not_met\n" % tuple(names))
            calibration = json.loads(run(oneshot, "judge", "calibrate", "--labels", "labels.csv", "--json"))
            assert calibration["matrix"] == {"true_positives": 1, "false_positives": 1, "false_negatives": 0,
                "true_negatives": 1}, calibration
            assert abs(calibration["kappa"]["value"] - 0.4) < 1e-5, calibration
            assert "Cohen's kappa" in run(oneshot, "judge", "calibrate", "--labels", "labels.csv", names[0])
            wrong = said(oneshot, "judge", "calibrate", "--labels", "script.json")
            assert wrong.returncode == 2 and wrong.stderr.count("\n") == 1, wrong

            # Grading again asks the judge alone, or nobody.
            again = json.loads(run(oneshot, "score", names[0], "--judge-only", *judge, "--json"))
            assert again["grading"] == 2 and again["tests"] == good["tests"], again
            tests = json.loads(run(oneshot, "score", names[0], "--tests-only", "--engine", "local", "--json"))
            assert tests["judge"] == again["judge"], tests

            # What makes no sense is said in one line, and nothing is run.
            for words in (["run"], ["run", task, "--resume", "latest"], ["run", "--resume", "latest", "--timeout", "5"],
                ["run", "--resume", "nobody"], ["run", task, "--votes", "0"], ["score", names[0], "--tests-only", "--votes", "5"],
                ["run", task, "--agent", "nop", "--engine", "local", "--judge-model", "gpt-5.5"],
                ["run", task, "--agent", "nop", "--engine", "local", "--judge-model", "x,api=soap"]):
                done = said(oneshot, *words)
                assert done.returncode == 2, (words, done)
            write(task + "/evaluation/rubric_template.md", "# Rubric: say\n## says (1)\n- tets: test_says\n")
            broken = said(oneshot, "run", task, "--agent", "oracle", "--engine", "local")
            assert broken.returncode != 0 and broken.stderr.count("\n") == 1, broken
            assert "line 3" in broken.stderr, broken
            assert len(glob.glob("data/runs/*_*")) == 3
        finally:
            model.terminate(); model.wait()
        """#
}
