"""Days in people's words: which words of a text name a day, and which day that is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.domain.dates.numbers import begins_number, is_glued, numeral, skip_glued
from bot.domain.dates.refusals import DateAmbiguous, DateContradicts, DateImpossible
from bot.domain.dates.tokens import Found, Kind, Token, excerpt
from bot.domain.dates.vocabulary import Vocabulary
from bot.domain.dates.words import Role

_MONTHS = 12
_WEEK = timedelta(days=7)
_HALF_WEEK = timedelta(days=3)
YEARS = range(1900, 2200)
"""What is read as a year; another number of four digits is none."""
DAY_DIGITS, YEAR_DIGITS = 2, 4
_CENTURY = 2000
JUST_OVER = timedelta(days=90)
"""What is over no longer ago stays over: nobody means it a year ahead."""
_LEAP_YEARS_APART = 8
"""29 February is at most so many years away (1896 to 1904)."""


@dataclass(frozen=True, kw_only=True)
class Piece(Found):
    """One thing that is said about the day; what it leaves open is None."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    days_ahead: int | None = None
    weeks_ahead: int | None = None
    weekday: int | None = None
    weeks_later: int = 0
    """How many weeks after that weekday: "Friday week", "a week on Friday"."""
    is_next: bool = False
    """Whether it is "next" Thursday: of this week or of the next one, people differ."""
    is_coming: bool = False
    """Whether it is the first such weekday after today."""


def find(text: Sequence[Token], words: Vocabulary) -> list[Piece]:
    """Return what a text says about the day, in its order.

    A word that also names things is left to the place when a day is said elsewhere ("Sun Hotel");
    so is a weekday that follows "at" or the like ("at Friday Mosque").
    """
    found = list(_scan(text, words))
    if len(found) == 1:
        return [piece for piece in found if not _is_name(piece, text, words, has_other=False)]
    return [
        piece
        for piece in found
        if not (
            _is_name(piece, text, words, has_other=True) or _is_in_name(piece, found, text, words)
        )
    ]


def _scan(text: Sequence[Token], words: Vocabulary) -> Iterator[Piece]:
    at = 0
    while at < len(text):
        readers = (_numeric, _day_then_month, _month_then_day, _weekday, _ahead)
        piece = next((piece for read in readers if (piece := read(text, at, words))), None)
        if piece:
            yield piece
        at = piece.after if piece else at + 1


def _is_name(piece: Piece, text: Sequence[Token], words: Vocabulary, *, has_other: bool) -> bool:
    if piece.day is not None or not words.is_plain(text, piece.after):
        return False
    follows_at = words.skip((Role.PLACE,), text, piece.first - 1) == piece.first > 0
    is_common = words.skip((Role.NAME,), text, piece.first) == piece.after
    return (follows_at and piece.weekday is not None) or (has_other and is_common)


def _is_in_name(
    piece: Piece, found: Sequence[Piece], text: Sequence[Token], words: Vocabulary
) -> bool:
    """Tell whether a weekday belongs to a place, where the day is said elsewhere.

    "3 Dec 10:00 Friday Mosque", "3 Des saa 4 asubuhi Ukumbi wa Ijumaa"; a weekday beside another
    day belongs to that: "Friday 4 Dec".
    """
    before = piece.first - (piece.first > 0 and text[piece.first - 1].folded == ",")
    is_beside = any(before == one.after or piece.after == one.first for one in found)
    is_alone = piece.weekday is not None and piece.day is None
    # Another weekday alone might be a second thought: that is asked about.
    is_dated = any(
        one.day is not None
        or one.days_ahead is not None
        or (one is not piece and one.weekday == piece.weekday)
        for one in found
    )
    if is_beside or not is_alone or not is_dated or piece.is_next or piece.is_coming:
        return False
    if words.is_plain(text, piece.after) and text[piece.after].is_capital:
        return text[piece.first].is_capital
    linked = words.precedes((Role.OF_NAME,), text, piece.first)
    return linked is not None and words.is_plain(text, linked - 1) and text[linked - 1].is_capital


