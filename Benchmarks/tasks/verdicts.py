"""What validation.json says of a sample (docs/formats/validation.md), as scores and counts."""

import dataclasses


@dataclasses.dataclass
class Verdicts:
    """The lowest score of the solution, the highest of everything else; None when one could not be graded."""

    admitted: bool
    reasons: list
    gold: float
    empty: float
    garbage: float
    near_miss: float
    near_misses: int
    mutants: str
    tampers: int
    accepted: list
    leaks: list
    seconds: float


def of(record, seconds):
    if record["schema_version"] != 2:
        raise SystemExit(f"validation.json has version {record['schema_version']}; this program reads 2")
    controls = record["controls"]

    def worst(choose, group, *names):
        scores = [control["score"] for control in controls
                  if control["group"] == group and (not names or control["name"] in names)]
        return choose(scores) if scores and None not in scores else None

    tampers = [control for control in controls if control["group"] == "tamper"]
    mutation = record["mutation"]
    return Verdicts(
        admitted=record["admitted"],
        reasons=record["reasons"],
        gold=worst(min, "solution"),
        empty=worst(max, "nothing", "nop", "empty"),
        garbage=worst(max, "nothing", "garbage"),
        near_miss=worst(max, "near_miss"),
        near_misses=sum(control["group"] == "near_miss" for control in controls),
        mutants=f"{mutation['killed']}/{mutation['killed'] + mutation['survived']}",
        tampers=len(tampers),
        accepted=[control["name"] for control in tampers if not control["passed"]],
        leaks=[f"{finding['kind']} in {finding['place']}" for finding in record["leaks"]["findings"]],
        seconds=seconds,
    )


# For each figure: what is shown of one sample, the goal, when it is met, and what is shown of all samples.
FIGURES = {
    "gold": (lambda v: v.gold, "1", lambda value: value == 1, min),
    "empty": (lambda v: v.empty, "0", lambda value: value == 0, max),
    "garbage": (lambda v: v.garbage, "0", lambda value: value == 0, max),
    "near miss": (lambda v: v.near_miss, "< 1", lambda value: value < 1, max),
    "tampers accepted": (lambda v: len(v.accepted), "0", lambda value: value == 0, sum),
    "leaks found": (lambda v: len(v.leaks), "0", lambda value: value == 0, sum),
}


def figures_of(found, figure_type):
    """Each figure over all samples, then for each of them."""
    many = f"{len(found)} sample{'s' if len(found) > 1 else ''}"
    for name, (value, goal, met, choose) in FIGURES.items():
        values = [value(verdicts) for verdicts in found.values()]
        graded = [each for each in values if each is not None]
        if graded:
            title = f"{name}, {'all' if choose is sum else 'worst'} of {many}"
            is_met = len(graded) == len(values) and all(map(met, graded))
            yield figure_type(title, float(choose(graded)), "", goal, is_met, runs=len(values))
    admitted = sum(verdicts.admitted for verdicts in found.values())
    is_met = admitted == len(found)
    yield figure_type(f"admitted, of {many}", float(admitted), "", str(len(found)), is_met, runs=len(found))
    for sample, verdicts in found.items():
        for name, (value, goal, met, _) in FIGURES.items():
            shown = value(verdicts)
            if shown is not None:
                yield figure_type(f"{sample}: {name}", float(shown), "", goal, met(shown))


HEADINGS = ("sample", "gold", "empty", "garbage", "near miss", "mutants noticed", "tampers accepted", "leaks",
            "admitted", "s")


def row(name, verdicts):
    scores = (verdicts.gold, verdicts.empty, verdicts.garbage, verdicts.near_miss)
    gold, empty, garbage, near_miss = ("-" if score is None else f"{score:.3g}" for score in scores)
    return (name, gold, empty, garbage, f"{near_miss} ({verdicts.near_misses})", verdicts.mutants,
            f"{len(verdicts.accepted)} of {verdicts.tampers}", str(len(verdicts.leaks)),
            "yes" if verdicts.admitted else "NO", f"{verdicts.seconds:.0f}")


def line(name, verdicts):
    text = "  ".join(row(name, verdicts))
    notes = verdicts.reasons + [f"accepted: {tamper}" for tamper in verdicts.accepted] + verdicts.leaks
    return "\n    ".join([text, *notes])


def table(found):
    rows = [HEADINGS, *(row(name, verdicts) for name, verdicts in found.items())]
    widths = [max(len(cells[column]) for cells in rows) for column in range(len(HEADINGS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip() for cells in rows)
