"""The database is locked by another process, or its disk is full, for ten seconds under load."""

import contextlib
import os
import sqlite3
import time

import client
import ledger
import machine
from disk import small_disk
from figures import at_most
from targets import finish_load, start_load

# Seconds of load before the outage, and of the outage; the load lasts for 20.
BEFORE, OUTAGE = 5.0, 10.0
LOAD = {
    "recorder": {"exchanges": 24_000, "rate": 1200},
    # What mitmdump can carry without an outage, with its reserve.
    "mitmdump": {"exchanges": 2_400, "rate": 120},
}
DISK = 512 << 20


def measure(bench):
    runs = {"recorder": 1 if bench.quick else 5, "mitmdump": 1}
    for what, outage in (("database locked 10 s", locked), ("disk full 10 s", full)):
        results = {name: [under_load(bench, name, outage) for _ in range(count)] for name, count in runs.items()}
        for title, part, unit, limit in (
                ("errors at the client", "errors", "errors", 0), ("longest exchange at the client", "stall", "ms", 50),
                ("exchanges lost", "lost", "exchanges", 0)):
            own, peer = ([result[part] for result in results[name]] for name in ("recorder", "mitmdump"))
            yield at_most(f"{what}: {title}", own, unit, limit, "mitmdump", peer)


def under_load(bench, name, outage):
    directory = bench.directory()
    log = directory.with_suffix(".log")
    with small_disk(directory, DISK):
        target = bench.start(name, directory)
        try:
            process = start_load(target, "exchanges", connections=64, warmup=1, id=1, log=log, **LOAD[name])
            time.sleep(BEFORE)
            outage(target)
            answer = finish_load(process)
            machine.settle(target.pid)
            ended = ledger.answered(log)
            client.wait_until(lambda: ledger.lost(ended, target.database) == 0, 10, poll=1)
            lost = ledger.lost(ended, target.database)
            return {"errors": answer["errors"], "stall": answer["latency"]["max"], "lost": lost}
        finally:
            target.program.stop()


def locked(target):
    with contextlib.closing(sqlite3.connect(target.database, timeout=30, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(OUTAGE)
        connection.execute("ROLLBACK")


def full(target):
    filler = target.database.parent / "filler"
    end = time.monotonic() + OUTAGE
    with open(filler, "wb") as file:
        while time.monotonic() < end:
            # Again and again: what the target frees is taken too.
            fill(file.fileno())
            time.sleep(0.05)
    filler.unlink()


def fill(descriptor):
    piece = 64 << 20
    while piece >= 4096:
        try:
            os.posix_fallocate(descriptor, os.fstat(descriptor).st_size, piece)
        except OSError:
            piece //= 2
