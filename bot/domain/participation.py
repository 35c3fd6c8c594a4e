"""Which organisations come to meetings: counted over the last ones, for those who look after them.

Coming, and by phone, is being there; so is being represented. Nobody is blamed for a "no": an
apology stands apart from silence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import takewhile

from bot.domain.presence import How
from bot.domain.write_ups import Unheld

MEETINGS = 12
"""How many meetings are looked at: a year of a group that meets every month."""
PAGE = 12
"""Organisations in one message: a phone's screen or two."""

PICTURED = 12
"""Organisations in the picture: more would make it too heavy for a weak network."""


class Came(StrEnum):
    """What an organisation did about one meeting."""

    PRESENT = "present"
    REPRESENTED = "represented"
    APOLOGY = "apology"
    SILENT = "silent"
    PROMISED = "promised"
    """It said that it comes, and was not there."""


TOOK_PART = frozenset({Came.PRESENT, Came.REPRESENTED})


@dataclass(frozen=True)
class Held:
    """A meeting that was held."""

    on: date
    hows: Mapping[int, frozenset[How]] = field(default_factory=dict)
    """How the people of each organisation took part."""
    excused: frozenset[int] = frozenset()
    """The organisations that said they cannot come."""
    promised: frozenset[int] = frozenset()
    """Those that said they come."""


@dataclass(frozen=True)
class Share:
    """How an organisation came to the meetings that were held, the oldest first."""

    organisation: str
    marks: tuple[Came, ...]

    @property
    def counted(self) -> int:
        """Return how many of the meetings count for it."""
        return len(self.marks)

    @property
    def came(self) -> int:
        """Return in how many it took part."""
        return sum(mark in TOOK_PART for mark in self.marks)

    @property
    def share(self) -> float:
        """Return that as a part of one; 0 while nothing counts."""
        return self.came / self.counted if self.counted else 0

    @property
    def streak(self) -> int:
        """Return in how many of the newest it took part without a gap."""
        return sum(1 for _ in takewhile(TOOK_PART.__contains__, reversed(self.marks)))


@dataclass(frozen=True)
class Participation:
    """How the organisations of a group came to its last meetings."""

    days: tuple[date, ...]
    """The days of those that were held, the oldest first."""
    not_held: tuple[Unheld, ...]
    """What was not held between them, or later, the oldest first: it counts for nobody."""
    shares: tuple[Share, ...]
    """By share, the largest first, then by name."""

    @property
    def present(self) -> tuple[int, ...]:
        """Return how many organisations took part in each meeting."""
        return tuple(
            sum(share.marks[at] in TOOK_PART for share in self.shares)
            for at in range(len(self.days))
        )


def of_group(
    meetings: Sequence[Held],
    seats: Mapping[int, str],
    not_held: Iterable[Unheld] = (),
) -> Participation:
    """Count for each organisation that has a seat now, under the name that it has now.

    Nobody knows since when it has its seat, so all of the meetings count: were silence left out,
    whoever came only to the last one would have come to all.
    """
    held = sorted(meetings, key=lambda one: one.on)
    shares = [Share(name, tuple(_mark(one, key) for one in held)) for key, name in seats.items()]
    return Participation(
        days=tuple(one.on for one in held),
        not_held=tuple(sorted(not_held, key=lambda one: one.on)),
        shares=tuple(sorted(shares, key=lambda one: (-one.share, one.organisation.casefold()))),
    )


def _mark(meeting: Held, organisation: int) -> Came:
    if hows := meeting.hows.get(organisation):
        return Came.REPRESENTED if hows == {How.REPRESENTED} else Came.PRESENT
    if organisation in meeting.excused:
        return Came.APOLOGY
    return Came.PROMISED if organisation in meeting.promised else Came.SILENT
