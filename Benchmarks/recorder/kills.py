"""The recorder is killed at random moments under load; what had ended must be there, what was cut must say so."""

import contextlib
import random
import shutil
import sqlite3
import time

import ledger
import machine
from figures import at_most
from targets import finish_load, start_load

STREAMS = 4
# Each workspace is killed this often, so that a database that has been through several is looked at too.
KILLS_PER_WORKSPACE = 10
IDS_PER_KILL = 1_000_000


def measure(bench):
    lost = uncut = broken = 0
    rounds = 10 if bench.quick else 100
    for _ in range(rounds // KILLS_PER_WORKSPACE):
        with workspace(bench) as directory:
            for number in range(1, KILLS_PER_WORKSPACE + 1):
                first = number * IDS_PER_KILL
                database, ended, begun = kill_under_load(bench, directory, first)
                broken += not is_sound(database)
                found = after_restart(bench, directory, first)
                lost += sum(found.get(identifier) != "complete" for identifier in ended)
                uncut += sum(found.get(identifier) != "cut" for identifier in begun)
                uncut += sum(state == "in_flight" for state in found.values())
    yield at_most(f"{rounds} x kill -9: exchanges lost that had ended 100 ms before", [lost], "exchanges", 0)
    yield at_most(f"{rounds} x kill -9: streams not kept as cut", [uncut], "streams", 0)
    yield at_most(f"{rounds} x kill -9: databases that do not open or are not sound", [broken], "databases", 0)


@contextlib.contextmanager
def workspace(bench):
    directory = bench.directory()
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def kill_under_load(bench, directory, first):
    """Returns the database, the exchanges that had ended 100 ms before the kill, and the streams begun by then."""
    target = bench.start("recorder", directory)
    logs = directory / "exchanges.log", directory / "streams.log"
    running = [
        start_load(target, "exchanges", connections=16, rate=800, warmup=1, seconds=60, id=first, log=logs[0]),
        start_load(target, "streams", connections=STREAMS, events=1000, interval_us=20000,
                   id=first + IDS_PER_KILL // 2, log=logs[1]),
    ]
    time.sleep(random.uniform(0.5, 1.5))
    killed = time.time() * 1000
    target.program.process.kill()
    target.program.process.wait()
    for process in running:
        finish_load(process)
    return target.database, *(
        [identifier for identifier, end in ledger.answered(log).items() if end < killed - 100] for log in logs)


def is_sound(database):
    try:
        with contextlib.closing(sqlite3.connect(database)) as connection:
            return connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    except sqlite3.Error:
        return False


def after_restart(bench, directory, first):
    """The states of this kill's exchanges once a new recorder has seen what the killed one left."""
    target = bench.start("recorder", directory)
    machine.settle(target.pid)
    try:
        states = ledger.recorded(target.database)
        return {identifier: state for identifier, state in states.items() if identifier >= first}
    finally:
        target.program.stop()
