"""Durations as people write them."""

from .parse import parse

__all__ = ["parse"]
