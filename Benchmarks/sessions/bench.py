#!/usr/bin/env python3
"""Measures decoding and cleaning: a recorded stream of the Responses API beside the official Python SDK, and what a
poll of the cleaner costs with 1,000, 10,000 and 50,000 exchanges stored; and redaction: speed with the whole rule file, on
the worst inputs too, recall in every encoding, false findings, and what it damages.

    python3 Benchmarks/sessions/bench.py [--program PATH] [--quick] [--only NAME …] [--gate]

Everything runs on this machine. Each figure is the median of its runs, at least five; the decoder and the SDK take turns.
Prints a table and writes .build/bench/sessions.json. Exit status 1 when something could not be measured, or with --gate
when a goal is missed.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import stream

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BENCH = ROOT / ".build/bench"
sys.path.insert(0, str(ROOT / "Benchmarks/recorder"))
import figures  # noqa: E402


def output_of(*arguments):
    words = [str(argument) for argument in arguments]
    result = subprocess.run(words, capture_output=True, text=True)
    if result.returncode != 0:
        raise SystemExit(f"{' '.join(words[:2])}: {result.stderr.strip()[-2000:]}")
    return json.loads(result.stdout)


def decoding(program, quick, work):
    path = work / "responses.sse"
    size = stream.write(path, (4 if quick else 20) << 20)
    python = BENCH / "openai/bin/python"
    own, sdk = [], []
    for _ in range(5):
        answer = output_of(program, "decode", path, 5)
        peer = output_of(python, HERE / "sdk.py", path)
        for part in ("text", "total_tokens"):
            if answer[part] != peer[part]:
                raise SystemExit(f"decode: {part} is {answer[part]}, of the SDK {peer[part]}")
        own.append(size / 1e6 / statistics.median(answer["seconds"]))
        sdk.append(size / 1e6 / peer["seconds"])
    figure = f"decoding a Responses stream of {size >> 20} MiB, one core"
    value = statistics.median(own)
    yield figures.Figure(figure, value, "MB/s", ">= 200 MB/s", value >= 200, runs=len(own))
    yield figures.times_at_least(figure, own, "MB/s", 20, f"openai-python {peer['version']}", sdk)


def splitting(program, quick, work):
    ways = different = count = 0
    for api in ("responses", "chat", "messages", "gemini"):
        for path in sorted((ROOT / "Fuzz/corpus" / api).iterdir()):
            if path.name == "request":
                continue
            sample = work / f"{api}-{path.name}"
            # Three bytes tell the fuzz target what to do with the rest.
            sample.write_bytes(path.read_bytes()[3:])
            answer = output_of(program, "splits", sample, api)
            count, ways, different = count + 1, ways + answer["ways"], different + answer["different"]
    figure = f"decoding {count} sample streams, cut in each of {ways:,} ways: other results"
    yield figures.Figure(figure, different, "", "0", different == 0)


def polling(program, quick, work):
    for count in (1000, 10_000) if quick else (1000, 10_000, 50_000):
        directory = work / str(count)
        directory.mkdir()
        answer = output_of(program, "poll", directory, count)
        yield figures.at_most(f"cleaner poll, nothing new, {count:,} stored", answer["idle_ms"], "ms", 5)
        yield figures.at_most(f"cleaner poll, one new exchange, {count:,} stored", answer["one_ms"], "ms", 5)
        spent = [seconds / count * 1000 for seconds in answer["first_cpu_seconds"]]
        yield figures.at_most(f"cleaner, CPU per 1,000 of {count:,} new exchanges", spent, "s", 0.03)


def redaction(program, quick, work):
    answer = output_of(program, "redact", 2 if quick else 5)
    title = f"redaction, {answer['rules']} rules, session text, for each MB"
    yield figures.at_most(title, answer["seconds_per_mb"], "s", 1)
    worst = max(answer["worst"], key=lambda input: input["seconds"][-1])
    name = f"redaction, for each MB of the worst input ({worst['name']})"
    yield figures.at_most(name, [worst["seconds"][-1]], "s", 1)
    # Four times the text; 16 times as long would be quadratic. What takes less than 50 ms is noise.
    growth = max(input["seconds"][2] / max(input["seconds"][0], 0.05) for input in answer["worst"])
    name = f"redaction, growth of time from n to 4n, worst of {len(answer['worst'])} inputs"
    yield figures.Figure(name, growth, "x", "<= 6 x", growth <= 6)
    for view, recall in answer["recall"].items():
        name = f"redaction recall, {answer['formats']} formats, {view}"
        yield figures.Figure(name, recall, "", ">= 0.95", recall >= 0.95)
    found = answer["false_per_mb"]
    yield figures.Figure("redaction, false findings for each MB of clean session text", found, "", "<= 25", found <= 25)
    damaged = answer["damaged"]
    yield figures.Figure("redaction, damaged ids, commits and hashes", damaged, "", "0", damaged == 0)


SECTIONS = {"decode": decoding, "splits": splitting, "poll": polling, "redact": redaction}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / ".build/release/SessionsBenchmark")
    parser.add_argument("--quick", action="store_true", help="a shorter stream, and no 50,000 exchanges")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS), metavar="NAME")
    parser.add_argument("--gate", action="store_true", help="exit status 1 when a goal is missed")
    parser.add_argument("--output", type=pathlib.Path, default=BENCH / "sessions.json")
    arguments = parser.parse_args()
    if not arguments.program.exists():
        sys.exit(f"{arguments.program} does not exist; 'make bench-sessions' builds it")
    subprocess.run(["bash", HERE / "setup.sh"], check=True)
    measured = []
    with tempfile.TemporaryDirectory(prefix="work-", dir=BENCH) as work:
        for name in arguments.only:
            measured += SECTIONS[name](arguments.program.resolve(), arguments.quick, pathlib.Path(work))
    figures.write(arguments.output, measured)
    print(figures.table(measured))
    missed = sum(not figure.met for figure in measured)
    print(f"\n{len(measured) - missed} of {len(measured)} goals met; {arguments.output}")
    sys.exit(1 if arguments.gate and missed else 0)


if __name__ == "__main__":
    main()
