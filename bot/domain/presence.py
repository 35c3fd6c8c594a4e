"""Who is at a meeting: organisations, counted once each, and guests beside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class How(StrEnum):
    """How somebody takes part."""

    HERE = "here"
    PHONE = "phone"
    """Counts like being there."""
    REPRESENTED = "represented"
    """Somebody else speaks for the organisation."""


@dataclass(frozen=True)
class Present:
    """One who takes part: a person of an organisation, or a guest. Wall times of the group."""

    organisation_id: int | None
    """None for a guest, who does not count for the quorum."""
    organisation: str
    person: str
    """Empty if nobody was named: "somebody of them is here"."""
    how: How
    arrived: datetime
    left: datetime | None = None
    is_confirmed: bool = False
    """Whether the lead or the note-taker confirmed it for the room."""
    id: int = 0


@dataclass(frozen=True)
class Room:
    """Who is at a meeting now."""

    present: tuple[Present, ...] = ()
    """Those who count: people of the organisations that have a seat."""
    guests: tuple[Present, ...] = ()
    apologies: tuple[str, ...] = ()
    """Organisations that said they cannot come, and did not."""
    absent: tuple[str, ...] = ()
    """Organisations that neither came nor said anything that holds."""
    seats: int = 0
    needed: int = 0
    """How many organisations make a quorum."""

    @property
    def organisations(self) -> tuple[str, ...]:
        """Return which organisations are there now, each once, in the order in which they came."""
        here = (one.organisation for one in self.present if one.left is None)
        return tuple(dict.fromkeys(here))

    @property
    def ever(self) -> tuple[str, ...]:
        """Return which organisations were there at any time."""
        return tuple(dict.fromkeys(one.organisation for one in self.present))

    @property
    def has_quorum(self) -> bool:
        """Tell whether enough organisations are there now to decide."""
        return len(self.organisations) >= self.needed


EMPTY = Room()


def quorum(seats: int, wanted: int | None = None) -> int:
    """Return how many of `seats` organisations are enough: as the group wants it, else over half.

    A group that wants more than it has needs all of them.
    """
    return min(wanted, seats) if wanted is not None else seats // 2 + 1


def room(
    seats: Mapping[int, str],
    present: Iterable[Present],
    *,
    excused: Iterable[int] = (),
    wanted: int | None = None,
) -> Room:
    """Sort who takes part; `seats` maps the id of an organisation to its name, in list order.

    `excused` are the organisations whose answer before the meeting was that they cannot come.
    """
    present = tuple(present)
    came = {one.organisation_id for one in present if one.organisation_id in seats}
    sorry = set(excused) - came
    return Room(
        present=tuple(one for one in present if one.organisation_id in seats),
        guests=tuple(one for one in present if one.organisation_id not in seats),
        apologies=tuple(name for key, name in seats.items() if key in sorry),
        absent=tuple(name for key, name in seats.items() if key not in came | sorry),
        seats=len(seats),
        needed=quorum(len(seats), wanted),
    )
