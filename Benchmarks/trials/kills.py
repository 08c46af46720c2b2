"""SIGKILL of the supervisor at random moments, then the next command: what is left, what is lost, what is counted.

The next command is one that has nothing to do with trials' sandboxes: it lists the runs. Then each trial is gone on
with, and what is left is asked again.
"""

import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import leftovers
import limits
import tasks
import trials

INPUT, OUTPUT = 100, 10
SCRIPT = {
    "schema_version": 1,
    "conversations": [{"steps": [
        {"say": "Go on.", "repeat": True, "delay_ms": 60, "usage": {"input_tokens": INPUT, "output_tokens": OUTPUT}},
    ]}],
}
# Calls the model again and again, as an agent does, and is known by its words among all processes.
CALL_COUNT = 12
CALLS = """
import json, urllib.request
for number in range(COUNT):
    body = json.dumps({"model": "practice", "input": "call %d of MARK" % number}).encode()
    request = urllib.request.Request("https://api.openai.com/v1/responses", body, {
        "content-type": "application/json", "authorization": "Bearer x"})
    urllib.request.urlopen(request, timeout=30).read()
""".replace("COUNT", str(CALL_COUNT))
# Of so many trials one is killed again while it is gone on with.
AGAIN_EACH = 3
# Of so many kills one falls into a trial that has to build its image first, where the engine has images.
BUILT_EACH = 5
BUILD_SECONDS = 4


def measure(options, figures):
    count = options.kills or (6 if options.quick else 50)
    with limits.model(options, SCRIPT, "kills") as address:
        for engine in options.engines:
            yield from Kills(options, engine, count, address).figures(figures)


