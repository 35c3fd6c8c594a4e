"""What one meeting hands on to the next: actions that are still open, and its minutes."""

from dataclasses import dataclass
from datetime import date

from bot.domain.notebook import Line

SHOWN = 3
"""Open actions that stand on an agenda; the others are counted."""
A_PAGE = 8
"""Open actions that are shown together, with a button each: a phone's screen."""


@dataclass(frozen=True)
class LastMinutes:
    """The last minutes of a group that are out."""

    day: date
    """Of the meeting."""
    number: str
    """The 3/2026 under which an office files them: the count in the year, and the year."""
    link: str = ""
    """Where they stand in the group's chat; empty if there is no such address."""


@dataclass(frozen=True)
class Carried:
    """What a meeting is handed by those before it."""

    actions: tuple[Line, ...] = ()
    """The first of the actions that are open, the most urgent first."""
    count: int = 0
    """How many are open in all."""
    last: LastMinutes | None = None


NOTHING = Carried()
