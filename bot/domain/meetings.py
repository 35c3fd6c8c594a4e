"""The rules of a meeting: when it can be planned or changed."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.domain.dates import DateInThePast, wall_time
from bot.domain.ways import Way, Where
from bot.errors import BotError

DEFAULT_LENGTH = timedelta(hours=2)
"""A county meeting that is kept brief, as the partnership's own guide asks."""
LONGEST = timedelta(hours=12)
FARTHEST = timedelta(days=400)
PLACE_LIMIT = 200


class State(StrEnum):
    """Where a meeting is in its life."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Meeting:
    """One meeting of a group, as people are told about it."""

    id: int
    group_id: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    version: int
    """Grows with every change that people must hear of; an older one is stale."""
    state: State
    way: Way = Way.MIXED
    link: str = ""
    """How to take part from afar: an address, or a number to dial; empty if it is told late."""
    is_place_late: bool = False
    """Whether the place is told to each privately, the day before: `place` is empty then."""
    late: Where | None = None
    """The place and the link that are told late, for that private message alone."""
    series_id: int | None = None
    original: datetime | None = None
    """Of a meeting of a series: the wall time at which its rhythm first had it."""

    @property
    def starts(self) -> datetime:
        """Return the wall time at which the meeting begins, where its people live."""
        return wall_time(self.starts_at, self.zone)

    @property
    def ends(self) -> datetime:
        """Return the wall time at which the meeting ends, where its people live."""
        return wall_time(self.ends_at, self.zone)

    def has_started(self, now: datetime) -> bool:
        """Tell whether answers and changes come too late."""
        return now >= self.starts_at


class MeetingTooLong(BotError):
    """The end of a planned meeting is too far from its start, or before it."""

    def __init__(self, *, starts: datetime, ends: datetime, longest: timedelta) -> None:
        super().__init__(f"a meeting from {starts} to {ends}")
        self.starts, self.ends, self.longest = starts, ends, longest


class MeetingTooFar(BotError):
    """A meeting was to be planned so far ahead that a mistyped year is likelier."""

    def __init__(self, *, starts: datetime) -> None:
        super().__init__(f"the meeting would start at {starts}")
        self.starts = starts


class PlaceTooLong(BotError):
    """The place of a meeting does not fit a line that people read on a small phone."""

    def __init__(self, *, length: int, limit: int) -> None:
        super().__init__(f"a place of {length} characters")
        self.length, self.limit = length, limit


class MeetingStarted(BotError):
    """Something was asked of a meeting that has already begun."""


class MeetingCancelled(BotError):
    """Something was asked of a meeting that was cancelled."""


class MeetingChanged(BotError):
    """Somebody else changed the meeting in between; what the person saw is out of date."""


class NothingChanges(BotError):
    """A meeting was to be moved to where it is already; asking again would only confuse."""


class MeetingUnknown(BotError):
    """A button or a reply names a meeting that does not exist (any more)."""


class ProposalGone(BotError):
    """The question that a button would answer was answered already, or is too old."""

    def __init__(self, *, is_change: bool = False) -> None:
        """Carry whether it was about a meeting that is planned: that one is moved, not another."""
        super().__init__("no open question")
        self.is_change = is_change


class ProposalConfirmed(BotError):
    """The question that a button would answer was answered with yes: it is done already."""

    def __init__(self, *, meeting: Meeting | None = None) -> None:
        """Carry the meeting that came of it; None if it is planned no longer."""
        super().__init__("confirmed already")
        self.meeting = meeting


def check_plan(*, starts: datetime, ends: datetime, place: str, now: datetime) -> None:
    """Refuse a plan that cannot be meant. All times are wall times of the group.

    Raises:
        DateInThePast, MeetingTooFar, MeetingTooLong, PlaceTooLong: see there.
    """
    if starts <= now:
        raise DateInThePast(starts=starts)
    if starts - now > FARTHEST:
        raise MeetingTooFar(starts=starts)
    if not timedelta(0) < ends - starts <= LONGEST:
        raise MeetingTooLong(starts=starts, ends=ends, longest=LONGEST)
    check_place(place)


def check_place(place: str) -> None:
    """Refuse a place that does not fit a line.

    Raises:
        PlaceTooLong: see there.
    """
    if len(place) > PLACE_LIMIT:
        raise PlaceTooLong(length=len(place), limit=PLACE_LIMIT)


def likely_starts(last: datetime | None, now: datetime) -> tuple[datetime, ...]:
    """Return starts that a group may well want next, soonest first. All times are wall times.

    A group keeps its weekday and its hour: the next two weeks, and the same weekday of the next
    month ("the first Thursday"). A new group is offered Thursdays at ten.
    """
    usual = last or datetime.combine(now.date(), time(10)) + timedelta(days=3 - now.weekday())
    week = timedelta(weeks=1)
    ahead = usual + week * max(0, -((usual - now - timedelta(days=1)) // week))
    in_month = usual + 4 * week
    if (in_month.day - 1) // 7 != (usual.day - 1) // 7:
        in_month += week
    wanted = {ahead, ahead + week, *([in_month] if in_month > ahead else [])}
    return tuple(sorted(wanted))


def check_open(meeting: Meeting, now: datetime) -> None:
    """Refuse an answer or a change that can no longer have an effect.

    Raises:
        MeetingCancelled, MeetingStarted: see there.
    """
    if meeting.state is State.CANCELLED:
        raise MeetingCancelled
    if meeting.has_started(now):
        raise MeetingStarted
