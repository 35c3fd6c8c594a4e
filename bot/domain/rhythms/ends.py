"""When what comes again comes to an end: "until 30 June", "until March", "6 times"."""

from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.dates import days
from bot.domain.dates.numbers import begins_number, numeral
from bot.domain.dates.tokens import Found, positions
from bot.domain.rhythms.phrases import Reader
from bot.domain.rhythms.words import Role
from bot.domain.series import Rhythm, last_day

_DECEMBER = 12


@dataclass(frozen=True, kw_only=True)
class End(Found):
    """The end of a series as it was said: one of these."""

    day: date | None = None
    times: int = 0
    weeks: int = 0
    months: int = 0

    def last_day(self, rhythm: Rhythm, first: date) -> date:
        """Return the last day on which there may be a meeting, the first being on `first`."""
        if self.day is not None:
            return self.day
        return last_day(rhythm, first, times=self.times, weeks=self.weeks, months=self.months)


def find(text: str, reader: Reader, taken: Collection[int], now: datetime) -> End | None:
    """Return the end that a text says; "until 12:00" is an hour. Tokens that are `taken` say more.

    Raises:
        DateImpossible, DateAmbiguous: the day does not exist, or may be any of several.
    """
    ends = (*_until_day(text, reader, now), *_until_month(reader, now), *_lasting(reader))
    return next((end for end in ends if not positions([end]) & set(taken)), None)


def preceding(reader: Reader, role: Role, at: int) -> int | None:
    """Return where a phrase of this role begins that ends at `at`."""
    starts = range(max(0, at - reader.dates.longest), at)
    return next((start for start in starts if reader.skip(role, start) == at), None)


def _until_day(text: str, reader: Reader, now: datetime) -> Iterator[End]:
    for piece in days.find(reader.text, reader.dates):
        first = preceding(reader, Role.UNTIL, piece.first)
        if first is not None and (piece.day is not None or piece.days_ahead is not None):
            day = days.resolve([piece], text=text, cut=reader.text, now=now, start=None)
            yield End(first=first, after=piece.after, day=day)


def _until_month(reader: Reader, now: datetime) -> Iterator[End]:
    """Read "until March", "until the end of the year": to the last day of it."""
    for at in range(len(reader.text)):
        start = reader.skip(Role.UNTIL, at)
        start = max(start, reader.skip(Role.UNTIL_END, at))
        if start == at:
            continue
        if (after := reader.skip(Role.THIS_YEAR, start)) > start:
            yield End(first=at, after=after, day=date(now.year, _DECEMBER, 31))
        elif (found := days.month(reader.text, start, reader.dates)) is not None:
            month, said_year, after = found
            year = said_year or now.year + (month < now.month)
            day = date(year, month, monthrange(year, month)[1])
            yield End(first=at, after=after, day=day)


def _lasting(reader: Reader) -> Iterator[End]:
    """Read "6 times", "for 6 months", "mara sita", "kwa miezi sita", "muddo 6 bilood"."""
    for at in range(len(reader.text)):
        if times := _counted(reader, at, Role.TIMES):
            yield End(first=at, after=times[2], times=times[1])
        start = reader.skip(Role.LASTING, at)
        for unit in (Role.WEEKS, Role.MONTHS, Role.YEARS) if start > at else ():
            if found := _counted(reader, start, unit):
                value, count, after = found
                is_weeks = unit is Role.WEEKS
                months = count * value * (_DECEMBER if unit is Role.YEARS else 1)
                weeks = count * value if is_weeks else 0
                yield End(first=at, after=after, weeks=weeks, months=0 if is_weeks else months)


def _counted(reader: Reader, at: int, unit: Role) -> tuple[int, int, int] | None:
    """Return the value of a unit and the number before or after it, and where both end."""
    if count := _number(reader, at):
        found = reader.find(unit, count[1])
        return (found[0], count[0], found[1]) if found else None
    found = reader.find(unit, at)
    count = _number(reader, found[1]) if found else None
    return (found[0], count[0], count[1]) if found and count else None


def _number(reader: Reader, at: int) -> tuple[int, int] | None:
    """Return a number of times that somebody can mean, and where it ends."""
    text = reader.text
    found = numeral(text, at, reader.dates)
    if found is None and begins_number(text, at) and text[at].value is not None:
        found = text[at].value or 0, at + 1
    if found is None and (one := reader.skip(Role.ONE, at)) > at:
        found = 1, one
    return found if found and found[0] else None
