"""Command line: python3 -m tally [DIRECTORY]."""

import sys
from pathlib import Path

from .count import count_tree


def main() -> int:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    if not root.is_dir():
        print(f"tally: {root} is not a directory", file=sys.stderr)
        return 2
    for suffix, lines in count_tree(root).most_common():
        print(f"{lines:8} {suffix}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
