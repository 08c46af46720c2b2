"""What a killed trial has left on the machine, as the machine itself tells: /proc, podman, ss, the control groups.

Nothing of oneshot is asked. Others use the machine at the same time, so a thing counts when it names this benchmark's
workspace, its agent, or a sandbox that the killed process had leased; or when it appeared since and nobody owns it.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import time

KINDS = ("process", "container", "mount", "port or socket", "control group", "runtime state", "file")
RUNTIMES = [pathlib.Path("/run/runc"), pathlib.Path("/run/crun")]
# A container's own mounts: its root, and what podman adds.
STORAGE = re.compile(r"/overlay/(?P<layer>[0-9a-f]{64})/merged|/overlay-containers/(?P<container>[0-9a-f]{64})/")
CONTAINER = re.compile(r"[0-9a-f]{64}")


class Watch:
    """From before the start of what will be killed until after the command that comes next."""

    def __init__(self, directory, temporary, mark):
        self.directory, self.temporary, self.mark = directory, temporary, mark
        # The workspace's end: what is mounted from it is named by its path on its own file system.
        self.place = "/".join(directory.parts[-2:])
        self.ids, self.sessions = set(), set()
        self.containers_before = {container["Id"] for container in containers()}
        self.mounts_before, self.groups_before = set(mounts()), set(groups())
        self.states_before, self.scratch_before = set(states()), set(scratch())
        self.listeners_before = set(listeners())

    def killed(self, pid):
        """Reads which directories the process that is dead by now had leased."""
        self.sessions.add(pid)
        for name in scratch():
            if owner(name) == pid:
                self.ids.add(name.rpartition("-")[2])

    def left(self):
        """Names by kind. What is being taken down gets a moment: programs end, the kernel collects, others are at it."""
        left = self.look()
        for _ in range(10):
            if not any(left.values()):
                break
            time.sleep(0.3)
            found = self.look()
            left = {kind: [name for name in names if name in found[kind]] for kind, names in left.items()}
        return {kind: names for kind, names in left.items() if names}

    def look(self):
        there = containers()
        known = {container["Id"] for container in there}
        return dict(zip(KINDS, (
            self.processes(known), self.containers(there), self.mounts(known), self.sockets(), self.groups(known),
            [f"{state}" for state in set(states()) - self.states_before
             if state.name not in known and not self.is_others_build(state.name)], self.files(),
        )))

    def words(self):
        return [self.mark, self.place, *self.ids]

    def processes(self, known):
        """Of the killed one's session, or with something of ours in their words or mounts; monitors of no container."""
        found = []
        here = os.readlink("/proc/self/ns/mnt")
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                name = (entry / "comm").read_text().strip()
                text = words
                if os.readlink(entry / "ns/mnt") != here:
                    text += (entry / "mountinfo").read_text()
            except OSError:
                continue
            if fields[0] == "Z":
                continue
            container = CONTAINER.search(words) if name in ("conmon", "runc", "crun") else None
            orphaned = container is not None and container[0] not in known | self.containers_before
            if orphaned or int(fields[3]) in self.sessions or any(word in text for word in self.words()):
                found.append(f"{entry.name} {name} {words[:100]!r}")
        return found

    def containers(self, there):
        found = []
        for container in there:
            labels = container.get("Labels") or {}
            text = json.dumps([container.get("Names"), labels, container.get("Mounts")]) + description(container["Id"])
            if labels.get("oneshot.label", "").startswith("killed") or any(word in text for word in self.words()):
                found.append(f"{container['Id'][:12]} {container.get('Names')} {container.get('State')}")
        return found

    def mounts(self, known):
        layers = layers_of_containers()
        found = []
        for mount in set(mounts()) - self.mounts_before:
            storage = STORAGE.search(mount)
            nobodys = storage and ((storage["layer"] and storage["layer"] not in layers) or
                                   (storage["container"] and storage["container"] not in known))
            if nobodys or any(word in mount for word in self.words()):
                found.append(mount)
        return found

    def sockets(self):
        found = [line for line in set(listeners()) - self.listeners_before
                 if any(session(pid) in self.sessions for pid in re.findall(r"pid=(\d+)", line))]
        paths = [line.split()[-1] for line in pathlib.Path("/proc/net/unix").read_text().splitlines()]
        return found + [path for path in paths if any(word in path for word in self.words())]

    def groups(self, known):
        found = []
        for group in set(groups()) - self.groups_before:
            container = CONTAINER.search(group.name)
            sandbox = f"/tmp/oneshot-sandbox-{group.name.rpartition('-')[2]}"
            if container and container[0] in known or runs(sandbox) or self.is_others_build(group.name):
                continue
            try:
                # Others' builds and sandboxes that are there just now have processes in them.
                busy = (group / "cgroup.procs").read_text().strip() and not any(word in group.name for word in self.ids)
            except OSError:
                continue
            if not busy:
                found.append(str(group))
        return found

    def is_others_build(self, name):
        """A step's state tells where its builder works, which is in our TMPDIR where it is ours."""
        try:
            return name.startswith("buildah-") and self.place not in (RUNTIMES[0] / name / "state.json").read_text()
        except OSError:
            return False

    def files(self):
        """Directories below /tmp, and what lies in our own TMPDIR."""
        found = [name for name in set(scratch()) - self.scratch_before
                 if not runs(name) or owner(name) in self.sessions]
        found = [name for name in found if os.path.exists(name)]
        return found + [str(path) for path in self.temporary.iterdir()]

    def left_of_runs(self):
        """What a run that has come to its end has no use for."""
        runs = self.directory / "data/runs"
        found = [path for pattern in (".work", ".*.tmp", "*-spool-*", "*.sqlite3-wal", "*.sqlite3-shm")
                 for path in runs.rglob(pattern)]
        return [str(path) for path in found + [run for run in runs.iterdir() if run.is_dir() and
                                               not (run / "trial.json").exists()]]


