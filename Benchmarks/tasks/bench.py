#!/usr/bin/env python3
"""Measures capture, preparation and the proof that tasks can be trusted, on the samples of Examples/tasks.

    python3 Benchmarks/tasks/bench.py [--program PATH] [--engine ENGINE] [--quick] [--only NAME …] [--gate]

NAME is a section (capture, prepare, samples, sessions) or a sample. A sample is captured, prepared and validated by
scripts/sample.sh; the figures are those of its validation.json. In sessions, the real Codex does the work. Prints two
tables and writes .build/bench/tasks.json. Exit status 1 when something could not be measured, or with --gate when a
goal is missed.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import verdicts

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BENCH = ROOT / ".build/bench"
SESSIONS = sorted(path.parents[1].name for path in (ROOT / "Examples/tasks").glob("*/session/model.json"))
SAMPLES = sorted(path.parent.name for path in (ROOT / "Examples/tasks").glob("*/sample.json"))
QUICK = ("python-bookings", "docs-mirror", "shell-rotate")
sys.path.insert(0, str(ROOT / "Benchmarks/recorder"))
import figures  # noqa: E402


def run(*words, **options):
    result = subprocess.run([str(word) for word in words], capture_output=True, text=True, **options)
    if result.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(map(str, words[:3]))}: {(result.stderr or result.stdout).strip()[-2000:]}")
    return result


def environment(options):
    """The program that is measured comes first where scripts look for it."""
    return dict(os.environ, PATH=f"{options.program.parent}:{os.environ['PATH']}")


def sample(name, options, *words):
    script = ROOT / "scripts/sample.sh"
    result = run("bash", script, name, "--into", options.work, *words, env=environment(options))
    prepared = pathlib.Path(result.stdout.strip().splitlines()[-1])
    return prepared, options.work / name


def capture(options):
    output = options.work / "capture.json"
    words = ["--quick"] if options.quick else []
    run(sys.executable, HERE / "capture.py", "--oneshot", options.program, "--json", output, *words)
    for document in json.loads(output.read_text()):
        known = {field: document[field] for field in figures.Figure.__dataclass_fields__ if field in document}
        yield figures.Figure(**known)


def prepare(options):
    prepared, workspace = sample("python-bookings", options, "--prepare-only")
    created = next(workspace.glob("data/tasks/created/*/tb_meta.json")).parent
    # Where we may, without even a network to ask.
    alone = ["unshare", "--net"] if os.geteuid() == 0 and shutil.which("unshare") else []
    seconds = []
    for _ in range(5):
        shutil.rmtree(prepared)
        shutil.rmtree(workspace / "data/.oneshot/prepared", ignore_errors=True)
        begin = time.monotonic()
        run(*alone, options.program, "prepare", created, cwd=workspace)
        seconds.append(time.monotonic() - begin)
        if not (prepared / "repo.bundle").exists():
            raise SystemExit(f"prepare left no task in {prepared}")
    yield figures.at_most("prepare, a small Python repository, no network, no image build", seconds, "s", 5)


def validated(names, options, *words):
    found = {}
    for name in names:
        begin = time.monotonic()
        prepared, _ = sample(name, options, "--engine", options.engine, *words)
        record = json.loads((prepared / "validation.json").read_text())
        found[name] = verdicts.of(record, time.monotonic() - begin)
        print(verdicts.line(name, found[name]), file=sys.stderr, flush=True)
    return found


def samples(options):
    found = validated(options.samples, options)
    options.table = verdicts.table(found)
    yield from verdicts.figures_of(found, figures.Figure)


def sessions(options):
    found = validated(SESSIONS, options, "--codex")
    admitted = sum(verdict.admitted for verdict in found.values())
    title = f"sessions of the real Codex, admitted with no hand edit, of {len(found)}"
    yield figures.Figure(title, float(admitted), "", str(len(found)), admitted == len(found), runs=len(found))
    title = f"sessions whose rejected attempt is a near miss that fails, of {len(found)}"
    held = sum(verdict.near_miss is not None and verdict.near_miss < 1 for verdict in found.values())
    yield figures.Figure(title, float(held), "", str(len(found)), held == len(found), runs=len(found))


SECTIONS = {"capture": capture, "prepare": prepare, "samples": samples, "sessions": sessions}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / ".build/release/oneshot")
    parser.add_argument("--engine", default="podman", choices=("podman", "docker", "local"))
    parser.add_argument("--quick", action="store_true", help=f"only {', '.join(QUICK)}, and a smaller repository")
    parser.add_argument("--only", nargs="+", choices=[*SECTIONS, *SAMPLES], metavar="NAME", default=list(SECTIONS))
    parser.add_argument("--gate", action="store_true", help="exit status 1 when a goal is missed")
    parser.add_argument("--output", type=pathlib.Path, default=BENCH / "tasks.json")
    options = parser.parse_args()
    if not options.program.exists():
        sys.exit(f"{options.program} does not exist; 'make bench-tasks' builds it")
    options.program = options.program.resolve()
    named = [name for name in options.only if name in SAMPLES]
    options.samples = named or (QUICK if options.quick else SAMPLES)
    options.table = ""
    sections = [name for name in SECTIONS if name in options.only or (name == "samples" and named)]
    BENCH.mkdir(parents=True, exist_ok=True)
    measured = []
    with tempfile.TemporaryDirectory(prefix="tasks-", dir=BENCH) as work:
        options.work = pathlib.Path(work)
        for name in sections:
            measured += SECTIONS[name](options)
    figures.write(options.output, measured)
    print(figures.table([figure for figure in measured if ": " not in figure.figure]))
    if options.table:
        print(f"\n{options.table}")
    missed = sum(not figure.met for figure in measured)
    print(f"\n{len(measured) - missed} of {len(measured)} goals met; {options.output}")
    sys.exit(1 if options.gate and missed else 0)


if __name__ == "__main__":
    main()
