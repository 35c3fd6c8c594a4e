"""The weekly summary: what it counts, how it looks back, and when it comes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from typing import TypeAlias

from bot.domain.dates import instant, wall_time
from bot.domain.plan import STILL, ChangeKind, PointState
from bot.errors import BotError

MONDAY = 0
MORNING = time(8)
"""When the summary comes, unless somebody wants it at another time (their wall time)."""
LATE = timedelta(hours=48)
"""So late it still comes, after a downtime; later than that only a word that it is there."""
A_WEEK = timedelta(weeks=1)
WEEKS = 12
"""The weeks that the picture shows."""
RECENT = timedelta(days=200)
"""How far back meetings are looked for that came before: a group that meets every two months has
three of them in it. What lies further back costs nothing, and does not count."""
STREAK = 3
"""Who came to so many meetings without a gap comes regularly."""
SILENCE = timedelta(weeks=4)
"""A group of which nothing is heard for so long is called silent."""
SOON_OUT = timedelta(days=2)
"""Minutes may take so long until they are called missing."""
GOOD_NEWS = 3
"""Actions that are named for having been done."""
NEEDS = 6
"""So many things that need somebody fit the first screen."""


class Measure(StrEnum):
    """What is counted of a week."""

    MEETINGS_HELD = "meetings-held"
    MEETINGS_MOVED = "meetings-moved"
    """Those that were to be held in the week, and were moved to another time."""
    MEETINGS_NOT_HELD = "meetings-not-held"
    """Cancelled ones among them."""
    SEATS = "seats"
    """Organisations that could have come, summed over the meetings held."""
    PRESENT = "present"
    """Organisations that came, summed over the meetings held."""
    DECISIONS = "decisions"
    ACTIONS_NEW = "actions-new"
    ACTIONS_DONE = "actions-done"
    ACTIONS_ADAPTED = "actions-adapted"
    ACTIONS_DROPPED = "actions-dropped"
    ACTIONS_OPEN = "actions-open"
    """At the end of the week."""
    ACTIONS_OVERDUE = "actions-overdue"
    """At the end of the week."""
    REPORTS = "reports"
    """What was reported of actions."""
    VOICES = "voices"
    """Organisations that said something between meetings."""
    SUPPORT_ASKED = "support-asked"
    SUPPORT_WAITING = "support-waiting"
    """At the end of the week."""


Key: TypeAlias = tuple[Measure, int | None, int | None]
"""What is counted, of which organisation and which stream; None: of all."""
Figures: TypeAlias = Mapping[Key, int]


class Tally(Counter[Key]):
    """Counts a group's week: as a whole, by organisation, and by stream."""

    def add(
        self,
        measure: Measure,
        count: int = 1,
        *,
        organisation: int | None = None,
        stream: int | None = None,
    ) -> None:
        """Count something, also for its organisation and for its stream if it has one."""
        self[measure, None, None] += count
        if organisation is not None:
            self[measure, organisation, None] += count
        if stream is not None:
            self[measure, None, stream] += count

    @property
    def figures(self) -> dict[Key, int]:
        """Return what is more than nothing."""
        return {key: count for key, count in self.items() if count}


@dataclass(frozen=True)
class Span:
    """A week of the people who live in one zone, from Monday to Monday."""

    week: date
    """The Monday with which it begins."""
    zone: str

    @property
    def begins(self) -> datetime:
        """Return the instant at which it begins."""
        return instant(self.wall_begins, self.zone)

    @property
    def ends(self) -> datetime:
        """Return the instant at which it is over."""
        return instant(self.wall_begins + A_WEEK, self.zone)

    @property
    def wall_begins(self) -> datetime:
        """Return its beginning as clocks show it."""
        return datetime.combine(self.week, time())

    def holds(self, moment: datetime) -> bool:
        """Tell whether an instant lies in it."""
        return self.begins <= moment < self.ends


def last_week(now: datetime, zone: str) -> date:
    """Return the Monday of the last week that is over in a zone."""
    today = wall_time(now, zone).date()
    return today - timedelta(days=today.weekday()) - A_WEEK