def _numeric(text: Sequence[Token], at: int, words: Vocabulary) -> Piece | None:
    """Read 3/12, 3/12/2026, 3.12.26, 3-12-2026 or 2026-12-03.

    3.12 alone is left to the times, unless a word says that it is a date ("tarehe 3.12").
    """
    if not begins_number(text, at) or not is_glued(text, at + 1, "/.-"):
        return None
    mark = text[at + 1].folded
    after = at + 5 if is_glued(text, at + 3, mark) else at + 3
    said = _day_month_year(text[at:after:2])
    is_called_date = words.precedes((Role.DAY_OF_MONTH,), text, at) is not None
    is_sure = after == at + 5 or mark == "/" or (mark == "." and is_called_date)
    if said is None or not is_sure or is_glued(text, after, "/.-:"):
        return None
    # 2026-12-03T10:00 is how machines write it.
    is_machine = _is_glued_word(text, after) and text[after].folded == "t"
    day, month, year = said
    return Piece(first=at, after=after + is_machine, day=day, month=month, year=year)


def _day_month_year(numbers: Sequence[Token]) -> tuple[int, int, int | None] | None:
    """Return what two or three numbers mean, by how many digits they have."""
    digits = [len(token.folded) for token in numbers]
    first, second, *third = [token.value or 0 for token in numbers]
    if max(digits[1:]) <= DAY_DIGITS and digits[0] == YEAR_DIGITS and third:
        return third[0], second, first
    if max(digits[:2]) > DAY_DIGITS or digits[-1] not in (1, DAY_DIGITS, YEAR_DIGITS):
        return None
    if not third:
        return first, second, None
    return first, second, third[0] if digits[2] == YEAR_DIGITS else _CENTURY + third[0]


def _day_then_month(text: Sequence[Token], at: int, words: Vocabulary) -> Piece | None:
    """Read "3 Dec", "3rd of December 2026", "tarehe 3 mwezi wa 12", and "tarehe 3" alone."""
    start = words.skip((Role.DAY_OF_MONTH,), text, at)
    day = day_number(text, start, words)
    if day is None:
        return None
    linked = words.skip((Role.OF_MONTH,), text, _skip_mark(text, day.after, "-/."))
    found = _month(text, linked, words) or _month(text, _skip_mark(text, day.after, "-/.,"), words)
    if found:
        year, after = _year(text, found[1], words)
        return Piece(first=at, after=after, day=day.day, month=found[0], year=year)
    return replace(day, first=at) if start > at else None


def _month_then_day(text: Sequence[Token], at: int, words: Vocabulary) -> Piece | None:
    """Read "Dec 3 2026", "December the 3rd", "mwezi wa 12 tarehe 3"."""
    found = _month(text, at, words)
    if found is None:
        return None
    start = words.skip((Role.DAY_OF_MONTH, Role.ARTICLE), text, _skip_mark(text, found[1], "-,"))
    day = day_number(text, start, words)
    if day is None:
        return None
    year, after = _year(text, day.after, words)
    return Piece(first=at, after=after, day=day.day, month=found[0], year=year)


def _weekday(text: Sequence[Token], at: int, words: Vocabulary) -> Piece | None:
    """Read "Thu", "next Thursday", "Alhamisi ijayo", "Thursday the 3rd", "Thursday week"."""
    if later := words.find(Role.WEEKS_AFTER, text, at):
        day = _weekday(text, later[1], words)
        return None if day is None else replace(day, first=at, weeks_later=later[0])
    start = words.skip((Role.NEXT, Role.COMING, Role.THIS), text, at)
    found = words.find(Role.WEEKDAY, text, start)
    if found is None:
        return None
    weekday, end = found
    if end < len(text) and text[end].folded == "." and text[end].glued:
        end += 1
    after = words.skip((Role.COMING, Role.THIS), text, end)
    coming = words.skip((Role.COMING,), text, at) == start > at
    piece = Piece(
        first=at,
        after=after,
        weekday=weekday,
        is_next=not coming and words.skip((Role.NEXT,), text, at) == start > at,
        is_coming=coming or words.skip((Role.COMING,), text, end) == after > end,
    )
    later = words.find(Role.WEEKS_LATER, text, end)
    if later is not None and not _is_counted(text, later[1]):
        return replace(piece, after=later[1], weeks_later=later[0])
    link = words.skip((Role.OF_WEEK,), text, end)
    if week := words.find(Role.WEEKS_AHEAD, text, link):
        return replace(piece, after=week[1], weeks_ahead=week[0])
    day = day_number(text, words.skip((Role.ARTICLE, Role.DAY_OF_MONTH), text, after), words)
    if day is None or not words.find(Role.ORDINAL, text, day.after - 1):
        return piece
    dated = _day_then_month(text, day.first, words)
    return piece if dated else replace(piece, after=day.after, day=day.day)


