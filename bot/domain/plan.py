"""The action plan of a group: what is to be done, by whom, until when, and what became of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.notebook import EntryKind, Line, Owner
from bot.errors import BotError


class PointState(StrEnum):
    """What became of an action."""

    OPEN = "open"
    IN_PROGRESS = "in-progress"
    DONE = "done"
    ADAPTED = "adapted"
    """It says something else now, and why; it still is to be done."""
    DROPPED = "dropped"
    """It is not done any more, and why."""


STILL = frozenset({PointState.OPEN, PointState.IN_PROGRESS, PointState.ADAPTED})
"""The states of an action that is still to be done."""


class ChangeKind(StrEnum):
    """What changed of an action."""

    MADE = "made"
    STATE = "state"
    TEXT = "text"
    OWNER = "owner"
    DUE = "due"
    STREAM = "stream"
    SUPPORT = "support"
    WORDS = "words"
    """Somebody corrected what they had reported."""


@dataclass(frozen=True)
class Person:
    """Somebody who does an action."""

    name: str
    member_id: int | None = None
    """None: nobody known is called so."""


@dataclass(frozen=True)
class Point:
    """An action as people read it."""

    id: int
    number: int
    """Counted within the group: what people call it."""
    group_id: int
    text: str
    state: PointState = PointState.OPEN
    organisation: str = ""
    organisation_id: int | None = None
    people: tuple[Person, ...] = ()
    """Who does it, by name; as it was said, if nobody known is called so."""
    due: date | None = None
    timeline: str = ""
    support: str = ""
    stream: str = ""
    """What the coalition calls the stream, or what was said; empty for a usual one."""
    stream_key: str = ""
    """Of a usual stream its `StreamKey`: the catalogues name it."""
    made_on: date | None = None
    """In the wall time of the group."""
    ended_on: date | None = None

    @property
    def as_line(self) -> Line:
        """Return it as agendas and minutes show it, with the first of those who do it."""
        name = self.people[0].name if self.people else ""
        owner = Owner(name, self.organisation) if name or self.organisation else None
        return Line(
            self.id, EntryKind.ACTION, self.text, owner=owner, due=self.due, stream=self.stream
        )

    @property
    def is_open(self) -> bool:
        """Tell whether it is still to be done."""
        return self.state in STILL

    def is_overdue(self, today: date) -> bool:
        """Tell whether it should have been done before today (in the wall time of the group)."""
        return self.is_open and self.due is not None and self.due < today


@dataclass(frozen=True)
class Change:
    """One thing that became of an action, as people read it."""

    kind: ChangeKind
    at: datetime
    """In the wall time of the group."""
    by: str = ""
    before: str = ""
    after: str = ""
    reason: str = ""


class PointGone(BotError):
    """An action was taken back, or never was."""


class ReasonMissing(BotError):
    """An action was to be adapted or dropped, but nobody said why."""

    def __init__(self, *, state: PointState) -> None:
        super().__init__(f"no reason for {state}")
        self.state = state
