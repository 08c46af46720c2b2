"""SIGKILL of the supervisor at random moments, then the next command: what is left, what is lost, what is counted.

The next command goes on with the trial, or clears away where there is nothing to go on with.
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


def measure(options, figures):
    count = 6 if options.quick else 50
    with limits.model(options, SCRIPT, "kills") as address:
        for engine in options.engines:
            yield from kills(options, figures, engine, count, address)


def kills(options, figures, engine, count, address):
    directory = tasks.workspace(options.work, f"kills-{engine}")
    task = tasks.Task(name="killed").write(directory)
    mark = f"oneshot-bench-{os.getpid()}-{engine}"
    command = f"python3 -c '{CALLS.replace('MARK', mark)}'"
    words = ["--agent", "command", "--command", command, "--upstream", f"api.openai.com={address}"]
    whole = trials.scored(options, task, *words, engine=engine, directory=directory)
    if whole.results["usage"]["total_tokens"] != CALL_COUNT * (INPUT + OUTPUT):
        raise SystemExit(f"the agent made other calls than it should: {whole.results['usage']}")
    randomly = random.Random(6)
    left, lost, wrong, attempts, tokens = [], [], [], 0, 0
    for number in range(count):
        known = runs_of(directory)
        before = Leftovers.names()
        process = trials.start(options, task, *words, engine=engine, directory=directory)
        moment = randomly.uniform(0, whole.seconds)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        listed = oneshot(options, directory, "runs", "list", "--json")
        goes_on = False
        for run in sorted(runs_of(directory) - known):
            begun = sorted(path.name for path in run.glob("attempt-*"))
            attempts += len(begun)
            if run.name not in listed:
                lost.append(run.name)
                note(engine, number, moment, f"'oneshot runs list' does not tell of {run.name}, which has {begun or 'none'}")
            if not (run / "results.json").exists() and begun:
                goes_on = True
                oneshot(options, directory, "run", "--resume", run.name, "--quiet", "--json", codes=(0, 1))
            if not (run / "results.json").exists():
                continue
            results = json.loads((run / "results.json").read_text())
            told = {f"attempt-{each['attempt']}": each["spending"] for each in results["attempts"]}
            if missing := [name for name in begun if name not in told]:
                lost += [f"{run.name}/{name}" for name in missing]
                note(engine, number, moment, f"results.json of {run.name} does not tell of {missing}")
            ledger = {path.name: recorded(path) for path in run.glob("attempt-*")}
            said = {name: spending["usage"]["total_tokens"] for name, spending in told.items()}
            total = results["spent"]["usage"]["total_tokens"]
            tokens += sum(ledger.values())
            if said != ledger or total != sum(ledger.values()):
                wrong.append(run.name)
                note(engine, number, moment, f"{run.name} says {said}, in all {total}; its ledgers {ledger}")
        if not goes_on:
            oneshot(options, directory, "clean")
        if names := Leftovers(mark, directory, before).names_left():
            left.append(number)
            note(engine, number, moment, f"left over: {names}")
    title = f"SIGKILL at {count} moments, then the next command, {engine}: "
    yield figures.Figure(title + "something left over", float(len(left)), "", "0", not left, runs=count)
    yield figures.Figure(title + f"lost, of {attempts} attempts", float(len(lost)), "", "0", not lost, runs=count)
    yield figures.Figure(title + f"cost not that of the ledger, of {tokens} tokens", float(len(wrong)), "", "0", not wrong,
                         runs=count)
    # Zeros say something only where most moments fell into a trial that had begun and had called the model.
    yield figures.Figure(title + "attempts that had begun", float(attempts), "", f">= {count // 2}",
                         attempts >= count // 2 and tokens > 0, runs=count)


def note(engine, number, moment, text):
    print(f"{engine}, kill {number} at {moment:.2f} s: {text}", file=sys.stderr, flush=True)


def runs_of(directory):
    return {run for run in (directory / "data/runs").glob("*") if not run.name.startswith(".")}


def oneshot(options, directory, *words, codes=(0,)):
    done = subprocess.run([str(options.program), *words], cwd=directory, capture_output=True, text=True,
                          env=trials.environment(options))
    if done.returncode not in codes:
        raise SystemExit(f"oneshot {' '.join(words)}: {done.stderr.strip()[-1000:]}")
    return done.stdout


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


class Leftovers:
    """What a killed trial may leave on the machine."""

    def __init__(self, mark, directory, before):
        self.mark, self.directory, self.before = mark, str(directory), before

    @staticmethod
    def names():
        return {str(path) for path in pathlib.Path("/tmp").glob("oneshot-*")}

    def names_left(self):
        """What is still there after a moment, since other programs of this machine make and remove directories, too."""
        for _ in range(10):
            if not (names := self.processes() + self.containers() + self.mounts() + self.scratch()):
                break
            time.sleep(0.3)
        return names

    def processes(self):
        """Those that run the agent's program, or look after its sandbox, and the ports that they listen on."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace")
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if state != "Z" and (self.mark in words or f"{self.directory}/data/runs/" in words):
                found.append(f"process {entry.name} {words[:60]!r}")
        return found

    def containers(self):
        if not shutil.which("podman"):
            return []
        listed = subprocess.run(["podman", "ps", "--all", "--filter", "label=oneshot.label", "--format",
                                 '{{.Names}} {{index .Labels "oneshot.label"}}'], capture_output=True, text=True)
        return [f"container {line}" for line in listed.stdout.splitlines() if " killed_" in line]

    def mounts(self):
        lines = pathlib.Path("/proc/self/mountinfo").read_text().splitlines()
        return [f"mount {line.split()[4]}" for line in lines if f"{self.directory}/data/runs/" in line]

    def scratch(self):
        """Directories that were made since, and that no process that runs has anything to do with."""
        sockets = pathlib.Path("/proc/net/unix").read_text()
        found = []
        for name in sorted(self.names() - self.before):
            lease = pathlib.Path(name) / "lease"
            try:
                owner = json.loads(lease.read_text())["owner"]["pid"] if lease.exists() else None
            except (OSError, ValueError, KeyError, TypeError):
                owner = None
            if owner is not None and pathlib.Path(f"/proc/{owner}").exists():
                continue
            if name in sockets or not pathlib.Path(name).exists():
                continue
            found.append(f"scratch {name}")
        found += [f"scratch {path}" for path in pathlib.Path(self.directory).glob("data/runs/*/.work")]
        return found
