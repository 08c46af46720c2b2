#!/usr/bin/env python3
"""How much later the first event of a stream arrives through the recorder than without it.

Starts a TLS origin on 127.0.0.1 that answers with slow server-sent events, and `oneshot up` in a directory of its
own; then asks for streams in turn, directly and through the recorder. Each time a connection is opened and asked for
two streams: the first is timed from before the connection was opened, the second from its request. The medians of each
run are compared within that run. Needs Python 3.9 and the openssl command; nothing leaves the machine.

    python3 Benchmarks/recorder/sse_first_event.py [--oneshot PATH] [--runs 5] [--streams 20]

Prints a table and writes .build/bench/recorder.json. Exit status 1 when the goal is missed.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HOST = "api.openai.com"
GOAL_MS = 5.0
# A new connection: connecting included. A kept one: from the request.
KINDS = ("new", "kept")
ROOT = pathlib.Path(__file__).resolve().parents[2]


def make_certificate(directory):
    """A certificate for this machine that vouches for itself."""
    key, certificate = directory / "origin-key.pem", directory / "origin.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True)
    return key, certificate


class Origin:
    """Answers every request with `events` events, the first at once, one each `interval` seconds."""

    def __init__(self, key, certificate, events, interval):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.events, self.interval = events, interval
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.context.wrap_socket(connection, server_side=True) as tls:
                while self.answer(tls):
                    pass
        except (OSError, ValueError, StopIteration):
            connection.close()

    def answer(self, tls):
        request = b""
        while b"\r\n\r\n" not in request:
            piece = tls.recv(65536)
            if not piece:
                return False
            request += piece
        head, _, body = request.partition(b"\r\n\r\n")
        length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        while len(body) < int(length.split(b":")[1]):
            body += tls.recv(65536)
        tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number in range(self.events):
            if number:
                time.sleep(self.interval)
            delta = json.dumps({"type": "response.output_text.delta", "n": number, "delta": "x" * 100})
            data = f"data: {delta}\n\n".encode()
            tls.sendall(b"%x\r\n%s\r\n" % (len(data), data))
        tls.sendall(b"0\r\n\r\n")
        return True


def ask(connection, body, start):
    """Asks for a stream and reads all of it.

    Returns the milliseconds from `start` to its first event."""
    connection.sendall(b"POST /v1/responses HTTP/1.1\r\nHost: " + HOST.encode() + b"\r\n"
                       b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    received, first = b"", None
    while not received.endswith(b"0\r\n\r\n"):
        piece = connection.recv(65536)
        if not piece:
            raise SystemExit("a stream ended early")
        received += piece
        if first is None and b"data:" in received:
            first = time.perf_counter()
    return (first - start) * 1000


def streams(connect, body):
    """The times of the first event on a new connection, connecting included, and on a kept one."""
    start = time.perf_counter()
    with connect() as connection:
        return {"new": ask(connection, body, start), "kept": ask(connection, body, time.perf_counter())}


def tcp(port):
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def direct(port, certificate):
    context = ssl.create_default_context(cafile=certificate)
    return lambda: context.wrap_socket(tcp(port), server_hostname="localhost")


def through(port, authority):
    context = ssl.create_default_context(cafile=authority)

    def connect():
        connection = tcp(port)
        connection.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += connection.recv(4096)
        if b" 200 " not in answer.split(b"\r\n")[0]:
            raise SystemExit(f"CONNECT was refused: {answer!r}")
        return context.wrap_socket(connection, server_hostname=HOST)

    return connect


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def start_recorder(program, directory, origin, certificate):
    port = free_port()
    environment = dict(os.environ, ONESHOT_HOME=str(directory / "home"))
    process = subprocess.Popen(
        [program, "up", "--foreground", "--quiet", "--workspace", str(directory), "--port", str(port), "--upstream",
         f"{HOST}=https://127.0.0.1:{origin.port}", "--trust", str(certificate)],
        env=environment, stdout=subprocess.DEVNULL, stderr=open(directory / "recorder.log", "wb"))
    deadline = time.time() + 30
    while time.time() < deadline and process.poll() is None:
        try:
            tcp(port).close()
            return process, port
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the recorder did not start: " + (directory / "recorder.log").read_text())


def machine():
    model = "unknown processor"
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{os.cpu_count()} x {model}, {platform.system()} {platform.release()}"


def line(run, kind, direct_ms, recorder_ms):
    return (f"{run:>4} {kind:>10} {direct_ms:>9.2f} {recorder_ms:>9.2f} {recorder_ms - direct_ms:>9.2f} "
            f"{recorder_ms / direct_ms:>7.2f}")


def figure(kind, runs):
    """The medians over all runs, as an object of recorder.json; prints its line of the table."""
    direct_ms = statistics.median(run["direct"] for run in runs)
    recorder_ms = statistics.median(run["recorder"] for run in runs)
    added = statistics.median(run["recorder"] - run["direct"] for run in runs)
    met = added <= GOAL_MS
    print(line("all", kind, direct_ms, recorder_ms) + f"   goal: at most {GOAL_MS:g} added, {'met' if met else 'MISSED'}")
    return {
        "figure": f"sse_first_event_added_{kind}_connection",
        "value": round(added, 3), "unit": "ms", "goal": GOAL_MS, "met": met,
        "peer": "direct", "peer_value": round(direct_ms, 3), "ratio": round(recorder_ms / direct_ms, 3),
        "machine": machine(), "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "runs": [{way: round(value, 3) for way, value in run.items()} for run in runs],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    built = [ROOT / ".build" / kind / "oneshot" for kind in ("release", "debug")]
    default = next((path for path in built if path.exists()), built[0])
    parser.add_argument("--oneshot", type=pathlib.Path, default=default)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--streams", type=int, default=20, help="connections in each run, each way")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / ".build/bench/recorder.json")
    arguments = parser.parse_args()
    if not arguments.oneshot.exists():
        sys.exit(f"{arguments.oneshot} does not exist; build it with 'swift build -c release', or name it with --oneshot")

    with tempfile.TemporaryDirectory(prefix="oneshot-bench-") as name:
        directory = pathlib.Path(name)
        key, certificate = make_certificate(directory)
        origin = Origin(key, certificate, events=10, interval=0.005)
        recorder, port = start_recorder(arguments.oneshot, directory, origin, certificate)
        try:
            ways = {
                "direct": direct(origin.port, certificate),
                "recorder": through(port, directory / "home/ca/oneshot-ca-cert.pem"),
            }
            body = json.dumps({"model": "practice", "stream": True, "input": "x" * 2000}).encode()
            for connect in ways.values():
                streams(connect, body)
            print(f"{arguments.oneshot}: {arguments.runs} runs of {arguments.streams} connections each way")
            print("milliseconds to the first event, medians")
            print(f"{'run':>4} {'connection':>10} {'direct':>9} {'recorder':>9} {'added':>9} {'ratio':>7}")
            runs = {kind: [] for kind in KINDS}
            for number in range(1, arguments.runs + 1):
                times = {way: [] for way in ways}
                for _ in range(arguments.streams):
                    for way, connect in ways.items():
                        times[way].append(streams(connect, body))
                for kind in KINDS:
                    medians = {way: statistics.median(time[kind] for time in times[way]) for way in ways}
                    runs[kind].append(medians)
                    print(line(number, kind, medians["direct"], medians["recorder"]))
        finally:
            recorder.send_signal(signal.SIGTERM)
            try:
                recorder.wait(20)
            except subprocess.TimeoutExpired:
                recorder.kill()

    figures = [figure(kind, runs[kind]) for kind in KINDS]
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(figures, indent=2) + "\n")
    sys.exit(0 if all(figure["met"] for figure in figures) else 1)


if __name__ == "__main__":
    main()