def _is_counted(text: Sequence[Token], at: int) -> bool:
    """Tell whether a number follows, which is no hour: "Friday week 2" is Friday, and week 2."""
    if at >= len(text) or not text[at].folded.isdecimal():
        return False
    return at + 1 >= len(text) or text[at + 1].folded not in {":", ".", "am", "pm"}


def _ahead(text: Sequence[Token], at: int, words: Vocabulary) -> Piece | None:
    """Read "tomorrow", "next week", "in 3 days", "baada ya siku tatu"."""
    if weeks := words.find(Role.WEEKS_AHEAD, text, at):
        return Piece(first=at, after=weeks[1], weeks_ahead=weeks[0])
    if days := words.find(Role.DAYS_AHEAD, text, at):
        return Piece(first=at, after=days[1], days_ahead=days[0])
    start = words.skip((Role.AFTER_NOW,), text, at)
    stretch = counted(text, start, words, Role.DAY_UNIT) if start > at else None
    if stretch is None:
        return None
    count, each, after = stretch
    return Piece(first=at, after=after, days_ahead=count * each)


def day_number(text: Sequence[Token], at: int, words: Vocabulary) -> Piece | None:
    """Read a number of at most two digits, or in words, that is no part of a longer writing."""
    found = numeral(text, at, words)
    if found is None and begins_number(text, at) and len(text[at].folded) <= DAY_DIGITS:
        found = (text[at].value or 0, at + 1)
    if found is None:
        return None
    value, after = found
    if after < len(text) and text[after].glued and text[at].kind is Kind.NUMBER:
        after = skip_glued(text, after, words, Role.ORDINAL, Role.GLUED_ARTICLE)
        is_longer = is_glued(text, after, ":-/.") and text[after + 1].kind is Kind.NUMBER
        if is_longer or (_is_glued_word(text, after) and not _month(text, after, words)):
            return None
    return Piece(first=at, after=after, day=value)


def _is_glued_word(text: Sequence[Token], at: int) -> bool:
    return at < len(text) and text[at].glued and text[at].kind is Kind.WORD


def _skip_mark(text: Sequence[Token], at: int, marks: str) -> int:
    return at + (at < len(text) and text[at].folded in marks)


def _month(text: Sequence[Token], at: int, words: Vocabulary) -> tuple[int, int] | None:
    start = words.skip((Role.MONTH_NUMBER,), text, at)
    found = words.find(Role.MONTH, text, at) or words.find(Role.MONTH, text, start)
    if found:
        return found[0], _skip_mark(text, found[1], ".")
    number = day_number(text, start, words) if start > at else None
    return (number.day or 0, number.after) if number else None


def month(text: Sequence[Token], at: int, words: Vocabulary) -> tuple[int, int | None, int] | None:
    """Return the month at `at`, its year if that is said, and where they end."""
    found = _month(text, at, words)
    if found is None or not 1 <= found[0] <= _MONTHS:
        return None
    year, after = _year(text, found[1], words)
    return found[0], year, after


def _year(text: Sequence[Token], at: int, words: Vocabulary) -> tuple[int | None, int]:
    """Return the year that may follow a day and month, and where it ends."""
    start = words.skip((Role.YEAR, Role.OF_MONTH), text, _skip_mark(text, at, ",-/."))
    if start < len(text) and (year := text[start].value) in YEARS:
        is_time = words.find(Role.HOURS_OF_24, text, start + 1) or is_glued(text, start + 1, ":")
        if not is_time:
            return year, start + 1
    return None, at


def counted(
    text: Sequence[Token], at: int, words: Vocabulary, role: Role
) -> tuple[int, int, int] | None:
    """Read "10 days" or "siku 10": how many, the value of their unit, and where they end."""
    unit = words.find(role, text, at)
    count = day_number(text, unit[1] if unit else at, words)
    if count is None:
        return None
    unit = unit or words.find(role, text, count.after)
    return (count.day or 0, unit[0], max(count.after, unit[1])) if unit else None


