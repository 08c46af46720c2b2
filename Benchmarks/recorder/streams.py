"""Server-sent events: how late the first comes, how late each comes, and whether a stream is held back."""

from figures import at_most, over_direct
from targets import load

MEASURED = ("recorder", "mitmdump")


def measure(bench):
    rounds = 1 if bench.quick else 3
    with bench.fresh("direct", *MEASURED) as found:
        for count in (1, 16):
            runs = bench.in_turn(found, lambda target: load(target, "streams", connections=count, rounds=rounds))
            yield from figures_of(runs, f"{count} stream{'s' if count > 1 else ''}")
        fresh = bench.in_turn(found, lambda target: load(target, "streams", fresh=1, rounds=20, events=10))
        own, peer = (over_direct(fresh, name, lambda answer: answer["first"]["p50"]) for name in MEASURED)
        yield at_most("SSE, new connection: first event over direct", own, "ms", 2, "mitmdump", peer)


def figures_of(runs, what):
    for title, series, part, limit in (
            ("first event over direct", "first", "p50", 2),
            ("delay of each event over direct, p50", "delay", "p50", 0.3),
            ("delay of each event over direct, p99", "delay", "p99", 5)):
        own, peer = (over_direct(runs, name, lambda answer: answer[series][part]) for name in MEASURED)
        yield at_most(f"SSE, {what}: {title}", own, "ms", limit, "mitmdump", peer)
    held = {name: [answer["buffered"] + answer["errors"] for answer in runs[name]] for name in MEASURED}
    yield at_most(f"SSE, {what}: held back or broken", held["recorder"], "streams", 0, "mitmdump", held["mitmdump"])
