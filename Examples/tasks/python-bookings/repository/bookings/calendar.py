"""Bookings of rooms."""

from collections import defaultdict


class Conflict(Exception):
    """The room is taken at that time."""


class Calendar:
    def __init__(self):
        self._rooms = defaultdict(list)

    def book(self, room, start, end):
        if end <= start:
            raise ValueError("a booking ends after it starts")
        for taken_start, taken_end in self._rooms[room]:
            if start <= taken_end and taken_start <= end:
                raise Conflict(f"{room} is taken from {taken_start:%H:%M} to {taken_end:%H:%M}")
        self._rooms[room].append((start, end))

    def bookings(self, room):
        """In the order of their times."""
        return sorted(self._rooms[room])
