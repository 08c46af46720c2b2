"""Small exchanges on kept connections: added latency, exchanges per second, CPU."""

from figures import at_most, over_direct, times_at_least, times_at_most
from targets import load


def measure(bench):
    seconds = 2 if bench.quick else 4
    with bench.fresh("direct", "nginx hop", "mitmdump", "recorder") as found:
        one, some, many = (
            bench.in_turn(found, lambda target: checked(load(target, "exchanges", connections=count, seconds=seconds)))
            for count in (1, 16, 64))
    return [*latency(one), *rate(some, 16), *rate(many, 64), *cpu(some)]


def checked(answer):
    if answer["errors"]:
        raise SystemExit(f"{answer['errors']} exchanges failed")
    return answer


def latency(runs):
    for part, limit in (("p50", 0.4), ("p99", 2.0)):
        figure = f"added latency {part}, 1 connection"
        added = {name: over_direct(runs, name, lambda answer: answer["latency"][part]) for name in runs}
        own = added["recorder"]
        yield at_most(figure, own, "ms", limit)
        yield times_at_most(figure, own, "ms", 2, "nginx hop", added["nginx hop"])
        yield times_at_most(figure, own, "ms", 1 / 8, "mitmdump", added["mitmdump"])


def rate(runs, count):
    figure = f"exchanges per second, {count} connections"
    rates = {name: [answer["per_second"] for answer in answers] for name, answers in runs.items()}
    yield times_at_least(figure, rates["recorder"], "/s", 12, "mitmdump", rates["mitmdump"])
    yield times_at_least(figure, rates["recorder"], "/s", 0.5, "nginx hop", rates["nginx hop"])


def cpu(runs):
    spent = {name: [answer["cpu"] / answer["total"] * 1000 for answer in runs[name]]
             for name in ("nginx hop", "mitmdump", "recorder")}
    for peer in ("nginx hop", "mitmdump"):
        yield at_most("CPU per 1,000 exchanges, 16 connections", spent["recorder"], "s", 0.2, peer, spent[peer])
