"""An agent's side of a few exchanges, and what another process sees in the database meanwhile."""

import base64
import contextlib
import http.client
import sqlite3
import ssl
import time

from targets import HOST


def connect(target, session="bench"):
    """A kept connection through the target, as a session of its own."""
    context = ssl.create_default_context(cafile=target.authority)
    connection = http.client.HTTPSConnection("127.0.0.1", target.port, context=context, timeout=60)
    credentials = base64.b64encode(f"{session}:".encode()).decode()
    connection.set_tunnel(HOST, 443, {"Proxy-Authorization": f"Basic {credentials}"})
    return contextlib.closing(connection)


def ask(connection, query, body):
    """Sends the request; returns the answer, whose body has not been read."""
    connection.request("POST", f"/v1/responses?{query}", body, {"Content-Type": "application/json"})
    return connection.getresponse()


def reader(target):
    """The target's database, as any other process opens it."""
    return contextlib.closing(sqlite3.connect(f"file:{target.database}?mode=ro", uri=True, timeout=10))


def wait_until(condition, seconds, poll=0.001):
    """Returns the seconds until the condition held; `seconds` when it did not."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if condition():
            return time.monotonic() - started
        time.sleep(poll)
    return seconds
