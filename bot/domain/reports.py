"""Reports: the action plan and its progress in the forms that offices know, and a group's month.

A report looks back on a period, and says what stood when it was over; one that goes on says what
stands now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.domain import digests, inbox
from bot.domain.plan import STILL, Change, ChangeKind, Point, PointState
from bot.domain.presence import How
from bot.domain.streams import Stream
from bot.domain.support import SupportState

MONTHS_OF_A_QUARTER = 3
QUARTERS = 4
FRIDAY, A_WEEK = 4, 7
MONDAY = 0
QUARTERLY_AT = time(9)
"""When the coordination hears that a quarter is over: wall time of its first working day."""
MONTHLY_AT = time(10)
"""When a group hears of its month: wall time of the first Monday after it."""
EARLIEST_YEAR, LATEST_YEAR = 2000, 2999
"""The years of which a button of ours can tell."""


class Paper(StrEnum):
    """The two original forms."""

    PLAN = "plan"
    """Work stream, key action points, timeline, support required."""
    PROGRESS = "progress"
    """Key action points, progress made, challenges, what we will do differently."""


class Format(StrEnum):
    """In which kind of file a report comes."""

    DOCX = "docx"
    PDF = "pdf"
    XLSX = "xlsx"


class Due(StrEnum):
    """What falls due for reports; the values are kinds of occasion."""

    QUARTER = "report-quarter"
    """The coordination may send the quarter on."""
    MONTH = "report-month"
    """A group hears about its own month."""


@dataclass(frozen=True)
class Period:
    """Some days, in the wall time of whoever lives by them."""

    starts: date
    ends: date
    """The first day that no longer belongs to it."""

    @property
    def last(self) -> date:
        """Return its last day."""
        return self.ends - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.starts <= day < self.ends


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months of a year."""

    year: int
    number: int
    """From 1 to 4."""

    @property
    def code(self) -> int:
        """Return it as a button carries it: 20264."""
        return self.year * 10 + self.number

    @property
    def period(self) -> Period:
        """Return its days."""
        return Period(self.first, self.next.first)

    @property
    def next(self) -> "Quarter":
        """Return the one that follows."""
        return _quarter(self.year * QUARTERS + self.number)

    @property
    def before(self) -> "Quarter":
        """Return the one before it."""
        return _quarter(self.year * QUARTERS + self.number - 2)

    @property
    def first(self) -> date:
        """Return its first day."""
        return date(self.year, (self.number - 1) * MONTHS_OF_A_QUARTER + 1, 1)


