"""The action plan of a group: what is to be done, by whom, until when, and what became of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.notebook import EntryKind, EntryTooLong, Line, Owner
from bot.domain.roles import Action, NotAllowed
from bot.errors import BotError

A_PAGE = 8
"""Actions that are shown together, with a button each: a phone's screen."""
SOON = timedelta(days=14)
"""What is due within this time comes up."""
OWNERS = 4
"""People who do one action: a longer list is nobody."""
REASON_LIMIT = 300


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


class Tab(StrEnum):
    """Whose actions are listed."""

    MINE = "mine"
    OURS = "ours"
    """Those of the person's organisation."""
    ALL = "all"


class Sift(StrEnum):
    """Which of them."""

    ANY = "any"
    SOON = "soon"
    LATE = "late"
    STREAM = "stream"


class Edit(StrEnum):
    """What can be said anew of an action, in a conversation."""

    ADAPT = "adapt"
    DROP = "drop"
    DUE = "due"
    GIVE = "give"


class Word(StrEnum):
    """What may stand behind the number of an action, to change it in one line."""

    DONE = "done"
    GOING_ON = "going-on"
    ADAPT = "adapt"
    DROP = "drop"
    GIVE = "give"
    STREAM = "stream"
    SUPPORT = "support"


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
    stream_said: str = ""
    """The stream as it was said."""
    made_on: date | None = None
    """In the wall time of the group."""
    ended_on: date | None = None

    @property
    def as_line(self) -> Line:
        """Return it as agendas and minutes show it, with the first of those who do it."""
        name = self.people[0].name if self.people else ""
        owner = Owner(name, self.organisation) if name or self.organisation else None
        return Line(
            self.id,
            EntryKind.ACTION,
            self.text,
            owner=owner,
            due=self.due,
            stream=self.stream_said or self.stream,
        )

    @property
    def is_open(self) -> bool:
        """Tell whether it is still to be done."""
        return self.state in STILL

    def is_overdue(self, today: date) -> bool:
        """Tell whether it should have been done before today (in the wall time of the group)."""
        return self.is_open and self.due is not None and self.due < today


@dataclass(frozen=True)
class View:
    """What a list of actions shows."""

    group_id: int
    tab: Tab = Tab.ALL
    sift: Sift = Sift.ANY
    stream_id: int = 0
    """0: with `Sift.STREAM` it is still to be chosen."""
    page: int = 0


@dataclass(frozen=True)
class Listed:
    """One page of a list of actions."""

    points: tuple[Point, ...]
    count: int
    """How many there are on all pages."""
    view: View

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.count // A_PAGE))


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

    @property
    def before_day(self) -> date | None:
        """Return the day until which it was to be done before, where that was a day."""
        return self._day(self.before)

    @property
    def after_day(self) -> date | None:
        """Return the day until which it was to be done from then on, where that was a day."""
        return self._day(self.after)

    def _day(self, said: str) -> date | None:
        try:
            return date.fromisoformat(said) if self.kind is ChangeKind.DUE else None
        except ValueError:
            # A timeline in words.
            return None


class PointGone(BotError):
    """An action was taken back, or never was."""


class NotTheirs(NotAllowed):
    """Somebody wanted to change an action that others do, in a plan that they do not run."""

    def __init__(self) -> None:
        super().__init__(action=Action.RUN_PLAN)


class ReasonMissing(BotError):
    """An action was to be adapted or dropped, but nobody said why."""

    def __init__(self, *, state: PointState) -> None:
        super().__init__(f"no reason for {state}")
        self.state = state


class PointUnknown(BotError):
    """A group has no action of this number."""

    def __init__(self, *, number: int) -> None:
        super().__init__(f"no action {number}")
        self.number = number


class ListUnclear(BotError):
    """Somebody wanted to see some of the actions, but nobody knows which."""

    def __init__(self, *, said: str) -> None:
        """Carry their words."""
        super().__init__("which actions?")
        self.said = said


class PointClosed(BotError):
    """Something was to be changed of an action that is done, or dropped."""


class ChangeUnreadable(BotError):
    """What stands behind the number of an action says nothing that can be done to it."""

    def __init__(self, *, number: int) -> None:
        super().__init__(f"unreadable change of {number}")
        self.number = number


class DueUnclear(BotError):
    """The day by which something is to be done cannot be told, or is over."""

    def __init__(self, *, said: str) -> None:
        super().__init__("a day that cannot be told")
        self.said = said


class OwnerUnknown(BotError):
    """Somebody was to do something whom nobody in the group is called like."""

    def __init__(self, *, said: str) -> None:
        super().__init__("nobody is called so")
        self.said = said


class OnlyOwnActions(BotError):
    """A member wanted to write down what another organisation does."""

    def __init__(self, *, organisation: str) -> None:
        """Carry the organisation of the member."""
        super().__init__("another organisation's action")
        self.organisation = organisation


def checked_reason(text: str, state: PointState) -> str:
    """Return why an action is adapted or dropped, as it is kept.

    Raises:
        ReasonMissing: it says nothing.
        EntryTooLong: it is a speech.
    """
    said = text.strip()
    if not any(map(str.isalnum, said)):
        raise ReasonMissing(state=state)
    if len(said) > REASON_LIMIT:
        raise EntryTooLong(length=len(said), limit=REASON_LIMIT)
    return said
