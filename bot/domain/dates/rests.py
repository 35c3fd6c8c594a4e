"""What is left of a text beside days and times: a place, or something not understood."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from bot.domain.dates import readings
from bot.domain.dates.clocks import HOUR, Clock, PartPiece
from bot.domain.dates.days import YEARS, Piece
from bot.domain.dates.numbers import is_glued
from bot.domain.dates.readings import Speech
from bot.domain.dates.refusals import DateMissing, DateUnreadable, TimeMissing
from bot.domain.dates.tokens import Kind, Token, excerpt
from bot.domain.dates.vocabulary import Vocabulary
from bot.domain.dates.words import Role
from bot.errors import BotError

_SEPARATORS = frozenset(",;:.-|/·•*")
_LAST_HOUR = 24
_OPENING, _CLOSING = "([{", ")]}"
_DAY_WORDS = (
    Role.WEEKDAY,
    Role.MONTH,
    Role.DAYS_AHEAD,
    Role.WEEKS_AHEAD,
    Role.UNSURE_AFTER,
    Role.DAY_OF_MONTH,
)
_TIME_WORDS = (
    Role.SUNRISE_HOUR,
    Role.EITHER_HOUR,
    Role.MERIDIEM,
    Role.BEFORE_HOUR,
    Role.AFTER_HOUR,
)
_LEADING_TO_DATES = (
    Role.FILLER,
    Role.PLACE,
    Role.ARTICLE,
    Role.TO,
    Role.UNTIL,
    Role.LASTING,
)
_UNITS = (Role.DAY_UNIT, Role.HOUR_UNIT, Role.MINUTE_UNIT, Role.HOURS_OF_24, Role.EXACT)


@dataclass(frozen=True)
class Remainder:
    """A text and the tokens of it that are understood."""

    text: str
    cut: Sequence[Token]
    words: Vocabulary
    used: frozenset[int]

    def left(self) -> Iterator[int]:
        """Yield the tokens that are not understood."""
        return (at for at in range(len(self.cut)) if at not in self.used)

    def unreadable(self, first: int, after: int) -> DateUnreadable:
        """Return the refusal that quotes the tokens from `first` up to `after`."""
        return DateUnreadable(said=excerpt(self.text, self.cut, max(first, 0), after))

    def is_plain(self, at: int) -> bool:
        """Tell whether a word that has nothing to do with dates stands at `at`."""
        return at not in self.used and self.words.is_plain(self.cut, at)

    def finds(self, roles: Sequence[Role], at: int) -> int:
        """Return where a phrase of one of these roles ends that begins at `at`, else `at`."""
        return self.words.skip(roles, self.cut, at)

    def runs(self) -> Iterator[tuple[int, int]]:
        """Yield the bounds of numbers that stand together, with the marks between them."""
        at = 0
        while at < len(self.cut):
            after = at
            while after < len(self.cut) and after not in self.used and self._in_run(after):
                after += 1
            if any(token.kind is Kind.NUMBER for token in self.cut[at:after]):
                yield at, after
            at = max(after, at + 1)

    def _in_run(self, at: int) -> bool:
        token = self.cut[at]
        return token.kind is Kind.NUMBER or (token.kind is Kind.MARK and token.folded != ",")


def check_parts(
    left: Remainder,
    parts: Sequence[PartPiece],
    said: Sequence[Clock],
    start: int | None,
    speech: Speech,
) -> Remainder:
    """Return the remainder without the parts of the day that agree with the time.

    Raises:
        TimeAmbiguous: one does not ("10:00, but in the evening"), unless it names a place.
    """
    ends = {clock.after for clock in said}
    for part in parts:
        if start is None or any(clock.part == part for clock in said):
            continue
        agrees = part.part.includes(start // HOUR)
        if not agrees and (not part.is_name or part.first in ends):
            other = (start + 12 * HOUR) % (24 * HOUR)
            options = [start, other] if part.part.includes(other // HOUR) else [start]
            raise speech.ambiguous_between(min(part.first, said[0].first), part.after, options)
        if not part.is_name:
            left = replace(left, used=left.used | set(range(part.first, part.after)))
    return left


def check(left: Remainder, pieces: Sequence[Piece], said: Sequence[Clock]) -> None:
    """Refuse what looks like a day or a time and was not understood.

    Raises:
        DateUnreadable: quotes it.
    """
    for at in left.left():
        after = left.finds(_TIME_WORDS, at)
        if after > at and said:
            raise left.unreadable(at, min(after + 1, len(left.cut)))
    for piece in pieces:
        _check_beside(left, piece)
    for clock in said:
        _check_beside(left, clock)
    days = {piece.after for piece in pieces}
    for first, after in left.runs() if said else ():
        _check_run(left, first, after, follows_day=first in days)


def _check_beside(left: Remainder, piece: Piece | Clock) -> None:
    """Refuse a word beside a day or time that changes it: "every Thursday", "after 10:00"."""
    # "The first Thursday" is one of the month.
    is_weekday = isinstance(piece, Piece) and piece.weekday is not None
    roles = (Role.UNSURE, Role.NUMERAL) if is_weekday else (Role.UNSURE,)
    start = left.words.precedes(roles, left.cut, piece.first)
    if start is not None and start not in left.used:
        raise left.unreadable(start, piece.after)
    end = left.finds((Role.UNSURE_AFTER,), piece.after)
    if end > piece.after and piece.after not in left.used:
        raise left.unreadable(piece.first, end)


def _check_run(left: Remainder, first: int, after: int, *, follows_day: bool) -> None:
    """Refuse numbers that belong to no place: beside no plain word, or where a time would stand."""
    cut = left.cut
    inside = range(first, after)
    numbers = [at for at in inside if cut[at].kind is Kind.NUMBER]
    is_placed = left.is_plain(first - 1) or left.is_plain(left.finds((Role.ORDINAL,), after))
    suspicions = (
        left.words.precedes(_UNITS, cut, numbers[0]) is not None,
        left.finds(_UNITS, numbers[-1] + 1) > numbers[-1] + 1,
        # A colon between digits, or a dash to what was read: "Hall2-10:00".
        any(cut[at].folded == ":" and {at - 1, at + 1} <= set(numbers) for at in inside),
        any(is_glued(cut, at, "-") and {at - 1, at + 1} & left.used for at in inside),
        # A year, or an hour, directly after the day: "3 Dec 10:00 2027", "3 Dec 2 County Hall".
        cut[numbers[0]].value in YEARS and numbers[0] - 1 in left.used,
        follows_day and first == numbers[0],
    )
    if not is_placed or any(suspicions):
        raise left.unreadable(first - 1, min(after + 1, len(cut)))


def no_time(left: Remainder, day: date | None, speech: Speech) -> BotError:
    """Return the refusal of a text without a time; a number in its place is asked about."""
    for first, after in left.runs():
        number = next(at for at in range(first, after) if left.cut[at].kind is Kind.NUMBER)
        value = left.cut[number].value
        if value is None or left.is_plain(first - 1):
            continue
        hour, minute = divmod(value, 100) if value > _LAST_HOUR else (value, 0)
        is_of_24 = value > _LAST_HOUR
        clock = Clock(first=number, after=number + 1, hour=hour, minute=minute, is_of_24=is_of_24)
        if clock.exists:
            return speech.ambiguous(clock, readings.options(clock))
    if day:
        return TimeMissing(understood_date=day)
    return left.unreadable(0, len(left.cut)) if left.cut else DateUnreadable(said="")


def check_no_day(left: Remainder, start: time) -> None:
    """Refuse a time for which another day stands in, while words of a day were not understood.

    Raises:
        DateMissing: carries the time.
    """
    if any(left.finds(_DAY_WORDS, at) > at for at in left.left()):
        raise DateMissing(understood_time=start)


def check_half_day(left: Remainder, pieces: Sequence[Piece]) -> None:
    """Refuse a month beside a weekday alone ("Thursday in December"), unless it names a place.

    Raises:
        DateUnreadable: quotes the month.
    """
    if any(piece.day is not None for piece in pieces):
        return
    for at in left.left():
        after = left.finds((Role.MONTH,), at)
        is_name = left.finds((Role.NAME,), at) == after and left.is_plain(after)
        if after > at and not is_name:
            raise left.unreadable(at, after)


def words_left(left: Remainder) -> str:
    """Return what is left, as it was written, without words that only lead to or from a date."""
    segments: list[str] = []
    at = 0
    while at < len(left.cut):
        after = at
        while after < len(left.cut) and after not in left.used:
            after += 1
        first, last = _trimmed(left, at, after)
        if any(token.kind is not Kind.MARK for token in left.cut[first:last]):
            segments.append(
                " ".join(left.text[left.cut[first].start : left.cut[last - 1].end].split())
            )
        at = max(after, at + 1)
    return ", ".join(segments)


def _trimmed(left: Remainder, first: int, last: int) -> tuple[int, int]:
    """Return the bounds without separators and fillers at either end."""
    trimmed = True
    while trimmed and first < last:
        trimmed = False
        after = min(left.finds((Role.FILLER, Role.PLACE), first), last)
        if after > first or _is_loose_mark(left, first, first, last):
            first, trimmed = max(after, first + 1), True
            continue
        before = left.words.precedes(_LEADING_TO_DATES, left.cut, last)
        if before is not None or _is_loose_mark(left, last - 1, first, last):
            last, trimmed = max(first, last - 1 if before is None else before), True
    return first, last


def _is_loose_mark(left: Remainder, at: int, first: int, last: int) -> bool:
    """Tell whether a mark at an end of the bounds separates, or is a bracket without its mate."""
    marks = [token.folded for token in left.cut[first:last]]
    mark = left.cut[at].folded
    if left.cut[at].kind is not Kind.MARK:
        return False
    if mark in _OPENING:
        return _CLOSING[_OPENING.index(mark)] not in marks or (
            marks[-1] in _CLOSING and at == first
        )
    if mark in _CLOSING:
        return _OPENING[_CLOSING.index(mark)] not in marks
    return mark in _SEPARATORS
