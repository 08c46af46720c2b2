"""The tamper suite of `oneshot validate` on samples, on both engines."""

import json
import pathlib
import subprocess
import sys

import trials

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "Benchmarks/tasks"))
import verdicts  # noqa: E402

SAMPLES = ("python-bookings", "node-retry", "shell-rotate")


def measure(options, figures):
    for engine in options.engines:
        accepted = tried = 0
        for name in SAMPLES[:1] if options.quick else SAMPLES:
            words = ["bash", ROOT / "scripts/sample.sh", name, "--engine", engine, "--into", options.work / "tampers"]
            done = subprocess.run([str(word) for word in words], capture_output=True, text=True,
                                  env=trials.environment(options))
            if done.returncode not in (0, 1):
                raise SystemExit(f"scripts/sample.sh {name}: {(done.stderr or done.stdout).strip()[-1000:]}")
            prepared = pathlib.Path(done.stdout.strip().splitlines()[-1])
            verdict = verdicts.of(json.loads((prepared / "validation.json").read_text()), 0)
            print(f"{engine}: {verdicts.line(name, verdict)}", file=sys.stderr, flush=True)
            accepted += len(verdict.accepted)
            tried += verdict.tampers
        yield figures.Figure(f"tampers accepted, of {tried}, {engine}", float(accepted), "", "0",
                             accepted == 0 and tried > 0, runs=tried)
