"""Runs `oneshot run` and reads what it came to."""

import dataclasses
import json
import os
import pathlib
import subprocess
import threading
import time


@dataclasses.dataclass
class Trial:
    results: dict
    # From the start of the process to its end, in seconds.
    seconds: float
    # Of the supervising process alone, in MB of 10^6 bytes.
    peak_memory: float

    @property
    def score(self):
        return self.results.get("score")

    @property
    def own_seconds(self):
        """What the tests themselves took; the programs that start them and look after them are overhead."""
        return sum(test["duration"] for test in self.results["tests"])

    @property
    def outcome(self):
        """For a comparison of two trials."""
        return (self.results["outcome"], self.score,
                tuple((test["name"], test["status"]) for test in self.results["tests"]))


def environment(options, **more):
    """Nothing of the person's own decides how a trial ends: no key, no recorder, no run id."""
    ours = {name: value for name, value in os.environ.items()
            if not name.startswith(("ONESHOT_", "OPENAI_", "CODEX_", "RUN_ID")) and "proxy" not in name.lower()}
    if codex := os.environ.get("ONESHOT_CODEX"):
        ours["ONESHOT_CODEX"] = codex
    return ours | {"PATH": f"{options.program.parent}:{os.environ['PATH']}"} | more


def start(options, task, *words, engine, directory, **more):
    command = [options.program, "run", task, "--engine", engine, "--json", "--quiet", *words]
    return subprocess.Popen([str(word) for word in command], cwd=directory, env=environment(options, **more),
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def run(options, task, *words, engine, directory, **more):
    """One trial to its end."""
    begun = time.monotonic()
    process = start(options, task, *words, engine=engine, directory=directory, **more)
    watch = PeakMemory(process.pid)
    output, errors = process.communicate(timeout=900)
    seconds = time.monotonic() - begun
    try:
        results = json.loads(output)
    except json.JSONDecodeError:
        raise SystemExit(f"oneshot run {task.name} --engine {engine}: {errors.strip()[-2000:]}") from None
    return Trial(results, seconds, watch.megabytes())


def scored(options, task, *words, engine, directory, **more):
    """As `run`, for a trial that nothing but its agent decides about."""
    trial = run(options, task, *words, engine=engine, directory=directory, **more)
    if trial.results["outcome"] != "scored":
        raise SystemExit(f"{task.name} on {engine} is not scored: {trial.results['failure']}")
    return trial


class PeakMemory:
    """The kernel keeps the peak; it is gone with the process, so it is read again and again."""

    def __init__(self, pid):
        self.status = pathlib.Path(f"/proc/{pid}/status")
        self.kilobytes = 0
        self.thread = threading.Thread(target=self.follow, daemon=True)
        self.thread.start()

    def follow(self):
        while True:
            try:
                lines = self.status.read_text().splitlines()
            except OSError:
                return
            peak = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
            if not peak:
                return
            self.kilobytes = max(self.kilobytes, *peak)
            time.sleep(0.01)

    def megabytes(self):
        self.thread.join(timeout=1)
        return self.kilobytes * 1024 / 1e6
