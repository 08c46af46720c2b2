#!/usr/bin/env python3
"""Measures trials: what they cost beside their agent, that they cannot be cheated, and that nothing of them is lost.

    python3 Benchmarks/trials/bench.py [--program PATH] [--engines ENGINE …] [--quick] [--kills N] [--only NAME …] [--gate]

NAME is a section: overhead, demo, parallel, kills, limits, probes, tampers. Prints a table and writes
.build/bench/trials.json. Exit status 1 when something could not be measured, or with --gate when a goal is missed.
"""

import argparse
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BENCH = ROOT / ".build/bench"
# Behind our own: kills.py is there, too.
sys.path.append(str(ROOT / "Benchmarks/recorder"))

import demo  # noqa: E402
import figures  # noqa: E402
import kills  # noqa: E402
import limits  # noqa: E402
import overhead  # noqa: E402
import parallel  # noqa: E402
import probes  # noqa: E402
import tampers  # noqa: E402

SECTIONS = {"overhead": overhead, "demo": demo, "parallel": parallel, "kills": kills, "limits": limits,
            "probes": probes, "tampers": tampers}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / ".build/release/oneshot")
    parser.add_argument("--engines", nargs="+", default=["local", "podman"], choices=("local", "podman", "docker"))
    parser.add_argument("--quick", action="store_true", help="fewer runs, fewer kills, one sample")
    parser.add_argument("--kills", type=int, metavar="N", help="how many kills for each engine (default: 50, quick: 6)")
    parser.add_argument("--only", nargs="+", choices=list(SECTIONS), metavar="NAME", default=list(SECTIONS))
    parser.add_argument("--gate", action="store_true", help="exit status 1 when a goal is missed")
    parser.add_argument("--output", type=pathlib.Path, default=BENCH / "trials.json")
    options = parser.parse_args()
    if not options.program.exists():
        sys.exit(f"{options.program} does not exist; 'make bench-trials' builds it")
    options.program = options.program.resolve()
    BENCH.mkdir(parents=True, exist_ok=True)
    measured = []
    with tempfile.TemporaryDirectory(prefix="trials-", dir=BENCH) as work:
        options.work = pathlib.Path(work).resolve()
        # A sandbox's user has to reach what lies below.
        options.work.chmod(0o755)
        for name in [name for name in SECTIONS if name in options.only]:
            for figure in SECTIONS[name].measure(options, figures):
                print(f"{name}: {figure.figure}: {figure.value:g} {figure.unit}", file=sys.stderr, flush=True)
                measured.append(figure)
    figures.write(options.output, measured)
    print(figures.table(measured))
    missed = sum(not figure.met for figure in measured)
    print(f"\n{len(measured) - missed} of {len(measured)} goals met; {options.output}")
    sys.exit(1 if options.gate and missed else 0)


if __name__ == "__main__":
    main()