def containers():
    """Those of builders, and those that podman itself has lost, too."""
    if not shutil.which("podman"):
        return []
    for _ in range(5):
        listed = subprocess.run(["podman", "ps", "--all", "--external", "--no-trunc", "--format", "json"],
                                capture_output=True, text=True)
        if listed.returncode == 0:
            return json.loads(listed.stdout or "[]") or []
        time.sleep(0.2)
    raise SystemExit(f"podman ps: {listed.stderr.strip()}")


def description(container):
    """What the storage notes of a container; a builder's tells what was mounted into it."""
    place = pathlib.Path("/var/lib/containers/storage/overlay-containers") / container / "userdata"
    try:
        return "".join(file.read_text(errors="replace") for file in place.glob("*.json"))
    except OSError:
        return ""


def layers_of_containers():
    try:
        listed = json.loads(pathlib.Path("/var/lib/containers/storage/overlay-containers/containers.json").read_text())
    except (OSError, ValueError):
        return set()
    return {container["layer"] for container in listed}


def mounts():
    return [line.partition(" - ")[0].split(" ", 3)[3] for line in
            pathlib.Path("/proc/self/mountinfo").read_text().splitlines()]


def groups():
    for place, directories, _ in os.walk("/sys/fs/cgroup"):
        for name in directories:
            if name.startswith(("oneshot-", "libpod-", "buildah-")):
                yield pathlib.Path(place) / name


def states():
    return [state for runtime in RUNTIMES if runtime.exists() for state in runtime.iterdir()]


def scratch():
    return [str(path) for path in pathlib.Path("/tmp").glob("oneshot-*")] + [
        str(path) for path in pathlib.Path("/var/tmp").glob("buildah*")]


def owner(name):
    try:
        return json.loads((pathlib.Path(name) / "lease").read_text())["owner"]["pid"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def runs(name):
    """Whether a directory has an owner that runs."""
    return (pid := owner(name)) is not None and os.path.exists(f"/proc/{pid}")


def session(pid):
    try:
        return int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[3])
    except OSError:
        return None


def listeners():
    return subprocess.run(["ss", "-lntupH"], capture_output=True, text=True).stdout.splitlines()
