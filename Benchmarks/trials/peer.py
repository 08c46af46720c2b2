"""Harbor as a peer: the same trivial trial, with its agent that does nothing, on podman."""

import json
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HARBOR = ROOT / ".build/bench/harbor/bin/harbor"
NAME = "harbor"
# For machines where podman's own choice does not run (docs/engines.md): what our engine falls back to, too.
CONTAINERS = """[containers]
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
[engine]
runtime = "runc"
"""
TASK = {
    "task.toml": 'schema_version = "1.0"\n[agent]\ntimeout_sec = 60\n[verifier]\ntimeout_sec = 60\n',
    "instruction.md": "Do nothing.\n",
    "environment/Dockerfile": "FROM docker.io/library/debian:bookworm-slim\n",
    "tests/test.sh": "#!/bin/sh\necho 1 > /logs/verifier/reward.txt\n",
    "solution/solve.sh": "#!/bin/sh\ntrue\n",
}


def seconds(directory, count):
    """What so many trials took, one after another; nothing where Harbor is not installed or does not run here."""
    if not HARBOR.exists():
        print("peer: no Harbor; Benchmarks/trials/setup.sh installs it", file=sys.stderr)
        return []
    place = directory / "harbor"
    for path, text in TASK.items():
        file = place / "task" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
    (place / "containers.conf").write_text(CONTAINERS)
    taken = []
    # The first one builds the image.
    for number in range(count + 1):
        begin = time.monotonic()
        reason = trial(place, f"jobs-{number}")
        if reason:
            print(f"peer: Harbor does not run here: {reason}", file=sys.stderr)
            return []
        taken.append(time.monotonic() - begin)
        print(f"peer: {taken[-1]:.1f} s", file=sys.stderr, flush=True)
    return taken[1:]


def trial(place, jobs):
    """Why it failed; None when its reward is 1."""
    environment = os.environ | {"HARBOR_TELEMETRY": "0", "CONTAINERS_CONF": str(place / "containers.conf"),
                                "PATH": f"{HARBOR.parent}:{os.environ['PATH']}"}
    words = [str(HARBOR), "run", "-p", "task", "-a", "nop", "-e", "podman", "--jobs-dir", jobs, "-n", "1", "-y", "--quiet"]
    # Into a file: what looks after a container holds on to a pipe for longer than Harbor runs.
    log = place / f"{jobs}.log"
    with log.open("w") as output:
        try:
            subprocess.run(words, cwd=place, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                           timeout=300)
        except subprocess.TimeoutExpired:
            return "a trial takes more than 300 s"
    for file in (place / jobs).glob("*/*/result.json"):
        result = json.loads(file.read_text())
        if (result["verifier_result"] or {}).get("rewards") == {"reward": 1.0}:
            return None
        return ((result["exception_info"] or {}).get("exception_message") or "no reward").strip()[-300:]
    return log.read_text().strip()[-300:]
