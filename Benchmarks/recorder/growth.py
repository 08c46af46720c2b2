"""How much the raw store grows with a session whose every request repeats the history."""

import contextlib
import json
import random
import sqlite3

import client
from figures import at_most

TURNS, PER_TURN = 100, 4000
WORDS = ("the of and to in is that it for on with as this by from function return value error file test build run class "
         "let var public struct import index count path name result status line code").split()


def measure(bench):
    names = ("recorder", "mitmdump")
    times, wrong = {name: [] for name in names}, []
    for run in range(bench.runs):
        with bench.fresh(*names) as found:
            for name, target in found.items():
                bodies, new_bytes = session(target, random.Random(run))
                target.program.stop()
                times[name].append(size(target) / new_bytes)
                if name == "recorder":
                    wrong.append(len(set(bodies) - stored(target)))
    figure = f"raw store after {TURNS} turns, over the new bytes"
    yield at_most(figure, times["recorder"], "x", 3, "mitmdump", times["mitmdump"])
    yield at_most(f"requests of these {TURNS} turns not given back byte for byte", wrong, "requests", 0)


def size(target):
    """Of all that lies in the store's directory, once the log of the last writes is in the database."""
    with contextlib.closing(sqlite3.connect(target.database, timeout=30)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return sum(path.stat().st_size for path in target.database.parent.rglob("*") if path.is_file())


def item(role, count, source):
    """A message of about `count` bytes of words and numbers."""
    words = []
    while sum(map(len, words)) + len(words) < count - 60:
        words.append(source.choice(WORDS) if source.random() < 0.5 else str(source.randrange(100_000)))
    return {"type": "message", "role": role, "content": [{"type": "input_text", "text": " ".join(words)}]}


def session(target, source):
    """Returns the bodies of the requests, and how many bytes of them and of the answers were new."""
    history, bodies, new_bytes = [item("developer", PER_TURN, source)], [], PER_TURN
    with client.connect(target) as connection:
        for _ in range(TURNS):
            # What a turn adds: the model's last answer as it is sent back, and what a tool or the person said.
            history += [item("assistant", PER_TURN // 2, source), item("user", PER_TURN // 2, source)]
            bodies.append(json.dumps({"model": "practice", "stream": False, "input": history}).encode())
            answer = client.ask(connection, "kind=json&size=1024", bodies[-1]).read()
            new_bytes += PER_TURN + len(answer)
    return bodies, new_bytes


def stored(target):
    with client.reader(target) as database:
        database.text_factory = bytes
        return {row[0] for row in database.execute("SELECT request_json FROM traces")}
