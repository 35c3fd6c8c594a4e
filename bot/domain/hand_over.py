"""What somebody new in a role has to know at once: the hand-over card."""

from dataclasses import dataclass
from datetime import date

from bot.domain.groups import Group
from bot.domain.meetings import Meeting
from bot.domain.plan import Point

SHOWN = 3
"""Actions, and decisions, on one card: the lists have the rest."""


@dataclass(frozen=True)
class Decided:
    """Something that was agreed."""

    text: str
    day: date
    """In the wall time of its meeting."""


@dataclass(frozen=True)
class Voice:
    """Who speaks for an organisation."""

    organisation: str
    first: str = ""
    """Empty: nobody does now."""


@dataclass(frozen=True)
class Waits:
    """What waits for somebody, counted."""

    drafts: int = 0
    """Minutes that nobody has approved."""
    objections: int = 0
    support: int = 0
    """Calls for support that are not settled."""
    people: int = 0
    """Who wants to be confirmed."""

    @property
    def is_any(self) -> bool:
        """Tell whether anything does."""
        return any((self.drafts, self.objections, self.support, self.people))


@dataclass(frozen=True)
class Card:
    """What whoever takes over has to know."""

    group: Group
    organisation: str = ""
    """Whose actions they are; empty: the whole group's, for whoever runs its plan."""
    coming: Meeting | None = None
    actions: tuple[Point, ...] = ()
    count: int = 0
    """How many actions are open."""
    decided: tuple[Decided, ...] = ()
    leads: tuple[str, ...] = ()
    voices: tuple[Voice, ...] = ()
    waits: Waits = Waits()

    @property
    def has_past(self) -> bool:
        """Tell whether there is anything that somebody before them has left."""
        return bool(self.count or self.decided or self.waits.is_any)