def resolve(
    pieces: Sequence[Piece],
    *,
    text: str,
    cut: Sequence[Token],
    now: datetime,
    start: time | None,
    around: date | None = None,
) -> date | None:
    """Return the day that all pieces agree on; None if they name no day.

    A weekday is its next occurrence: today only if the time `start` is still ahead (or unknown).
    Alone, it is the one nearest to the day `around`, if that is given.

    Raises:
        DateImpossible, DateAmbiguous, DateContradicts: see there.
    """
    today = now.date()
    named = [piece for piece in pieces if piece.day is not None or piece.days_ahead is not None]
    dates = {_date(piece, today, _said(text, cut, piece)) for piece in named}
    weekdays = [piece for piece in pieces if piece.weekday is not None]
    weeks = {piece.weeks_ahead for piece in pieces if piece.weeks_ahead is not None}
    if not dates:
        for piece in weekdays:
            found = _occurrences(piece, weeks, now, start, around)
            dates |= {day + piece.weeks_later * _WEEK for day in found}
    if len(dates) > 1:
        raise DateAmbiguous(said=_quoted(pieces, text, cut), options=tuple(sorted(dates)))
    for week in weeks if dates else ():
        if any(day.isocalendar()[:2] != (today + week * _WEEK).isocalendar()[:2] for day in dates):
            raise DateAmbiguous(said=_quoted(pieces, text, cut), options=tuple(dates))
    day = next(iter(dates), None)
    for piece in weekdays if day else ():
        if day and piece.weekday is not None and piece.weekday != day.weekday():
            raise DateContradicts(weekday=piece.weekday, date=day)
    return day


def _quoted(pieces: Sequence[Piece], text: str, cut: Sequence[Token]) -> str:
    """Return the words of all pieces; at most four, so that a flood stays short."""
    return " … ".join(_said(text, cut, piece) for piece in pieces[:4])


def _said(text: str, cut: Sequence[Token], piece: Piece) -> str:
    return excerpt(text, cut, piece.first, piece.after)


def _occurrences(
    piece: Piece, weeks: set[int], now: datetime, start: time | None, around: date | None
) -> set[date]:
    """Return the days that a weekday may mean; more than one if people differ."""
    today, weekday = now.date(), piece.weekday or 0
    of_this_week = today + timedelta(days=weekday - today.weekday())
    if weeks:
        return {of_this_week + week * _WEEK for week in weeks}
    if piece.is_next and of_this_week > today:
        return {of_this_week, of_this_week + _WEEK}
    if around is not None and around - _HALF_WEEK > today and not piece.is_next | piece.is_coming:
        first = around - _HALF_WEEK
        return {first + timedelta(days=(weekday - first.weekday()) % 7)}
    is_over = piece.is_coming or piece.is_next or (start is not None and start <= now.time())
    if of_this_week < today or (of_this_week == today and is_over):
        return {of_this_week + _WEEK}
    return {of_this_week}


def _date(piece: Piece, today: date, said: str) -> date:
    if piece.day is None:
        return today + timedelta(days=piece.days_ahead or 0)
    if found := _next_date(piece.year, piece.month, piece.day, today):
        return found
    # Days come first here; "12/25" can only be meant the other way round, and is asked about.
    if piece.month is not None and piece.month > _MONTHS:
        swapped = _next_date(piece.year, piece.day, piece.month, today)
        if swapped:
            raise DateAmbiguous(said=said, options=(swapped,))
    raise DateImpossible(said=said)


def _next_date(year: int | None, month: int | None, day: int, today: date) -> date | None:
    """Return the date, completed to the first one from today on; None if there is none.

    A day and month that are just over stay in this year, to be refused as over: next year's is
    hardly meant, and whoever means it can write the year.
    """
    if year is not None and month is not None:
        return _valid(year, month, day) if year in YEARS else None
    if month is not None:
        years = range(today.year, today.year + _LEAP_YEARS_APART + 1)
        tries = (_valid(year, month, day) for year in years)
        this_year = _valid(today.year, month, day)
        if this_year and today - JUST_OVER <= this_year < today:
            return this_year
    else:
        months = range(today.month - 1, today.month + _MONTHS)
        tries = (_valid(today.year + m // _MONTHS, m % _MONTHS + 1, day) for m in months)
    return next((found for found in tries if found and found >= today), None)


def is_day(day: int, month: int) -> bool:
    """Tell whether some year has such a day; 2000 has them all."""
    return _valid(2000, month, day) is not None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