def next_time(weekday: int, at: time, zone: str, now: datetime) -> datetime:
    """Return the first instant after `now` that is this hour of this weekday in a zone.

    Where the clock skips the hour it is the first instant after the gap.
    """
    wall = wall_time(now, zone)
    ahead = (weekday - wall.weekday()) % 7
    day = wall.date() + timedelta(days=ahead)
    found = instant(datetime.combine(day, at), zone)
    return found if found > now else instant(datetime.combine(day, at) + A_WEEK, zone)


@dataclass(frozen=True)
class Recipient:
    """When somebody gets the summary: an hour of a weekday, in a zone."""

    weekday: int
    at: time
    zone: str
    is_wished: bool = False
    """Whether they chose it: then it may come at night, too."""


@dataclass(frozen=True)
class Became:
    """One thing that became of an action."""

    at: datetime
    kind: ChangeKind
    before: str
    after: str


@dataclass(frozen=True)
class Followed:
    """An action as the plan has it now, with what became of it since a week began.

    From that it is seen as it stood when the week was over: so an old week counts the same today.
    """

    text: str
    state: PointState
    made_at: datetime
    organisation_id: int | None = None
    organisation: str = ""
    stream_id: int | None = None
    due: date | None = None
    taken_back_at: datetime | None = None
    changes: Sequence[Became] = ()
    """Oldest first."""

    def is_there(self, moment: datetime) -> bool:
        """Tell whether the plan had it, and nobody had taken it back."""
        is_back = self.taken_back_at is not None and self.taken_back_at < moment
        return self.made_at < moment and not is_back

    def state_at(self, moment: datetime) -> PointState:
        """Return its state as it was then."""
        since = self._since(ChangeKind.STATE, moment)
        return self.state if since is None else PointState(since)

    def due_at(self, moment: datetime) -> date | None:
        """Return until when it was to be done, as it was said then."""
        since = self._since(ChangeKind.DUE, moment)
        if since is None:
            return self.due
        try:
            return date.fromisoformat(since)
        except ValueError:
            # It was no day, but "before the long rains".
            return None

    def _since(self, kind: ChangeKind, moment: datetime) -> str | None:
        return next(
            (one.before for one in self.changes if one.kind is kind and one.at >= moment), None
        )


def count_actions(tally: Tally, actions: Iterable[Followed], span: Span) -> list[Followed]:
    """Count what became of actions in a week, and return those that were done in it."""
    begins, ends = span.begins, span.ends
    first_day_after = span.week + A_WEEK
    done = []
    for one in actions:
        if not one.is_there(ends):
            continue
        add = partial(tally.add, organisation=one.organisation_id, stream=one.stream_id)
        state = one.state_at(ends)
        if one.made_at >= begins:
            add(Measure.ACTIONS_NEW)
        became = [
            change.after
            for change in one.changes
            if change.kind is ChangeKind.STATE and begins <= change.at < ends
        ]
        if PointState.ADAPTED in became:
            add(Measure.ACTIONS_ADAPTED)
        if state is PointState.DONE and became:
            add(Measure.ACTIONS_DONE)
            done.append(one)
        if state is PointState.DROPPED and became:
            add(Measure.ACTIONS_DROPPED)
        if state in STILL:
            add(Measure.ACTIONS_OPEN)
            due = one.due_at(ends)
            if due is not None and due < first_day_after:
                add(Measure.ACTIONS_OVERDUE)
    return done


@dataclass(frozen=True)
class Called:
    """A call for support, with when somebody answered, and when it was settled or withdrawn."""

    at: datetime
    text: str
    organisation_id: int | None = None
    organisation: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None

    def waits(self, moment: datetime) -> bool:
        """Tell whether it waited then for an answer."""
        ends = [one for one in (self.answered_at, self.ended_at) if one is not None]
        return self.at < moment and not any(one < moment for one in ends)


class NeedKind(StrEnum):
    """What needs somebody, the most urgent first."""

    SUPPORT = "support"
    """A call for support that nobody has answered."""
    CLOSED = "closed"
    """The bot cannot write to a group."""
    OBJECTION = "objection"
    """Members object to minutes, and nobody has answered."""
    MINUTES = "minutes"
    """Minutes that nobody has approved."""
    UNTOLD = "untold"
    """Nobody has said whether a meeting was held."""
    SILENT = "silent"
    """Nothing was heard of a group for weeks."""
    UNREACHED = "unreached"
    """People to whom the bot cannot write."""
    TEAM = "team"
    """Somebody of the coordination team to whom the bot cannot write."""