class Kills:
    def __init__(self, options, engine, count, address):
        self.options, self.engine, self.count = options, engine, count
        self.directory = tasks.workspace(options.work, f"kills-{engine}")
        # A directory of its own, so that what is left in it is known to be ours.
        self.temporary = self.directory / "tmp"
        self.temporary.mkdir()
        self.mark = f"oneshot-bench-{os.getpid()}-{engine}"
        command = f"python3 -c '{CALLS.replace('MARK', self.mark)}'"
        self.words = ["--agent", "command", "--command", command, "--upstream", f"api.openai.com={address}"]
        self.left = {kind: [] for kind in leftovers.KINDS}
        self.lost, self.wrong, self.images = [], [], []
        self.attempts = self.tokens = self.again = 0
        self.randomly = random.Random(6)

    def figures(self, figures):
        task = tasks.Task(name="killed").write(self.directory)
        whole = trials.scored(self.options, task, *self.words, engine=self.engine, directory=self.directory)
        if whole.results["usage"]["total_tokens"] != CALL_COUNT * (INPUT + OUTPUT):
            raise SystemExit(f"the agent made other calls than it should: {whole.results['usage']}")
        self.seconds = whole.seconds
        begun = time.monotonic()
        for number in range(self.count):
            built = self.engine != "local" and number % BUILT_EACH == BUILT_EACH - 1
            moment = self.randomly.uniform(0, whole.seconds + BUILD_SECONDS * built)
            self.kill(number, moment, self.unbuilt(number) if built else task)
        for image in self.images:
            subprocess.run([self.engine, "rmi", "--force", image], capture_output=True)
        minutes = (time.monotonic() - begun) / 60

        def figure(name, value, unit, goal, met):
            return figures.Figure(f"SIGKILL at {self.count} moments, then the next command, {self.engine}: {name}",
                                  float(value), unit, goal, met, runs=self.count)

        for kind, left in self.left.items():
            yield figure(f"{kind} left over", len(left), "", "0", not left)
        yield figure(f"lost, of {self.attempts} attempts", len(self.lost), "", "0", not self.lost)
        yield figure(f"cost not that of the ledger, of {self.tokens} tokens", len(self.wrong), "", "0", not self.wrong)
        # Zeros say something only where most moments fell into a trial that had begun and had called the model.
        yield figure("attempts that had begun", self.attempts, "", f">= {self.count // 2}",
                     self.attempts >= self.count // 2 and self.tokens > 0)
        yield figure("killed again while gone on with", self.again, "", ">= 1", self.again > 0 or self.count < 10)
        yield figure("time of all", minutes, "min", "<= 12 min", minutes <= 12)

    def unbuilt(self, number):
        dockerfile = f"{tasks.DOCKERFILE}RUN sleep 1 && echo {self.mark} {number}\n"
        return tasks.Task(name=f"killed-{number}", dockerfile=dockerfile).write(self.directory)

    def kill(self, number, moment, task):
        def note(text):
            print(f"{self.engine}, kill {number} at {moment:.2f} s: {text}", file=sys.stderr, flush=True)

        known = self.runs()
        watch = leftovers.Watch(self.directory, self.temporary, self.mark)
        self.killed(watch, moment, "run", task, "--engine", self.engine, *self.words)
        listed = self.oneshot(watch, "runs", "list", "--json")
        self.note_left(number, watch.left(), note)
        for run in sorted(self.runs() - known):
            if run.name in listed and number % AGAIN_EACH == AGAIN_EACH - 1 and not (run / "results.json").exists():
                self.again += 1
                self.killed(watch, self.randomly.uniform(0, self.seconds), "run", "--resume", run.name)
                listed = self.oneshot(watch, "runs", "list", "--json")
                self.note_left(number, watch.left(), note)
            self.go_on(run, listed, watch, note)
        left = watch.left()
        if files := watch.left_of_runs():
            left["file"] = left.get("file", []) + files
        self.note_left(number, left, note)

    def killed(self, watch, moment, *words):
        process = subprocess.Popen([str(word) for word in (self.options.program, *words, "--quiet", "--json")],
                                   cwd=self.directory, env=self.environment(), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, start_new_session=True)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        # Not to the end of its output: what it has started may hold that.
        process.wait()
        for stream in (process.stdout, process.stderr):
            stream.close()
        watch.killed(process.pid)

    def environment(self):
        return trials.environment(self.options, TMPDIR=str(self.temporary))

    def note_left(self, number, left, note):
        for kind, names in left.items():
            if number not in self.left[kind]:
                self.left[kind].append(number)
            note(f"left over: {len(names)} {kind}: {'; '.join(names[:4])}")

    def go_on(self, run, listed, watch, note):
        begun = sorted(path.name for path in run.glob("attempt-*"))
        self.attempts += len(begun)
        if run.name not in listed:
            self.lost.append(run.name)
            note(f"'oneshot runs list' does not tell of {run.name}, which has {begun or 'none'}")
            return
        if not (run / "results.json").exists():
            self.oneshot(watch, "run", "--resume", run.name, "--quiet", "--json", codes=(0, 1))
        results = json.loads((run / "results.json").read_text())
        if results["engine"]["name"] != self.engine:
            raise SystemExit(f"{run.name} was gone on with on {results['engine']['name']}, not on {self.engine}")
        if self.engine != "local" and "killed-" in results["task"]:
            self.images.append(f"localhost/oneshot/{results['engine']['image_digest'][:12]}")
        told = {f"attempt-{each['attempt']}": each["spending"] for each in results["attempts"]}
        if missing := [name for name in begun if name not in told]:
            self.lost += [f"{run.name}/{name}" for name in missing]
            note(f"results.json of {run.name} does not tell of {missing}")
        if results["outcome"] != "scored":
            self.lost.append(run.name)
            note(f"{run.name} came to {results['outcome']}: {results['failure']}")
        ledger = {path.name: recorded(path) for path in run.glob("attempt-*")}
        said = {name: spending["usage"]["total_tokens"] for name, spending in told.items()}
        total = results["spent"]["usage"]["total_tokens"]
        self.tokens += sum(ledger.values())
        if said != ledger or total != sum(ledger.values()):
            self.wrong.append(run.name)
            note(f"{run.name} says {said}, in all {total}; its ledgers {ledger}")

    def runs(self):
        return {run for run in (self.directory / "data/runs").glob("*") if not run.name.startswith(".")}

    def oneshot(self, watch, *words, codes=(0,)):
        process = subprocess.Popen([str(self.options.program), *words], cwd=self.directory, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
                                   env=self.environment())
        output, errors = process.communicate(timeout=900)
        watch.sessions.add(process.pid)
        if process.returncode not in codes:
            raise SystemExit(f"oneshot {' '.join(words)}: {errors.strip()[-1000:]}")
        return output


def recorded(attempt):
    """The tokens of all answers that the recorder of an attempt has in its database."""
    total = 0
    for database in attempt.glob("artifacts/traces.sqlite3"):
        with tempfile.TemporaryDirectory() as place:
            # A copy: what is looked at stays as it is.
            for suffix in ("", "-wal"):
                if (file := database.with_name(database.name + suffix)).exists():
                    shutil.copy(file, place)
            with sqlite3.connect(pathlib.Path(place) / database.name) as connection:
                try:
                    rows = connection.execute("SELECT response_json FROM traces").fetchall()
                except sqlite3.DatabaseError:
                    continue
                total += sum(answer_tokens(text) for (text,) in rows if text)
    return total


def answer_tokens(text):
    try:
        body = json.loads(text)
        body = body.get("body", body)
        body = json.loads(body) if isinstance(body, str) else body
        return body["usage"]["total_tokens"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return 0
