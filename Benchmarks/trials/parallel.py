"""Eight trials at once on this machine, and the same one after another."""

import concurrent.futures

import tasks
import trials

# The tests work, so that trials at once do get into each other's way where they can.
WORK = """import subprocess
import sys


def test_adds():
    code = "import calc; print(calc.add(2, 3))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == ["5"], done.stderr


def test_many():
    code = "import calc; print(sum(calc.add(i, i) for i in range(2000000)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == ["3999998000000"], done.stderr


def test_readme():
    assert "## Usage" in open("README.md").read()
"""
TASK = tasks.Task(
    name="parallel",
    tests=WORK,
    bound=("test_adds", "test_many", "test_readme"),
    solution={"calc.py": tasks.ADDS, "README.md": tasks.START["README.md"] + "\n## Usage\n"},
)
HALF = "printf '\\n## Usage\\n' >> README.md; python3 -c 'sum(range(20000000))'"
LATE = "sleep 60"
# By what they do; of two the time runs out, of which one has done a part before.
AGENTS = [
    ("oracle",), ("nop",), ("command", "--command", HALF), ("oracle",),
    ("command", "--command", LATE, "--timeout", "6"), ("nop",),
    ("command", "--command", f"{HALF}; {LATE}", "--timeout", "6"), ("oracle",),
]


def measure(options, figures):
    directory = tasks.workspace(options.work, "parallel")
    task = TASK.write(directory)
    for engine in options.engines:
        def trial(agent):
            return trials.run(options, task, "--agent", *agent, engine=engine, directory=directory)

        trial(("nop",))
        alone = [trial(agent) for agent in AGENTS]
        with concurrent.futures.ThreadPoolExecutor(len(AGENTS)) as pool:
            together = list(pool.map(trial, AGENTS))
        same = sum(one.outcome == other.outcome for one, other in zip(alone, together))
        if len({run.score for run in alone}) < 3:
            raise SystemExit("the trials do not differ, so that nothing could be mixed up")
        yield figures.Figure(f"8 trials at once with the score that they have alone, {engine}", float(same), "", "8",
                             same == 8, runs=8)
        peaks = [run.peak_memory for run in together]
        yield figures.Figure(f"memory of the supervisor, the most of 8 at once, {engine}", max(peaks), "MB",
                             "<= 100 MB", max(peaks) <= 100, runs=8)