@dataclass(frozen=True)
class Need:
    """One thing that needs somebody."""

    kind: NeedKind
    group: str
    """Its name; empty of the coordination team itself."""
    group_id: int = 0
    text: str = ""
    organisation: str = ""
    days: int = 0
    """For how long it has waited."""
    count: int = 1
    on: date | None = None
    """The day of the meeting that it is about."""


def sorted_needs(needs: Iterable[Need]) -> tuple[Need, ...]:
    """Return what needs somebody, the most urgent first, and what waits longest before the rest."""
    order = list(NeedKind)
    return tuple(
        sorted(needs, key=lambda one: (order.index(one.kind), -one.days, one.group, one.text))
    )


@dataclass(frozen=True)
class Deed:
    """An action that was done."""

    text: str
    organisation: str
    group: str


@dataclass(frozen=True)
class Attended:
    """How organisations came to meetings, summed."""

    present: int = 0
    seats: int = 0

    @property
    def percent(self) -> int:
        """Return the share of those who came; 0 where nobody could."""
        return round(100 * self.present / self.seats) if self.seats else 0


@dataclass(frozen=True)
class Weekly:
    """A group's week, as its snapshot keeps it."""

    figures: Figures = field(default_factory=dict)
    done: tuple[tuple[str, str], ...] = ()
    """Actions that were done, each with its organisation."""
    before: Attended = Attended()
    """The meetings before those of this week; nothing if there was no meeting this week."""
    regular: int = 0
    """Organisations that came to the last meetings without a gap (`STREAK`)."""
    is_regular_known: bool = False
    """Whether there were so many meetings."""
    needs: tuple[Need, ...] = ()
    """What needed somebody when the week was over."""

    def total(self, measure: Measure) -> int:
        """Return what was counted of the group as a whole."""
        return self.figures.get((measure, None, None), 0)


@dataclass(frozen=True)
class Sum:
    """The weeks of several groups, added up."""

    values: Mapping[Measure, int]

    def __getitem__(self, measure: Measure) -> int:
        """Return one number."""
        return self.values.get(measure, 0)

    @property
    def attended(self) -> Attended:
        """Return how organisations came to the meetings held."""
        return Attended(self[Measure.PRESENT], self[Measure.SEATS])

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing happened: what is open or waits was so before."""
        standing = {Measure.ACTIONS_OPEN, Measure.ACTIONS_OVERDUE, Measure.SUPPORT_WAITING}
        return not any(count for key, count in self.values.items() if key not in standing)


def summed(weeks: Iterable[Weekly]) -> Sum:
    """Add the weeks of groups up."""
    total: Counter[Measure] = Counter()
    for one in weeks:
        for (measure, organisation, stream), count in one.figures.items():
            if organisation is None and stream is None:
                total[measure] += count
    return Sum(total)


def together(weeks: Sequence[Weekly]) -> Weekly:
    """Return the week of several groups as if they were one; organisations are left out."""
    total: Counter[Key] = Counter()
    for one in weeks:
        for (measure, organisation, stream), count in one.figures.items():
            if organisation is None:
                total[measure, None, stream] += count
    return Weekly(
        figures=total,
        before=Attended(
            sum(one.before.present for one in weeks), sum(one.before.seats for one in weeks)
        ),
        regular=sum(one.regular for one in weeks),
        is_regular_known=any(one.is_regular_known for one in weeks),
    )


@dataclass(frozen=True)
class Coming:
    """A meeting of the next seven days."""

    group_id: int
    group: str
    starts: datetime
    """In the wall time of the group."""


@dataclass(frozen=True)
class Ahead:
    """What groups have before them in the next seven days."""

    meetings: tuple[Coming, ...] = ()
    due: int = 0
    """Actions that are to be done."""


class SummaryTimeUnclear(BotError):
    """Somebody wanted their summary at another time, but a day, an hour or a place is unclear."""

    def __init__(self, *, said: str) -> None:
        super().__init__("no day and hour of a week")
        self.said = said


class WeekUnknown(BotError):
    """Somebody asked for a week that is not over, or of which nothing is known."""

    def __init__(self, *, week: date) -> None:
        super().__init__("no such week")
        self.week = week


class NoSummary(BotError):
    """Somebody asked for a summary who neither leads a group nor coordinates a coalition."""
