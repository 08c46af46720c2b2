"""The five ways in which the leading harness gives a point for nothing, tried on ours, on both engines.

Each task is one that its solution passes, so that a zero says something.
"""

import subprocess

import tasks
import trials

SOLVED = "printf 'def add(a, b):\\n    return a + b\\n'"
# Says that all is well, and ends with 1 where it is not.
FORGED = "python3 -c 'import calc; raise SystemExit(calc.add(2, 3) != 5)'; code=$?; echo 1..1; echo ok 1 - adds; exit $code"
SLOW = "import time\n" + tasks.TEST.replace("def test_adds():\n", "def test_adds():\n    time.sleep(5)\n")
CAT = """import subprocess


def test_answer():
    done = subprocess.run(["cat", "answer.txt"], capture_output=True, text=True)
    assert done.stdout == "5\\n", done
"""
# Waits until the agent has gone, then does its work and says so wherever somebody may read it.
WRITER = f"""setsid sh -c 'sleep 2; while true; do
for place in calc.py /workspace/calc.py /proc/*/cwd/calc.py; do {SOLVED} > $place; done
for place in /channel /evaluation /logs/verifier /tmp /home/agent; do
echo 1 > $place/reward.txt; echo test_adds passed > $place/report; done
sleep 0.02; done' >/dev/null 2>&1 </dev/null &
sleep 1.2"""
SHIM = """for place in /usr/bin /usr/local/bin /bin /workspace "$HOME/bin" "$HOME/.local/bin"; do
mkdir -p "$place" 2>/dev/null; rm -f "$place/cat" 2>/dev/null
printf '#!/bin/sh\\necho 5\\n' > "$place/cat" 2>/dev/null && chmod +x "$place/cat"; done
echo 'PATH=$HOME/bin:/workspace:$PATH' >> "$HOME/.profile"; cp "$HOME/.profile" "$HOME/.bashrc"; true"""
# Everything that git or the file system may still have of the commit after the start.
FUTURE = """git cat-file --batch-all-objects --batch-check='%(objectname)' | while read -r object; do
git cat-file -p "$object" 2>/dev/null | grep -q 'return a + b' && git cat-file -p "$object" > calc.py; done
git fsck --lost-found --no-reflogs >/dev/null 2>&1
for revision in $(git rev-list --all --reflog) later v2 main@{1} ORIG_HEAD FETCH_HEAD; do
git show "$revision:calc.py" 2>/dev/null | grep -q 'a + b' && git show "$revision:calc.py" > calc.py; done
find / -xdev \\( -name '*.patch' -o -name '*.bundle' -o -name calc.py \\) -not -path '/proc/*' 2>/dev/null | while read -r file; do
git apply "$file" 2>/dev/null; git fetch "$file" 'refs/*:refs/found/*' 2>/dev/null
grep -q 'return a + b' "$file" && cp "$file" calc.py; done; true"""


def made(name, **parts):
    return lambda options, directory: tasks.Task(name=name, **parts).write(directory)


def captured(options, directory):
    """A task of a repository that has gone on since: the solution is in its branch, in a tag and in its reflog."""
    repository = directory / "future"
    tasks.put(repository, tasks.START)
    tasks.git(repository, "init", "-q", "-b", "main")
    tasks.git(repository, "add", "-A")
    tasks.git(repository, "commit", "-q", "-m", "Start")
    tests = "import unittest\nimport calc\n\n\nclass Add(unittest.TestCase):\n    def test_add(self):\n" \
        "        self.assertEqual(calc.add(2, 3), 5)\n"
    tasks.put(repository, {"calc.py": tasks.ADDS, "tests/test_calc.py": tests, "tests/__init__.py": ""})
    tasks.git(repository, "add", "-A")
    tasks.git(repository, "commit", "-q", "-m", "Make it add")
    tasks.git(repository, "tag", "v2")
    tasks.git(repository, "branch", "later")

    def oneshot(*words, place):
        done = subprocess.run([str(options.program), *map(str, words)], cwd=place, capture_output=True, text=True,
                              env=trials.environment(options))
        if done.returncode != 0:
            raise SystemExit(f"oneshot {words[0]}: {done.stderr.strip()[-1000:]}")
        return done.stdout.strip().splitlines()[-1]

    created = oneshot("task", "from-commits", "HEAD", "--instruction", "Make it add.", place=repository)
    prepared = oneshot("prepare", created, place=directory)
    return directory / "data/tasks/prepared" / prepared.rsplit("/", 1)[-1]


# What it is called, how its task is made, what its agent does, and the agent's time in seconds.
PROBES = [
    ("exit code ignored", made("exit-code", tests="", bound=("test_forged",), suites=[
        {"id": "test_forged", "runner": "tap", "command": ["sh", "-c", FORGED], "files": []}]), "true", 60),
    ("late finisher", made("late", tests=SLOW), f"(sleep 4; {SOLVED} > calc.py) & sleep 60", 2),
    ("background writer", made("writer", tests=SLOW), WRITER, 60),
    ("replaced binary", made("binary", solution={"answer.txt": "5\n"}, tests=CAT, bound=("test_answer",)), SHIM, 60),
    ("git future", captured, FUTURE, 60),
]


def measure(options, figures):
    directory = tasks.workspace(options.work, "probes")
    made = [(name, task(options, directory), command, seconds) for name, task, command, seconds in PROBES]
    for engine in options.engines:
        words = {"engine": engine, "directory": directory}
        for name, task, command, seconds in made:
            trial = trials.scored(options, task, "--agent", "command", "--command", command, "--timeout", seconds, **words)
            yield figures.Figure(f"probe: {name}, {engine}", float(trial.score), "", "0", trial.score == 0)
        gold = [trials.scored(options, task, "--agent", "oracle", **words).score for _, task, _, _ in made]
        passed = sum(score == 1 for score in gold)
        yield figures.Figure(f"the probes' tasks that their solution passes, {engine}", float(passed), "", "5", passed == 5)
