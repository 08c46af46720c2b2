"""What mitmdump is given so that it does the recorder's work: each exchange becomes a row in SQLite.

The columns are those of the recorder's `traces`. Every host leads to the benchmark's origin, by its own name.
"""

import base64
import json
import pathlib
import sqlite3

from mitmproxy import ctx

SCHEMA = """
CREATE TABLE IF NOT EXISTS traces (
    id INTEGER PRIMARY KEY AUTOINCREMENT, ts_ms INTEGER NOT NULL, method TEXT NOT NULL, url TEXT NOT NULL,
    request_json TEXT, response_json TEXT, meta_json TEXT NOT NULL, transport TEXT NOT NULL, state TEXT NOT NULL,
    session_id TEXT NOT NULL, status INTEGER, first_byte_ms INTEGER, end_ms INTEGER
)
"""
INSERT = """
INSERT INTO traces (ts_ms, method, url, request_json, response_json, meta_json, transport, state, session_id, status,
                    first_byte_ms, end_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def milliseconds(seconds):
    return None if seconds is None else int(seconds * 1000)


def text(body):
    try:
        return body.decode()
    except UnicodeDecodeError:
        return json.dumps({"_base64": base64.b64encode(body).decode()})


def headers(message):
    return [[name.decode("latin-1"), value.decode("latin-1")] for name, value in message.headers.fields]


class Recorder:
    def load(self, loader):
        loader.add_option("bench_origin", int, 0, "the port of the origin")
        loader.add_option("bench_database", str, "", "the database file")

    def running(self):
        path = pathlib.Path(ctx.options.bench_database)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("PRAGMA synchronous = NORMAL")
        self.database.execute(SCHEMA)

    def server_connect(self, data):
        data.server.address = ("127.0.0.1", ctx.options.bench_origin)

    def response(self, flow):
        if flow.websocket is None:
            self.insert(flow, flow.request.method, "http", "complete", text(flow.request.content or b""),
                        text(flow.response.content or b""), flow.response.timestamp_end)

    def error(self, flow):
        self.insert(flow, flow.request.method, "http", "cut", text(flow.request.content or b""), None, None)

    def websocket_message(self, flow):
        messages = flow.websocket.messages
        if not messages[-1].from_client and len(messages) > 1:
            self.insert(flow, "WEBSOCKET", "websocket", "complete", text(messages[-2].content),
                        json.dumps([text(messages[-1].content)]), messages[-1].timestamp)

    def insert(self, flow, method, transport, state, request, response, end):
        answer = flow.response
        meta = {"request_headers": headers(flow.request), "response_headers": headers(answer) if answer else []}
        try:
            self.database.execute(INSERT, (
                milliseconds(flow.request.timestamp_start), method, flow.request.pretty_url, request, response,
                json.dumps(meta), transport, state, flow.client_conn.id, answer.status_code if answer else None,
                milliseconds(answer.timestamp_start) if answer else None, milliseconds(end)))
        except sqlite3.Error as error:
            ctx.log.error(f"not recorded: {error}")


addons = [Recorder()]
