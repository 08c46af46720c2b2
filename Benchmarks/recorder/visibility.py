"""How soon another process, which reads the database, sees what has happened."""

import threading
import time

import client
from figures import at_most


def measure(bench):
    names = ("recorder", "mitmdump")
    finished, running = {name: [] for name in names}, {name: [] for name in names}
    with bench.fresh(*names) as found:
        for run in range(bench.runs):
            for name, target in found.items():
                finished[name].append(until_finished(target, run, 10 if bench.quick else 40))
                running[name].append(gap_in_stream(target, run))
    yield at_most("a finished exchange is visible to another process, slowest", finished["recorder"], "ms", 100,
                  "mitmdump", finished["mitmdump"])
    yield at_most("a running stream: longest time without visible progress", running["recorder"], "ms", 1000,
                  "mitmdump", running["mitmdump"])


def until_finished(target, run, count):
    """The slowest of `count` exchanges, in milliseconds since the client had the last byte."""
    slowest = 0.0
    with client.connect(target) as connection, client.reader(target) as database:
        for number in range(count):
            mark = f"%&id={run}000{number}"
            client.ask(connection, f"kind=json&size=4096&id={run}000{number}", b"{}").read()
            query = "SELECT 1 FROM traces WHERE url LIKE ? AND state = 'complete'"
            waited = client.wait_until(lambda: database.execute(query, (mark,)).fetchone(), 10)
            slowest = max(slowest, waited * 1000)
    return slowest


def gap_in_stream(target, run):
    """The longest time, in milliseconds, in which a stream of 4 s seemed to stand still, its start included."""
    mark = f"%&id={run}999"
    query = f"kind=sse&events=200&interval_us=20000&size=100&id={run}999"
    with client.connect(target) as connection:
        asked = threading.Thread(target=lambda: client.ask(connection, query, b"{}").read())
        asked.start()
        seen, changed, longest = None, time.monotonic(), 0.0
        with client.reader(target) as database:
            while asked.is_alive():
                row = database.execute(
                    "SELECT length(response_json), state FROM traces WHERE url LIKE ?", (mark,)).fetchone()
                now = time.monotonic()
                longest = max(longest, now - changed)
                if row != seen:
                    seen, changed = row, now
                time.sleep(0.01)
        asked.join()
    return longest * 1000
