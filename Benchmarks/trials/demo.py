"""The task of `make demo`, captured from the same change, and what the solution, nothing and garbage score on it."""

import json
import pathlib
import shutil
import subprocess

import tasks
import trials

ROOT = pathlib.Path(__file__).resolve().parents[2]
GARBAGE = "for file in $(git ls-files); do head -c 600 /dev/urandom | base64 > \"$file\"; done; mkdir x; echo 1 > x/y"


def prepare(options):
    """What scripts/demo.sh has Codex do, done by hand: the same shell command."""
    directory = tasks.workspace(options.work, "demo")
    repository = directory / "tally"
    shutil.copytree(ROOT / "Examples/tally", repository)
    tasks.git(repository, "init", "-q", "-b", "main")
    tasks.git(repository, "add", ".")
    tasks.git(repository, "commit", "-q", "-m", "Start")
    script = json.loads((ROOT / "Examples/demo-script.json").read_text())
    steps = [step for conversation in script["conversations"] for step in conversation["steps"]]
    work = next(step["shell"] for step in steps if step.get("shell", "").startswith("cat >> README.md"))
    subprocess.run(["bash", "-c", work], cwd=repository, check=True)

    def oneshot(*words, place):
        done = subprocess.run([str(options.program), *map(str, words)], cwd=place, capture_output=True, text=True,
                              env=trials.environment(options))
        if done.returncode != 0:
            raise SystemExit(f"oneshot {words[0]} {words[1]}: {done.stderr.strip()[-1000:]}")
        return pathlib.Path(done.stdout.strip().splitlines()[-1])

    words = "Add sections on architecture, setup, usage and contributing to README.md, from what the code says."
    created = oneshot("task", "create", words, "--title", "Add repository information to the README", "--no-agent",
                      place=repository)
    return directory, oneshot("prepare", created, place=directory)


def measure(options, figures):
    directory, task = prepare(options)
    agents = {"gold": (("oracle",), "1", 1), "empty": (("nop",), "0", 0),
              "garbage": (("command", "--command", GARBAGE), "0", 0)}
    for engine in options.engines:
        for name, (agent, goal, wanted) in agents.items():
            trial = trials.scored(options, task, "--agent", *agent, engine=engine, directory=directory)
            yield figures.Figure(f"demo task, {name}, {engine}", float(trial.score), "", goal, trial.score == wanted)
