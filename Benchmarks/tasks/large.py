"""How long start and snapshot take in a repository of many files, beside 'git status' there."""

import os
import subprocess
import time

import states


def make(directory, files):
    for number in range(files):
        folder = directory / f"d{number // 2500:02}/e{number // 50 % 50:02}"
        if number % 50 == 0:
            folder.mkdir(parents=True, exist_ok=True)
        (folder / f"file{number:06}.py").write_text(f"# file {number}\nvalue = {number}\n")
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "base"]):
        states.run(["git", *arguments], directory)


def timed(arguments, directory):
    start = time.perf_counter()
    subprocess.run(arguments, cwd=directory, env=states.ENVIRONMENT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def measure(oneshot, directory, files, runs):
    """For each figure: its name, our times, those of 'git status' taken in turns with them, and the ratio to reach."""
    repository, workspace = directory / "repository", directory / "workspace"
    workspace.mkdir(parents=True)
    repository.mkdir()
    make(repository, files)
    changed = repository / "d00/e00/file000001.py"

    def task(*arguments):
        return timed([oneshot, "task", *arguments, "--workspace", str(workspace), "--quiet"], repository)

    def status():
        # As a person's would be: fast, with nothing to write.
        return min(timed(["git", "status", "--porcelain"], repository) for _ in range(2))

    starts, snapshots, peers = [], [], []
    for run in range(runs + 1):
        before = status()
        start = task("start", "Some work")
        changed.write_text(f"value = {run}\n")
        between = status()
        snapshot = task("snapshot")
        after = status()
        task("end")
        # The first round fills the caches.
        if run:
            starts.append(start)
            snapshots.append(snapshot)
            peers.append((before, between, after))
    yield "start_task, warm", starts, [(before + between) / 2 for before, between, _ in peers], 1.5
    yield "snapshot of one changed file", snapshots, [(between + after) / 2 for _, between, after in peers], 1.2
