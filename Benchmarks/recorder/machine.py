"""What Linux says about processes and about the machine."""

import os
import pathlib
import platform
import random
import socket
import time

TICKS = os.sysconf("SC_CLK_TCK")


def family(pid):
    """The process and its descendants."""
    pids = [pid]
    for each in pids:
        try:
            for task in pathlib.Path(f"/proc/{each}/task").iterdir():
                pids += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return pids


def cpu_seconds(pid):
    """User and system time of all threads of the process and of its descendants."""
    ticks = 0
    for each in family(pid):
        try:
            # Behind the command's name, which may hold blanks: the state is field 3, the times are 14 and 15.
            fields = pathlib.Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


def memory(pid):
    """Resident now and its peak since `forget_peak`, in MB (of 10^6 bytes), of the process and its descendants."""
    resident = peak = 0
    for each in family(pid):
        for line in pathlib.Path(f"/proc/{each}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                resident += int(line.split()[1])
            if line.startswith("VmHWM:"):
                peak += int(line.split()[1])
    return resident * 1024 / 1e6, peak * 1024 / 1e6


def forget_peak(pid):
    for each in family(pid):
        pathlib.Path(f"/proc/{each}/clear_refs").write_text("5")


def settle(pid, limit=60.0):
    """Waits until the process has done what it put off: at most one tick of work in 300 ms."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        before = cpu_seconds(pid)
        time.sleep(0.3)
        if cpu_seconds(pid) - before <= 1 / TICKS:
            return


def free_port():
    """A port that is free now, outside of the range from which the system takes ports of its own accord."""
    while True:
        port = random.randrange(20001, 32000)
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue


def description():
    model = "unknown processor"
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{os.cpu_count()} x {model}, {gigabytes:.0f} GB, {platform.system()} {platform.release()}"
