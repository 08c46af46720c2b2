"""Measured figures beside their goals, as a table and as recorder.json."""

import dataclasses
import datetime
import json
import statistics

import machine


@dataclasses.dataclass
class Figure:
    figure: str
    value: float
    unit: str
    goal: str
    met: bool
    peer: str = ""
    peer_value: float = 0.0
    ratio: float = 0.0
    runs: int = 1

    def document(self):
        values = dataclasses.asdict(self)
        if not self.peer:
            for name in ("peer", "peer_value", "ratio"):
                del values[name]
        return {name: rounded(value) if isinstance(value, float) else value for name, value in values.items()}


def rounded(value):
    return float(f"{value:.4g}")


# What a busy machine lets us tell apart: less than this is not told from nothing.
RESOLUTION_MS = 0.01


def over_direct(runs, name, part):
    """What a target adds to a duration in each run; `part` finds the milliseconds in an answer."""
    return [max(part(own) - part(direct), RESOLUTION_MS) for own, direct in zip(runs[name], runs["direct"])]


def at_most(figure, values, unit, limit, peer="", peer_values=()):
    """The median of the runs has an upper limit; the peer is for comparison only."""
    value = statistics.median(values)
    result = Figure(figure, value, unit, f"<= {limit:g} {unit}".strip(), value <= limit, runs=len(values))
    return beside(result, values, peer, peer_values)


def beside(result, values, peer, peer_values):
    if peer:
        result.peer, result.peer_value = peer, statistics.median(peer_values)
        result.ratio = ratio(values, peer_values)
    return result


def ratio(values, peer_values):
    """The median of the ratios of the runs: what slows the machine down for a while slows both."""
    pairs = list(zip(values, peer_values)) if len(values) == len(peer_values) else [
        (statistics.median(values), statistics.median(peer_values))]
    return statistics.median(value / peer if peer else float("inf") if value else 0.0 for value, peer in pairs)


def times_at_most(figure, values, unit, limit, peer, peer_values):
    """At most so many times the peer's value."""
    goal = f"<= {limit:.3g} x {peer}"
    result = Figure(figure, statistics.median(values), unit, goal, False, runs=len(values))
    beside(result, values, peer, peer_values)
    result.met = result.ratio <= limit
    return result


def times_at_least(figure, values, unit, limit, peer, peer_values):
    goal = f">= {limit:.3g} x {peer}"
    result = Figure(figure, statistics.median(values), unit, goal, False, runs=len(values))
    beside(result, values, peer, peer_values)
    result.met = result.ratio >= limit
    return result


def write(path, figures):
    common = {
        "machine": machine.description(),
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([figure.document() | common for figure in figures], indent=2) + "\n")


HEADINGS = ("figure", "value", "goal", "", "peer", "its value", "ratio")


def row(figure):
    peer = (figure.peer, f"{rounded(figure.peer_value):g} {figure.unit}", f"{rounded(figure.ratio):g}")
    return (figure.figure, f"{rounded(figure.value):g} {figure.unit}", figure.goal, "met" if figure.met else "MISSED",
            *(peer if figure.peer else ("", "", "")))


def table(figures):
    rows = [HEADINGS, *map(row, figures)]
    widths = [max(len(cells[column]) for cells in rows) for column in range(len(HEADINGS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip() for cells in rows)


def markdown(figures):
    """The table of docs/performance.md."""
    rows = [HEADINGS, ("---", "--:", "---", "---", "---", "--:", "--:"), *map(row, figures)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in rows)