def _quarter(count: int) -> Quarter:
    """Return a quarter by how many there were before it since the year 0."""
    return Quarter(count // QUARTERS, count % QUARTERS + 1)


def quarter_of(day: date) -> Quarter:
    """Return the quarter in which a day lies."""
    return Quarter(day.year, (day.month - 1) // MONTHS_OF_A_QUARTER + 1)


def read_quarter(code: str) -> Quarter:
    """Read a quarter off a button.

    Raises:
        ValueError: no button of ours carried it.
    """
    year, number = divmod(int(code), 10)
    if not (EARLIEST_YEAR <= year <= LATEST_YEAR and 1 <= number <= QUARTERS):
        message = "no quarter"
        raise ValueError(message)
    return Quarter(year, number)


def read_week(text: str) -> date:
    """Read the Monday of a week off a button: the number of its day.

    Raises:
        ValueError: no button of ours carried it.
    """
    message = "no week"
    try:
        day = date.fromordinal(int(text))
    except OverflowError as error:
        raise ValueError(message) from error
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR or day.weekday() != MONDAY:
        raise ValueError(message)
    return day


def month_before(day: date) -> Period:
    """Return the month before that in which a day lies."""
    ends = day.replace(day=1)
    return Period((ends - timedelta(days=1)).replace(day=1), ends)


def next_quarterly(after: datetime) -> datetime:
    """Return when a quarter is next reported, later than `after`; both wall times.

    That is the first working day of the quarter that follows it. Holidays are not known here.
    """
    quarter = quarter_of(after.date())
    for one in (quarter, quarter.next):
        first = one.period.starts
        if first.weekday() > FRIDAY:
            first += timedelta(days=A_WEEK - first.weekday())
        at = datetime.combine(first, QUARTERLY_AT)
        if at > after:
            return at
    message = "a quarter has a first working day"
    raise AssertionError(message)


def next_monthly(after: datetime) -> datetime:
    """Return when a group hears of its month next, later than `after`; both wall times."""
    first = after.date().replace(day=1)
    for one in (first, (first + timedelta(days=31)).replace(day=1)):
        monday = one + timedelta(days=-one.weekday() % A_WEEK)
        at = datetime.combine(monday, MONTHLY_AT)
        if at > after:
            return at
    message = "a month has a first Monday"
    raise AssertionError(message)


# --- What stands in a report ----------------------------------------------------------------------


@dataclass(frozen=True)
class Update:
    """What somebody reported of an action."""

    on: date
    organisation: str = ""
    progress: str = ""
    challenges: str = ""
    differently: str = ""
    voice_seconds: int | None = None
    """How long the voice note is that said it; None: it was written."""


@dataclass(frozen=True)
class Task:
    """An action that a group had to do in the period, with what became of it."""

    group: str
    point: Point
    """As it stood at the end of the period."""
    updates: tuple[Update, ...] = ()
    """What was reported in the period, oldest first."""
    reason: str = ""
    """Why it was adapted or dropped in the period, if it was."""
    evidence: int = 0
    """Pictures, files and voice notes that came in the period."""


class Outcome(StrEnum):
    """What became of a meeting."""

    HELD = "held"
    NOT_HELD = "not-held"
    CANCELLED = "cancelled"
    AHEAD = "ahead"
    """It is planned, or goes on."""
    UNKNOWN = "unknown"
    """Its time is over, and nobody said what became of it."""


@dataclass(frozen=True)
class Gathering:
    """A meeting, counted by organisations."""

    group: str
    starts: datetime
    """Wall time of the group, as `ends`."""
    ends: datetime
    outcome: Outcome
    present: Mapping[str, How] = field(default_factory=dict)
    """How the organisations were there that were; an organisation counts once."""
    seats: int = 0
    """The organisations with a seat in the group, as it is now."""
    decisions: int = 0
    actions: int = 0
    is_moved: bool = False


@dataclass(frozen=True)
class Decision:
    """What a meeting decided."""

    group: str
    on: date
    text: str
    review_on: date | None = None


@dataclass(frozen=True)
class Need:
    """A call for support."""

    group: str
    on: date
    text: str
    organisation: str = ""
    sector: str = ""
    place: str = ""
    state: SupportState = SupportState.WAITING
    days: int = 0
    """How long nobody has answered, or had not when somebody did."""
    offers: tuple[str, ...] = ()
    """The organisations that can help."""


@dataclass(frozen=True)
class Number:
    """A figure of a week, as the weekly summary counts it."""

    group: str
    week: date
    measure: str
    value: int
    organisation: str = ""
    stream: Stream | None = None
    before: int = 0
    """The same of the week before."""


@dataclass(frozen=True)
class Report:
    """All that a coalition, or a group of it, reports of a period."""

    coalition: str
    name: str
    """Of the group; of the coalition, if it is about all of its groups."""
    is_whole: bool
    """Whether it is about the whole coalition."""
    period: Period
    today: date
    groups: tuple[str, ...]
    """The names of the groups that it is about."""
    tasks: tuple[Task, ...] = ()
    """By group, stream and number."""
    gatherings: tuple[Gathering, ...] = ()
    decisions: tuple[Decision, ...] = ()
    needs: tuple[Need, ...] = ()
    numbers: tuple[Number, ...] = ()
    urgent: tuple[digests.Need, ...] = ()
    """What needs somebody: in the workbook of a week only, as is the next."""
    ahead: tuple[digests.Coming, ...] = ()
    """The meetings of the week after the period."""
    heard: inbox.Heard | None = None
    """Of feedback: in the workbook of a week of a coordination team only."""

    @property
    def next_due(self) -> tuple[Task, ...]:
        """Return what is to be done in the week after the period."""
        ends = self.period.ends
        last = ends + timedelta(days=A_WEEK)
        return tuple(
            task
            for task in self.tasks
            if task.point.is_open and task.point.due and ends <= task.point.due < last
        )

    @property
    def goes_on(self) -> bool:
        """Tell whether the period is not over yet."""
        return self.today < self.period.ends

    @property
    def as_of(self) -> date:
        """Return the day whose end it describes."""
        return min(self.today, self.period.last)

    def of(self, group: str) -> tuple[Task, ...]:
        """Return the actions of one group."""
        return tuple(task for task in self.tasks if task.group == group)


@dataclass(frozen=True)
class Month:
    """A group's month, as it hears of it: nothing in it is compared with another group."""

    period: Period
    held: int
    """Meetings."""
    organisations: tuple[str, ...]
    """Who was at one of them, by name."""
    decisions: int
    done: int
    """Actions that were finished in the month."""
    still: int
    """Actions that are to be done."""
    outcomes: tuple[tuple[str, str], ...] = ()
    """Of feedback: what was said, and what was done, in the words of the coordination team."""
    more_outcomes: int = 0
    """How many more there are: all of them stand in the group, each in a message of its own."""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing happened, and nothing is to be done."""
        return not (self.held or self.decisions or self.done or self.still or self.outcomes)


def as_it_was(point: Point, later: Iterable[Change]) -> Point:
    """Return an action as it stood before some changes, which are given oldest first.

    Its owners and its stream are those of now: what a report is sorted by does not move.
    """
    undone: set[ChangeKind] = set()
    for change in later:
        if change.kind in undone:
            continue
        undone.add(change.kind)
        point = _undo(point, change)
    return point


def _undo(point: Point, change: Change) -> Point:
    if change.kind is ChangeKind.TEXT and change.before:
        return replace(point, text=change.before)
    if change.kind is ChangeKind.SUPPORT:
        return replace(point, support=change.before)
    if change.kind is ChangeKind.DUE:
        try:
            return replace(point, due=date.fromisoformat(change.before), timeline="")
        except ValueError:
            return replace(point, due=None, timeline=change.before)
    if change.kind is ChangeKind.STATE and change.before in set(PointState):
        state = PointState(change.before)
        return replace(point, state=state, ended_on=None if state in STILL else point.ended_on)
    return point


def sorted_tasks(tasks: Iterable[Task], streams: Sequence[Stream]) -> tuple[Task, ...]:
    """Return actions by group, then by stream in the coalition's order, then by number.

    What belongs to no stream comes last in its group.
    """
    places = {(one.key.value, one.name): place for place, one in enumerate(streams)}

    def key(task: Task) -> tuple[str, int, str, int]:
        point = task.point
        place = places.get((point.stream_key, point.stream), len(places))
        is_of_none = not point.stream_key and not point.stream
        return (task.group.casefold(), place + is_of_none, point.stream, point.number)

    return tuple(sorted(tasks, key=key))


def month_of(report: Report) -> Month:
    """Return what a group hears of the month that a report is about."""
    held = [one for one in report.gatherings if one.outcome is Outcome.HELD]
    names = {name for one in held for name in one.present}
    done = [
        task
        for task in report.tasks
        if task.point.state is PointState.DONE
        and task.point.ended_on is not None
        and task.point.ended_on in report.period
    ]
    return Month(
        period=report.period,
        held=len(held),
        organisations=tuple(sorted(names, key=str.casefold)),
        decisions=len(report.decisions),
        done=len(done),
        still=sum(task.point.is_open for task in report.tasks),
    )
