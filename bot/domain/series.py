"""The rules of a series: meetings that come again and again, at the same time of day.

A series keeps its wall time across a change of clocks. One of its meetings is known by the wall
time at which the rhythm first put it, wherever it is moved later.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import ClassVar, TypeAlias

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr

from bot.domain.dates import instant, wall_time
from bot.errors import BotError

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = -1
"""The last day, or the last such weekday, of a month."""
LAST_DAY_OF_ALL = 28
"""The last day of the month that every month has."""
LAST_WEEK_OF_ALL = 4
"""Every month has a fourth Thursday; only some have a fifth."""
LONGEST_WEEKS, LONGEST_MONTHS = 26, 12
_LONGEST_LIFE = 1200
"""Months, or meetings, that a series may be said to go on for; nobody means more."""
NIGHT = time(2)
"""When meetings of series are written down: nobody plans at that hour."""
KEPT_MEETINGS = 3
KEPT_AHEAD = timedelta(days=100)
"""A series has its next three meetings, and those of the next 100 days, written down."""


@dataclass(frozen=True)
class Weekly:
    """Every so many weeks, on these weekdays; Monday is 0, and begins the week."""

    form: ClassVar[str] = "weekly"

    every: int
    weekdays: tuple[int, ...]

    @property
    def rule(self) -> str:
        """Return the rule as RFC 5545 writes it."""
        days = ",".join(_DAYS[day] for day in self.weekdays)
        return f"FREQ=WEEKLY;INTERVAL={self.every};BYDAY={days};WKST=MO"


@dataclass(frozen=True)
class MonthlyByDay:
    """Every so many months, on a day of the month from 1 to 28, or on the `LAST`."""

    form: ClassVar[str] = "monthly-day"

    every: int
    day: int

    @property
    def rule(self) -> str:
        """Return the rule as RFC 5545 writes it."""
        return f"FREQ=MONTHLY;INTERVAL={self.every};BYMONTHDAY={self.day}"


@dataclass(frozen=True)
class MonthlyByWeekday:
    """Every so many months, on the first to fourth such weekday of the month, or on the `LAST`."""

    form: ClassVar[str] = "monthly-weekday"

    every: int
    nth: int
    weekday: int

    @property
    def rule(self) -> str:
        """Return the rule as RFC 5545 writes it."""
        return f"FREQ=MONTHLY;INTERVAL={self.every};BYDAY={self.nth}{_DAYS[self.weekday]}"


Rhythm: TypeAlias = Weekly | MonthlyByDay | MonthlyByWeekday


@dataclass(frozen=True)
class Occurrence:
    """One meeting of a series, as its rhythm has it."""

    original: datetime
    """The wall time that names it for ever; clocks may skip it."""
    starts: datetime
    """The wall time at which it begins: the first one after the gap, if clocks skip the other."""
    ends: datetime
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Series:
    """A rhythm with the hour, the place in time where it begins, and perhaps an end."""

    rhythm: Rhythm
    starts: time
    length: timedelta
    zone: str
    starts_on: date
    """The day of its first meeting; a rhythm of every other week counts from its week."""
    until: date | None = None
    """The last day on which there may be a meeting; None if it goes on."""

    @property
    def ends(self) -> time:
        """Return the time of day at which its meetings end."""
        return (datetime.combine(self.starts_on, self.starts) + self.length).time()

    @property
    def is_over(self) -> bool:
        """Tell whether it was ended before its first meeting."""
        return self.until is not None and self.until < self.starts_on


class SeriesEndsBeforeItBegins(BotError):
    """The last day of a series lies before its first meeting."""

    def __init__(self, *, first: date, until: date, rhythm: Rhythm, starts: time) -> None:
        """Carry both days, and what was understood of the series."""
        super().__init__(f"from {first} until {until}")
        self.first, self.until = first, until
        self.rhythm, self.starts = rhythm, starts


class DayNotInEveryMonth(BotError):
    """A series was to come on a day that some months do not have: the 31st, a fifth Thursday."""

    def __init__(self, *, day: int | None = None, weekday: int | None = None) -> None:
        """Carry the day of the month, or the weekday of which a fifth was asked for."""
        super().__init__(f"day {day}, fifth weekday {weekday}")
        self.day, self.weekday = day, weekday


class RhythmTooLong(BotError):
    """Meetings were to come so seldom that a slip of the finger is likelier."""

    def __init__(self, *, weeks: int = LONGEST_WEEKS, months: int = LONGEST_MONTHS) -> None:
        """Carry the longest rhythms that we keep."""
        super().__init__("too seldom, or never")
        self.weeks, self.months = weeks, months


def rhythm_of(rule: str) -> Rhythm:
    """Return the rhythm that one of our own rules writes down.

    Raises:
        ValueError, KeyError: it is no rule of ours.
    """
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    every = int(parts["INTERVAL"])
    if parts["FREQ"] == "WEEKLY":
        return Weekly(every, tuple(_DAYS.index(day) for day in parts["BYDAY"].split(",")))
    if "BYMONTHDAY" in parts:
        return MonthlyByDay(every, int(parts["BYMONTHDAY"]))
    return MonthlyByWeekday(every, int(parts["BYDAY"][:-2]), _DAYS.index(parts["BYDAY"][-2:]))


def check_rhythm(rhythm: Rhythm) -> None:
    """Refuse a rhythm that months do not keep, or that nobody can mean.

    Raises:
        DayNotInEveryMonth, RhythmTooLong: see there.
    """
    longest = LONGEST_WEEKS if isinstance(rhythm, Weekly) else LONGEST_MONTHS
    if not 1 <= rhythm.every <= longest:
        raise RhythmTooLong
    if isinstance(rhythm, MonthlyByDay) and not (
        rhythm.day == LAST or 1 <= rhythm.day <= LAST_DAY_OF_ALL
    ):
        raise DayNotInEveryMonth(day=rhythm.day)
    if isinstance(rhythm, MonthlyByWeekday) and rhythm.nth not in (LAST, 1, 2, 3, 4):
        raise DayNotInEveryMonth(weekday=rhythm.weekday)


def begin(
    rhythm: Rhythm,
    *,
    starts: time,
    length: timedelta,
    zone: str,
    on_or_after: date,
    until: date | None = None,
    now: datetime,
) -> Series:
    """Return the series whose first meeting is the first of its days that is still ahead.

    `now` is the naive wall time of the people concerned. A rhythm of several weeks or months counts
    from that first meeting: whoever says "every 2 weeks on Monday" does not mean to skip the next.

    Raises:
        SeriesEndsBeforeItBegins, DayNotInEveryMonth, RhythmTooLong: see there.
    """
    check_rhythm(rhythm)
    day = first_day(rhythm, max(on_or_after, now.date()))
    if datetime.combine(day, starts) <= now:
        day = first_day(rhythm, day + timedelta(days=1))
    if until is not None and until < day:
        raise SeriesEndsBeforeItBegins(first=day, until=until, rhythm=rhythm, starts=starts)
    return Series(
        rhythm=rhythm, starts=starts, length=length, zone=zone, starts_on=day, until=until
    )


def first_day(rhythm: Rhythm, on_or_after: date) -> date:
    """Return the first day that fits a rhythm, as if it came every week, or every month."""
    each = rhythm.rule.replace(f"INTERVAL={rhythm.every}", "INTERVAL=1")
    start = datetime.combine(on_or_after, time())
    found = rrulestr(each, dtstart=start).after(start, inc=True)
    assert found is not None, "every week and every month has such a day"
    return found.date()


def last_day(
    rhythm: Rhythm, first: date, *, times: int = 0, weeks: int = 0, months: int = 0
) -> date:
    """Return the last day of what comes so many times from `first` on, or for so long.

    Six months of a monthly rhythm are six meetings.
    """
    months = min(months, _LONGEST_LIFE)
    if weeks:
        return first + timedelta(weeks=weeks, days=-1)
    if months and isinstance(rhythm, Weekly):
        return first + relativedelta(months=months, days=-1)
    count = times or max(1, months // rhythm.every)
    walls = rrulestr(rhythm.rule, dtstart=datetime.combine(first, time()))
    return list(islice(walls, min(count, _LONGEST_LIFE)))[-1].date()


def shifted(rhythm: Rhythm, before: date, after: date) -> Rhythm:
    """Return the rhythm whose meeting of the day `before` comes on the day `after` instead.

    A monthly rhythm by weekday stays one: from the first Thursday to the second Friday.
    """
    if isinstance(rhythm, Weekly):
        days = {*rhythm.weekdays} - {before.weekday()} | {after.weekday()}
        return Weekly(rhythm.every, tuple(sorted(days)))
    is_last_week = (after + timedelta(days=7)).month != after.month
    is_last_day = (after + timedelta(days=1)).month != after.month
    by_weekday, *by_day = fitting(after)
    if isinstance(rhythm, MonthlyByWeekday):
        keeps_last = rhythm.nth == LAST and is_last_week
        return replace(by_weekday, every=rhythm.every, nth=LAST if keeps_last else by_weekday.nth)
    if is_last_day and rhythm.day == LAST:
        return rhythm
    return replace(by_day[0] if by_day else by_weekday, every=rhythm.every)


def fitting(day: date) -> tuple[MonthlyByWeekday, *tuple[MonthlyByDay, ...]]:
    """Return what "every month" may mean for people who begin on `day`, the likelier one first."""
    nth = (day.day - 1) // 7 + 1
    by_weekday = MonthlyByWeekday(1, nth if nth <= LAST_WEEK_OF_ALL else LAST, day.weekday())
    return (by_weekday, MonthlyByDay(1, day.day)) if day.day <= LAST_DAY_OF_ALL else (by_weekday,)


def next_occurrences(
    series: Series,
    after: datetime,
    *,
    count: int | None = None,
    until: datetime | None = None,
) -> list[Occurrence]:
    """Return the meetings of a series that begin later than the instant `after`, soonest first.

    They are at most `count`, and begin no later than the instant `until`; at least one of the two
    is given.
    """
    assert count is not None or until is not None, "a series may have no end"
    ahead = _from(series, after)
    if until is not None:
        ahead = (one for one in _up_to(ahead, until))
    return list(islice(ahead, count))


def kept(series: Series, now: datetime) -> list[Occurrence]:
    """Return the meetings that a series has written down at `now`: three, or those of 100 days."""
    of_days = next_occurrences(series, now, until=now + KEPT_AHEAD)
    return (
        of_days
        if len(of_days) >= KEPT_MEETINGS
        else next_occurrences(series, now, count=KEPT_MEETINGS)
    )


def occurrence(series: Series, original: datetime) -> Occurrence:
    """Return the meeting of a series that is named by this wall time."""
    starts_at = instant(original, series.zone)
    starts = wall_time(starts_at, series.zone)
    ends = starts + series.length
    return Occurrence(original, starts, ends, starts_at, instant(ends, series.zone))


def wakes_at(series: Series, now: datetime) -> datetime | None:
    """Return the night in which the meetings to be kept will have changed; None if never.

    That is when the first of few is over, or when one more comes within the 100 days.
    """
    known = kept(series, now)
    after = known[-1].starts_at if known else now
    following = next_occurrences(series, after, count=1)
    if not following:
        return None
    changes = [max(following[0].starts_at - KEPT_AHEAD, now)]
    if known and following[0].starts_at > now + KEPT_AHEAD:
        changes.append(known[0].starts_at)
    moment = wall_time(min(changes), series.zone)
    night = datetime.combine(moment.date(), NIGHT)
    return instant(night if night > moment else night + timedelta(days=1), series.zone)


def is_of(series: Series, original: datetime) -> bool:
    """Tell whether the rhythm of a series has a meeting at this wall time."""
    return next(_walls(series, original - timedelta(seconds=1)), None) == original


def _up_to(ahead: Iterator[Occurrence], until: datetime) -> Iterator[Occurrence]:
    for one in ahead:
        if one.starts_at > until:
            return
        yield one


def _from(series: Series, after: datetime) -> Iterator[Occurrence]:
    # A day earlier: a gap or a fold moves an instant by hours, and `instant` has the last word.
    begin = wall_time(after, series.zone) - timedelta(days=1)
    found = (occurrence(series, wall) for wall in _walls(series, begin))
    return (one for one in found if one.starts_at > after)


def _walls(series: Series, after: datetime) -> Iterator[datetime]:
    """Yield the wall times of a series later than `after`, in their order."""
    dtstart = datetime.combine(series.starts_on, series.starts)
    for wall in rrulestr(series.rhythm.rule, dtstart=dtstart).xafter(after):
        if series.until is not None and wall.date() > series.until:
            return
        yield wall
