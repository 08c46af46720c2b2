"""New TLS connections: CPU of each when the host is known, when it is new, and when many hosts come again."""

from figures import at_most, times_at_most
from targets import HOSTS, load


def measure(bench):
    spent = {name: {"known": [], "new": [], "again": []} for name in ("recorder", "mitmdump")}
    for _ in range(bench.runs):
        # New processes each time: in these the hosts have not been asked for.
        with bench.fresh(*spent) as found:
            for name, target in found.items():
                cost(target, 1, 10)
                spent[name]["known"].append(cost(target, 1, 200))
                spent[name]["new"].append(cost(target, HOSTS, HOSTS))
                spent[name]["again"].append(cost(target, HOSTS, HOSTS))
    own, peer = spent["recorder"], spent["mitmdump"]
    figure = "CPU per new TLS connection"
    yield at_most(f"{figure}, host known", own["known"], "ms", 4, "mitmdump", peer["known"])
    yield at_most(f"{figure}, host new", own["new"], "ms", 6, "mitmdump", peer["new"])
    yield at_most(f"{figure}, the {HOSTS} hosts again", own["again"], "ms", 4, "mitmdump", peer["again"])
    # A quarter for the clock, which ticks 100 times a second.
    yield times_at_most(f"{figure}, the {HOSTS} hosts again", own["again"], "ms", 1.25, "a known host", own["known"])


def cost(target, hosts, count):
    """Milliseconds of CPU for each connection."""
    answer = load(target, "connections", hosts=hosts, count=count)
    if answer["errors"]:
        raise SystemExit(f"{target.name}: {answer['errors']} of {count} connections failed")
    return answer["cpu"] * 1000 / count
