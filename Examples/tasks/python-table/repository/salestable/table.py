"""Rows of a CSV file, and the table that is made of them."""

import csv
from dataclasses import dataclass

from tabulate import tabulate


@dataclass
class Table:
    columns: list
    rows: list


def value(text):
    """A number where the text is one."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def read(file):
    lines = csv.reader(file)
    columns = next(lines)
    return Table(columns, [[value(cell) for cell in line] for line in lines])


def render(table):
    return tabulate(table.rows, headers=table.columns, tablefmt="github")
