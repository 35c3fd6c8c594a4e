"""Days that are said without naming them, by which something is done: "December", "two weeks"."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.dates.days import JUST_OVER, Piece, counted, day_number, month
from bot.domain.dates.tokens import Found, Token
from bot.domain.dates.vocabulary import Vocabulary
from bot.domain.dates.words import Role

_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Day(Found):
    """Words that say one day by themselves."""

    day: date


def day_of_month(text: Sequence[Token], at: int, words: Vocabulary) -> Piece | None:
    """Read "15th", "15ka": a day of no month, which only some texts mean by it."""
    day = day_number(text, at, words)
    return day if day is not None and day.after > at + 1 and text[at + 1].glued else None


def month_end(text: Sequence[Token], at: int, words: Vocabulary, today: date) -> Day | None:
    """Read "December", "Desemba 2027" as the last day of it, which may be just over."""
    found = month(text, at, words)
    if found is None:
        return None
    said, year, after = found
    lasts = [_last(year or today.year + more, said) for more in range(2)]
    is_over = year is None and lasts[0] < today - JUST_OVER
    return Day(first=at, after=after, day=lasts[is_over])


def span(text: Sequence[Token], at: int, words: Vocabulary, today: date) -> Day | None:
    """Read "two weeks", "siku 10", "miezi mitatu", without the word that says from when."""
    if found := counted(text, at, words, Role.DAY_UNIT):
        count, each, after = found
        return Day(first=at, after=after, day=today + timedelta(days=count * each))
    if found := counted(text, at, words, Role.MONTH_UNIT):
        return Day(first=at, after=found[2], day=months_after(today, found[0]))
    return None


def one_span(text: Sequence[Token], at: int, words: Vocabulary, today: date) -> Day | None:
    """Read "a week", "mwezi", without the word that says from when."""
    if found := words.find(Role.ONE_DAY_UNIT, text, at):
        return Day(first=at, after=found[1], day=today + timedelta(days=found[0]))
    if found := words.find(Role.ONE_MONTH_UNIT, text, at):
        return Day(first=at, after=found[1], day=months_after(today, 1))
    return None


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last one of a month that has no such day."""
    year, at = divmod(day.month - 1 + months, _MONTHS)
    last = _last(day.year + year, at + 1)
    return last.replace(day=min(day.day, last.day))


def _last(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
