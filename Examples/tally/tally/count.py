"""Counting: pure functions over text and trees."""

from collections import Counter
from pathlib import Path

SKIPPED = {".git", "__pycache__", "node_modules"}


def count_lines(text: str) -> int:
    """The number of lines that hold something else than blanks."""
    return sum(1 for line in text.splitlines() if line.strip())


def count_tree(root: Path) -> Counter:
    """Lines by file suffix, for every readable text file below root."""
    totals: Counter = Counter()
    for path in sorted(root.rglob("*")):
        if not path.is_file() or SKIPPED.intersection(path.parts):
            continue
        try:
            totals[path.suffix or path.name] += count_lines(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            continue
    return totals
