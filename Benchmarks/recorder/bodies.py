"""A large body: how much memory it takes on its way, and how late its first byte comes."""

import machine
from figures import at_most, over_direct
from targets import load

SIZE = 100 << 20


def measure(bench):
    names = ("direct", "mitmdump", "recorder")
    for direction in ("download", "upload"):
        first, over = {name: [] for name in names}, {name: [] for name in names}
        for _ in range(bench.runs):
            # New processes each time: what the last body left behind is no part of the idle memory.
            with bench.fresh(*names) as found:
                for name, target in found.items():
                    milliseconds, megabytes = transfer(target, direction)
                    first[name].append(milliseconds)
                    over[name].append(megabytes)
        late = {name: over_direct(first, name, float) for name in names}
        yield at_most(f"100 MB {direction}: memory over idle", over["recorder"], "MB", 32, "mitmdump", over["mitmdump"])
        yield at_most(f"100 MB {direction}: first byte over direct", late["recorder"], "ms", 10,
                      "mitmdump", late["mitmdump"])


def transfer(target, direction):
    """Milliseconds to the first byte, and the peak of the memory over what it was before in MB."""
    idle = 0.0
    if target.program:
        load(target, "exchanges", connections=1, exchanges=20, warmup=1)
        machine.forget_peak(target.pid)
        idle = machine.memory(target.pid)[0]
    answer = load(target, "transfer", direction=direction, bytes=SIZE)
    if answer["errors"]:
        raise SystemExit(f"{target.name}: the {direction} broke")
    peak = machine.memory(target.pid)[1] - idle if target.program else 0.0
    return answer["first_ms"], peak
