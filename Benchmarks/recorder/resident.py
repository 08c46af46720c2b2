"""Resident memory: idle, after many exchanges, after a long WebSocket."""

import time

import machine
from figures import at_most
from targets import load


def measure(bench):
    names = ("recorder", "mitmdump")
    idle, exchanges, socket = ({name: [] for name in names} for _ in range(3))
    for _ in range(bench.runs):
        with bench.fresh(*names) as found:
            time.sleep(2)
            for name, target in found.items():
                idle[name].append(machine.memory(target.pid)[0])
                exchanges[name].append(after(target, "exchanges", connections=16, exchanges=9200, warmup=50))
        with bench.fresh(*names) as found:
            for name, target in found.items():
                socket[name].append(after(target, "socket", messages=400, bytes=1 << 18))
    for figure, values, limit in (("idle", idle, 30), ("after 10,000 exchanges", exchanges, 45),
                                  ("after 200 MB through one WebSocket", socket, 45)):
        yield at_most(f"resident memory {figure}", values["recorder"], "MB", limit, "mitmdump", values["mitmdump"])


def after(target, scenario, **options):
    answer = load(target, scenario, **options)
    if answer["errors"]:
        raise SystemExit(f"{target.name}: {answer['errors']} errors in {scenario}")
    time.sleep(3)
    return machine.memory(target.pid)[0]
