#!/usr/bin/env python3
"""Measures the recorder beside mitmdump, an nginx hop that records nothing, and no proxy at all.

    python3 Benchmarks/recorder/bench.py [--oneshot PATH] [--quick] [--only NAME …] [--gate]

Everything runs on this machine; nothing leaves it. Each figure is the median of five runs (two with --quick), and
ratios are taken within a run, in which the targets take turns. Prints a table and writes .build/bench/recorder.json.
Exit status 1 when something could not be measured, or with --gate when a goal is missed.
"""

import argparse
import contextlib
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import bodies
import connections
import exchanges
import figures
import growth
import kills
import outages
import resident
import streams
import targets
import visibility

SECTIONS = {
    "exchanges": exchanges.measure, "streams": streams.measure, "connections": connections.measure,
    "bodies": bodies.measure, "memory": resident.measure, "growth": growth.measure, "visibility": visibility.measure,
    "kills": kills.measure, "outages": outages.measure,
}


class Bench:
    """One measurement: the origin, and fresh targets for who asks."""

    def __init__(self, oneshot, quick, work, scope):
        self.oneshot, self.quick, self.work = oneshot, quick, work
        self.runs = 2 if quick else 5
        self.certificate, self.key = targets.certificate(work)
        self.origin, self.origin_port = targets.start_origin(work, self.certificate, self.key)
        scope.callback(self.origin.kill)
        self.count = 0

    def directory(self):
        self.count += 1
        path = self.work / str(self.count)
        path.mkdir()
        return path

    @contextlib.contextmanager
    def fresh(self, *names):
        """New processes with empty databases, by name; they end with the scope."""
        with contextlib.ExitStack() as scope:
            found = {}
            for name in names:
                directory = self.directory()
                scope.callback(shutil.rmtree, directory, ignore_errors=True)
                found[name] = self.start(name, directory)
                if found[name].program:
                    scope.callback(found[name].program.stop)
            yield found

    def start(self, name, directory):
        if name == "direct":
            return targets.Target("direct", self.origin_port, self.certificate, False)
        if name == "nginx hop":
            return targets.start_nginx(directory, self.origin_port, self.certificate, self.key)
        if name == "mitmdump":
            return targets.start_mitmdump(directory, self.origin_port, self.certificate)
        return targets.start_recorder(self.oneshot, directory, self.origin_port, self.certificate)

    def in_turn(self, found, measure):
        """Measures each target in each run, another one first each time. Returns the answers by name."""
        answers = {name: [] for name in found}
        names = list(found)
        for run in range(self.runs):
            for name in names[run % len(names):] + names[:run % len(names)]:
                answers[name].append(measure(found[name]))
        return answers


def parsed_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--oneshot", type=pathlib.Path, default=targets.ROOT / ".build/release/oneshot")
    parser.add_argument("--quick", action="store_true", help="two short runs: a look, not a measurement")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS), metavar="NAME",
                        help=f"some of: {', '.join(SECTIONS)}")
    parser.add_argument("--gate", action="store_true", help="exit status 1 when a goal is missed")
    parser.add_argument("--markdown", action="store_true", help="print the table for docs/performance.md too")
    parser.add_argument("--output", type=pathlib.Path, default=targets.BENCH / "recorder.json")
    arguments = parser.parse_args()
    if not arguments.oneshot.exists():
        sys.exit(f"{arguments.oneshot} does not exist; build it with 'make release', or name it with --oneshot")
    return arguments


def main():
    arguments = parsed_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    subprocess.run(["bash", targets.HERE / "setup.sh"], check=True)
    measured = []
    with contextlib.ExitStack() as scope:
        # Not in /tmp, which is memory on some machines: what is durable must cost what it costs.
        work = pathlib.Path(scope.enter_context(tempfile.TemporaryDirectory(prefix="work-", dir=targets.BENCH)))
        bench = Bench(arguments.oneshot.resolve(), arguments.quick, work, scope)
        for name in arguments.only:
            started = time.monotonic()
            found = list(SECTIONS[name](bench))
            measured += found
            print(f"{figures.table(found)}\n({name}: {time.monotonic() - started:.0f} s)\n", flush=True)
    figures.write(arguments.output, measured)
    print(figures.table(measured))
    if arguments.markdown:
        print(figures.markdown(measured))
    missed = sum(not figure.met for figure in measured)
    print(f"\n{len(measured) - missed} of {len(measured)} goals met; {arguments.output}")
    sys.exit(1 if arguments.gate and missed else 0)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
