"""Count the lines of a source tree by kind of file."""

from .count import count_lines, count_tree

__all__ = ["count_lines", "count_tree"]
