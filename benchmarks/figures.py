"""What was measured, and the plain table in which it is printed."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median


class NotDoneRight(Exception):
    """The bot did not do what was measured, so that the figure would mean nothing."""


@dataclass(frozen=True)
class Figure:
    """One thing that was measured, once or several times."""

    name: str
    values: Sequence[float]
    unit: str = ""
    aim: str = ""

    def row(self) -> tuple[str, str, str, str]:
        """Return name, median, smallest to largest (number of runs), and aim, as printed."""
        spread = ""
        if len(self.values) > 1:
            low, high = shown(min(self.values)), shown(max(self.values))
            spread = f"{low}-{high} ({len(self.values)})"
        return self.name, f"{shown(median(self.values))} {self.unit}".strip(), spread, self.aim


HEADINGS = ("figure", "median", "range (runs)", "aim")


def table(figures: Iterable[Figure]) -> str:
    """Return the figures one below the other, in columns."""
    rows = [HEADINGS, *(figure.row() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    rows.insert(1, tuple("-" * width for width in widths))  # type: ignore[arg-type] # as many as the headings
    return "\n".join(_line(row, widths) for row in rows)


def shown(value: float) -> str:
    """Return a number with three digits that count, and no more than two behind the point."""
    if value == 0:
        return "0"
    places = 2 - math.floor(math.log10(abs(value)))
    return f"{value:,.{min(max(places, 0), 2)}f}"


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that `percent` of `values` do not exceed (nearest rank)."""
    rank = math.ceil(len(values) * percent / 100)
    return sorted(values)[max(rank, 1) - 1]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    name, value, spread, aim = (
        cell.rjust(width) if column == 1 else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return f"{name}  {value}  {spread}  {aim}".rstrip()
