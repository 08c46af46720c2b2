"""The programs that are measured: the origin that all of them lead to, the recorder, mitmdump, and nginx."""

import contextlib
import ctypes
import getpass
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

import machine

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BENCH = ROOT / ".build/bench"
HOST = "api.openai.com"
HOSTS = 200  # h0.bench.test, h1.bench.test, …
DATABASE = pathlib.Path("data/traces/v3/raw_synth_ai.db/traces.sqlite3")
libc = ctypes.CDLL(None)


def dies_with_us():
    """In a child: it is asked to end when the benchmark does, however that comes about."""
    pr_set_pdeathsig = 1
    libc.prctl(pr_set_pdeathsig, signal.SIGTERM)


class Program:
    """A program that is running."""

    def __init__(self, name, arguments, directory, environment=None):
        self.name, self.directory = name, directory
        # Beside the directory: the disk that this is on may be made full.
        self.log = directory.with_name(f"{directory.name}-{name}.log")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [str(argument) for argument in arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=dict(os.environ, **(environment or {})), preexec_fn=dies_with_us)
        self.pid = self.process.pid

    def wait_for(self, port, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                return
            time.sleep(0.02)
        raise SystemExit(f"{self.name} did not start: {self.log.read_text()[-2000:]}")

    def stop(self):
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Target:
    """A way to the origin: a program to measure, and what the load client must know."""

    def __init__(self, name, port, authority, through_proxy, program=None, database=None):
        self.name, self.port, self.authority, self.through_proxy = name, port, authority, through_proxy
        self.program, self.database = program, database

    @property
    def pid(self):
        return self.program.pid

    def options(self):
        return [f"port={self.port}", f"ca={self.authority}", f"proxy={int(self.through_proxy)}"]


def certificate(directory):
    """A certificate for the origin and for nginx that vouches for itself."""
    key, path = directory / "origin-key.pem", directory / "origin.pem"
    names = f"DNS:localhost,DNS:{HOST},DNS:*.bench.test,IP:127.0.0.1"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", f"subjectAltName={names}", "-keyout", key, "-out", path],
        check=True, capture_output=True)
    return path, key


def start_origin(directory, path, key):
    process = subprocess.Popen([BENCH / "origin", path, key], stdout=subprocess.PIPE, preexec_fn=dies_with_us)
    return process, int(process.stdout.readline())


def start_recorder(oneshot, directory, origin_port, authority):
    port = machine.free_port()
    hosts = [HOST, *(f"h{number}.bench.test" for number in range(HOSTS))]
    upstreams = [part for host in hosts for part in ("--upstream", f"{host}=https://127.0.0.1:{origin_port}")]
    home = directory / "home"
    program = Program(
        "recorder", [oneshot, "up", "--foreground", "--quiet", "--workspace", directory, "--port", port,
                     "--trust", authority, *upstreams], directory, {"ONESHOT_HOME": str(home)})
    program.wait_for(port)
    return Target("recorder", port, home / "ca/oneshot-ca-cert.pem", True, program, directory / DATABASE)


def start_mitmdump(directory, origin_port, authority):
    port, configuration = machine.free_port(), directory / "mitmproxy"
    database = directory / DATABASE
    program = Program(
        "mitmdump", [BENCH / "mitmproxy/bin/mitmdump", "-q", "--listen-host", "127.0.0.1", "-p", port,
                     "-s", HERE / "mitmdump_addon.py", "--set", f"confdir={configuration}",
                     "--set", f"ssl_verify_upstream_trusted_ca={authority}",
                     "--set", f"bench_origin={origin_port}", "--set", f"bench_database={database}"], directory)
    program.wait_for(port)
    return Target("mitmdump", port, configuration / "mitmproxy-ca-cert.pem", True, program, database)


NGINX = """
daemon off; worker_processes auto; pid {directory}/nginx.pid; error_log {directory}/nginx-error.log; {user}
events {{ worker_connections 4096; }}
http {{
    access_log off; client_max_body_size 0; keepalive_requests 1000000000; keepalive_timeout 600;
    client_body_temp_path {directory}/nginx-body; proxy_temp_path {directory}/nginx-proxy;
    fastcgi_temp_path {directory}/nginx-f; uwsgi_temp_path {directory}/nginx-u; scgi_temp_path {directory}/nginx-s;
    upstream origin {{ server 127.0.0.1:{origin}; keepalive 256; keepalive_requests 1000000000; keepalive_timeout 600; }}
    server {{
        listen 127.0.0.1:{port} ssl; ssl_certificate {certificate}; ssl_certificate_key {key};
        location / {{
            proxy_pass https://origin; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
            proxy_buffering off; proxy_request_buffering off;
            proxy_ssl_verify on; proxy_ssl_trusted_certificate {certificate}; proxy_ssl_name {host};
            proxy_ssl_server_name on;
        }}
    }}
}}
"""


def start_nginx(directory, origin_port, path, key):
    port = machine.free_port()
    configuration = directory / "nginx.conf"
    configuration.write_text(NGINX.format(
        directory=directory, origin=origin_port, port=port, certificate=path, key=key, host=HOST,
        user=f"user {getpass.getuser()};" if os.geteuid() == 0 else ""))
    program = Program("nginx", [BENCH / "nginx/usr/sbin/nginx", "-c", configuration, "-e", directory / "nginx-error.log"], directory)
    program.wait_for(port)
    return Target("nginx hop", port, path, False, program)


def start_load(target, scenario, **options):
    arguments = [BENCH / "load", scenario, *target.options(), *(f"{name}={value}" for name, value in options.items())]
    return subprocess.Popen([str(argument) for argument in arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, preexec_fn=dies_with_us)


def finish_load(process):
    """What the load client printed at its end."""
    output, trouble = process.communicate()
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(process.args[:3])}: {trouble.strip()}")
    return json.loads(output)


def load(target, scenario, **options):
    """Runs the load client to its end; its answer, with what it cost the target until that was idle again."""
    before = machine.cpu_seconds(target.pid) if target.program else 0.0
    answer = finish_load(start_load(target, scenario, **options))
    if target.program:
        machine.settle(target.pid)
        answer["cpu"] = machine.cpu_seconds(target.pid) - before
    return answer
