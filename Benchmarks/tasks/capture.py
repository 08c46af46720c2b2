#!/usr/bin/env python3
"""Captures tasks in generated repository states, and in a repository of 100,000 files.

    python3 Benchmarks/tasks/capture.py [--oneshot PATH] [--quick] [--json FILE] [--seed N] [--states N] [--files N]

Each state goes through 'oneshot task start', work, and 'oneshot task end' (some through 'abort'). Compared are: every
byte of the person's repository but refs/oneshot, and the times of the working tree, before and after each command; the
start and end trees with the files on disk; and the start tree with the patch, applied by plain git, with the end tree.
Prints a table; the JSON file gets a list of figures. Exit status 1 when a goal is missed.
"""

import argparse
import concurrent.futures
import datetime
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import invariance
import large

ROOT = pathlib.Path(__file__).resolve().parents[2]


def machine():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines() if os.path.exists("/proc/cpuinfo") else []
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
    return f"{os.cpu_count()} x {model}, {os.uname().sysname} {os.uname().release}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--oneshot", default=ROOT / ".build/release/oneshot", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true", help="60 states, 10,000 files")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--states", type=int)
    parser.add_argument("--files", type=int)
    options = parser.parse_args()
    oneshot = str(options.oneshot.resolve())
    states = options.states if options.states is not None else (60 if options.quick else 1000)
    files = options.files if options.files is not None else (10_000 if options.quick else 100_000)
    figures = []

    def figure(name, value, unit, goal, met, runs, **peer):
        figures.append({
            "figure": name, "value": round(value, 4), "unit": unit, "goal": goal, "met": met, **peer,
            "machine": machine(), "date": datetime.date.today().isoformat(), "runs": runs,
        })
        print(f"{'ok  ' if met else 'MISS'} {name}: {value:.4g} {unit} (goal {goal}; {runs} runs) {peer or ''}", flush=True)

    work = pathlib.Path(tempfile.mkdtemp(prefix="oneshot-capture-"))
    try:
        if states:
            start = time.monotonic()
            seeds = [f"{options.seed}-{index}" for index in range(states)]
            misses = []
            with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
                jobs = [pool.submit(invariance.check, oneshot, seed, str(work / seed)) for seed in seeds]
                for seed, job in zip(seeds, jobs):
                    traits, problems = job.result()
                    if problems:
                        misses.append(seed)
                        print(f"state {seed} ({', '.join(traits)}): {'; '.join(problems)}", flush=True)
            figure("capture invariance", len(misses), "misses", "0", not misses, states)
            print(f"     {states} states in {time.monotonic() - start:.0f} s")
        if files:
            for name, ours, peer, limit in large.measure(oneshot, work / "large", files, 2 if options.quick else 7):
                ratio = statistics.median(a / b for a, b in zip(ours, peer))
                figure(
                    f"{name}, {files} files", statistics.median(ours), "s", f"<= {limit} x git status", ratio <= limit,
                    len(ours), peer="git status", peer_value=round(statistics.median(peer), 4), ratio=round(ratio, 3),
                )
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 0 if all(each["met"] for each in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
