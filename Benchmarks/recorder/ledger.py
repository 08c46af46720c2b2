"""Which exchanges a client has had, and which of them the database holds."""

import contextlib
import re
import sqlite3

IDENTIFIER = re.compile(r"&id=(\d+)")


def answered(path):
    """From the load client's log: the id of each exchange, and when its last byte came in milliseconds since 1970."""
    return {int(identifier): int(end) for identifier, end in (line.split() for line in path.read_text().splitlines())}


def recorded(database):
    """The state of each exchange by its id; one is `complete` only when its answer is that exchange's."""
    states = {}
    with contextlib.closing(sqlite3.connect(database, timeout=30)) as connection:
        rows = connection.execute(
            "SELECT url, state, substr(response_json, 1, 40) FROM traces WHERE transport = 'http'")
        for url, state, answer in rows:
            identifier = int(IDENTIFIER.search(url).group(1))
            if state == "complete" and not (answer or "").startswith((f'{{"id":{identifier},', '{"_raw"')):
                state = "wrong"
            states[identifier] = state
    return states


def lost(answered_ids, database):
    states = recorded(database)
    return sum(states.get(identifier) != "complete" for identifier in answered_ids)
