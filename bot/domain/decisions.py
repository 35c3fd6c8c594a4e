"""Decisions that are looked at again: when, as people say it, and when the group hears of it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from bot.domain.dates import (
    DateInThePast,
    DayWord,
    PhrasesBy,
    days,
    ends,
    months_after,
    read_deadline,
)
from bot.domain.dates.numbers import numeral
from bot.domain.dates.tokens import Kind, phrase, positions, tokens, without
from bot.domain.dates.vocabulary import vocabulary
from bot.domain.reminders import QuietHours
from bot.errors import BotError

MORNING = time(9)
"""When a group hears that a decision is due for review."""
REVIEW_MONTHS = (3, 6)
"""What is offered: months after the decision."""
LONGEST = 60
"""Months ahead: a later review would be for people whom nobody knows yet."""
_CLAUSE = re.compile(r"[,;.\n(\u2013\u2014-]\s*")


@dataclass(frozen=True)
class Due:
    """A decision that is due for review, as people are told of it."""

    text: str
    decided_on: date
    review_on: date
    is_on_agenda: bool = False
    """Whether somebody has put it on the agenda already."""
    next_on: date | None = None
    """When the meeting is on whose agenda it is; None: it waits for one."""


@dataclass(frozen=True)
class ReviewWords:
    """What people write around the day of a review, in every language, in small letters."""

    review: Collection[str] = ()
    """What stands before it: "review on"."""
    months: Collection[str] = ()
    fillers: Collection[str] = ()
    """What may stand beside "3 months": "in", "after"."""
    days: PhrasesBy = field(default_factory=dict)
    """What stands around a day until which something is done: "by", "before"; see `DayWord`."""


class ReviewUnreadable(BotError):
    """The day on which a decision is to be looked at again was not understood."""

    def __init__(self, *, said: str) -> None:
        super().__init__("no day for a review")
        self.said = said


class DecisionGone(BotError):
    """A decision was taken back, or its minutes are out: its review is not changed any more."""


def split_review(
    text: str, *, now: datetime, languages: Sequence[str], words: ReviewWords
) -> tuple[str, date | None]:
    """Return a decision without `, review 1 March` at its end, and that day; None: it says none.

    `now` is the wall time of the group. What only looks like it ("we review the plan in March")
    stays part of the decision: people's own words are not cut.

    Raises:
        DateInThePast: the day is not ahead.
    """
    for mark in reversed(list(_CLAUSE.finditer(text))):
        said = _without_review(text[mark.end() :], words)
        if said is None:
            continue
        day = _day(said.rstrip(" .)"), now=now, languages=languages, words=words)
        if day is not None:
            return text[: mark.start()].rstrip(), _ahead(day, now)
    return text, None


def read_review(
    text: str, *, now: datetime, languages: Sequence[str], words: ReviewWords
) -> date | None:
    """Return the day that a reply to a decision says: "review 1 March", "review in 6 months".

    None: it does not begin like one, so people talk about something else.

    Raises:
        ReviewUnreadable: the day was not understood, or lies too far ahead.
        DateInThePast: the day is not ahead.
        BotError: what `days.resolve` refuses about a day.
    """
    said = _without_review(text, words)
    if said is None:
        return None
    day = _day(said.strip(" .:"), now=now, languages=languages, words=words)
    if day is None or day > months_after(now.date(), LONGEST):
        raise ReviewUnreadable(said=text)
    return _ahead(day, now)


def announced_at(review_on: date, quiet: QuietHours) -> datetime:
    """Return the wall time at which a group hears of a review: in the morning, never at rest."""
    return quiet.after(datetime.combine(review_on, MORNING))


def _ahead(day: date, now: datetime) -> date:
    if day <= now.date():
        raise DateInThePast(starts=datetime.combine(day, MORNING))
    return day


def _without_review(text: str, words: ReviewWords) -> str | None:
    """Return what follows the word for a review at the beginning; None if there is none."""
    said = text.lstrip()
    for word in sorted(words.review, key=len, reverse=True):
        rest = said[len(word) :]
        if said.casefold().startswith(word.casefold()) and (not rest or rest[0] in " :,"):
            return rest.lstrip(" :,")
    return None


def _day(text: str, *, now: datetime, languages: Sequence[str], words: ReviewWords) -> date | None:
    """Return the day that a text says, and nothing else; None if it says none, or more."""
    months = _months(text, languages, words)
    if months is not None:
        return months_after(now.date(), months) if 0 < months <= LONGEST else None
    cut = tokens(text)
    pieces = days.find(cut, vocabulary(tuple(languages)))
    around = phrase(without(text, cut, positions(pieces))) if pieces else None
    known = {*words.days.get(DayWord.UNTIL, ()), *words.days.get(DayWord.ON, ()), ()}
    if around in known:
        return days.resolve(pieces, text=text, cut=cut, now=now, start=None)
    return None if pieces else _by(text, now=now, languages=languages, words=words)


def _by(text: str, *, now: datetime, languages: Sequence[str], words: ReviewWords) -> date | None:
    """Return the day in "in March" and "within two weeks"; None if it says none, or more.

    Of a month it is the first day that is ahead, so that there is a meeting left in it.
    """
    said = read_deadline(text, now=now, languages=languages, words=words.days, is_alone=True)
    if said.day is None or phrase(said.rest):
        return None
    cut, spoken = tokens(text), vocabulary(tuple(languages))
    is_month = any(ends.month_end(cut, at, spoken, now.date()) for at in range(len(cut)))
    is_end = any(
        tuple(token.folded for token in cut[at : at + len(end)]) == end
        for end in words.days[DayWord.END]
        for at in range(len(cut))
    )
    first = said.day.replace(day=1)
    return first if is_month and not is_end and first > now.date() else said.day


def _months(text: str, languages: Sequence[str], words: ReviewWords) -> int | None:
    """Return the number in "in 3 months", "miezi mitatu", "3 bilood"; None: it says no such."""
    names = {token for word in words.months for token in phrase(word)}
    fillers = {token for word in words.fillers for token in phrase(word)}
    cut, spoken = tokens(text), vocabulary(tuple(languages))
    found: list[int] = []
    has_unit, at = False, 0
    while at < len(cut):
        token = cut[at]
        named = numeral(cut, at, spoken)
        if token.folded in names:
            has_unit = True
        elif token.kind is Kind.NUMBER and token.value is not None:
            found.append(token.value)
        elif named is not None:
            found.append(named[0])
            at = named[1]
            continue
        elif token.folded not in fillers:
            return None
        at += 1
    return found[0] if has_unit and len(found) == 1 else None
