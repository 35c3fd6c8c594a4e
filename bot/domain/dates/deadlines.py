"""Until when something is to be done, in the middle of other words: "repair it by Friday"."""

from calendar import monthrange
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.dates import clocks, days, ends
from bot.domain.dates.days import Piece
from bot.domain.dates.refusals import (
    DateAmbiguous,
    DateContradicts,
    DateImpossible,
)
from bot.domain.dates.tokens import Found, Kind, Token, excerpt, positions, tokens, without
from bot.domain.dates.vocabulary import Vocabulary, vocabulary
from bot.domain.dates.words import Role

_BOUNDS = frozenset(",;()[]-.!")
"""What a day stands between that is a part of its own: "Repair it, Friday"."""
_FRIDAY = 4
_SHORT = 3
"""Letters of a word that may be another one, unless it is written like a name: "Sat", "sat"."""


class DayWord(StrEnum):
    """What a word around a day may mean."""

    UNTIL = "until"
    """Before a day: "by" Friday."""
    ON = "on"
    """Before a day at the end, or where it is asked for: "on" Friday."""
    ABOUT = "about"
    """Before a day that the words are about: the minutes "of" Friday."""
    WITHIN = "within"
    """Before a stretch of time, or behind it: "within" two weeks, two weeks "from now"."""
    END = "end"
    """Before a week or a month, of which the last day is meant anyway: "the end of" December."""
    VAGUE = "vague"
    """Before a day that cannot be told: "mid" December, "around" Friday."""
    OR = "or"
    """Between two days, of which none is sure."""
    WEEK_END = "week_end"
    """Its last day of work: "end of week"."""
    MONTH_END = "month_end"
    """A day by itself: "end of month"."""
    NEXT_MONTH = "next_month"
    """The last day of the month that comes."""
    NEXT_MEETING = "next_meeting"
    """The day of the group's next meeting."""


PhrasesBy = Mapping[str, Collection[tuple[str, ...]]]
"""The phrases of every language by what they mean, folded."""


@dataclass(frozen=True)
class Deadline:
    """The day that was found, and the words without it."""

    rest: str
    day: date | None = None
    unclear: str = ""
    """What says a day that cannot be told, or is over; it stays among the words."""


@dataclass(frozen=True, kw_only=True)
class _Said(Found):
    """Words that may say until when."""

    day: date | None
    """None: it cannot be told."""
    needs_word: bool = False
    """Whether they may mean something else, unless a word says "until" before them."""
    is_sure: bool = False
    """Whether they mean nothing else: "in 10 days"."""
    is_named: bool = False
    """It has a name or a date of its own, so it is no part of what follows: "by Friday Peter …"."""
    is_meeting: bool = False


@dataclass(frozen=True)
class _Text:
    """A text in pieces, and the words by which days are found in it."""

    text: str
    cut: tuple[Token, ...]
    spoken: Vocabulary
    words: PhrasesBy
    now: datetime

    def ending(self, at: int, *meanings: DayWord) -> int:
        """Return where the longest phrase begins that ends before `at`; `at` if there is none."""
        known = {phrase for meaning in meanings for phrase in self.words[meaning]}
        for start in range(max(0, at - max(map(len, known), default=0)), at):
            if tuple(token.folded for token in self.cut[start:at]) in known:
                return start
        return at

    def beginning(self, at: int, meaning: DayWord) -> int:
        """Return where the longest phrase ends that begins at `at`; `at` if there is none."""
        known = self.words[meaning]
        longest = max(map(len, known), default=0)
        for length in range(min(longest, len(self.cut) - at), 0, -1):
            if tuple(token.folded for token in self.cut[at : at + length]) in known:
                return at + length
        return at

    def is_bound(self, at: int) -> bool:
        """Tell whether nothing stands at `at` to which a day beside it could belong."""
        if not 0 <= at < len(self.cut):
            return True
        is_glued_dash = self.cut[at].folded == "-" and self.cut[at].glued
        return self.cut[at].folded in _BOUNDS and not is_glued_dash


def read_deadline(
    text: str,
    *,
    now: datetime,
    languages: Sequence[str],
    words: PhrasesBy,
    next_meeting: date | None = None,
    is_alone: bool = False,
) -> Deadline:
    """Return until when something is to be done, as said in `text`.

    A day counts behind a word that means "until" (those of the dates, and those of `words`), as a
    part of its own between commas, at the end, or as "in 10 days"; any other is what the words are
    about: "the minutes of 3 Dec". A week is over on its Friday, a month on its last day. With
    `is_alone` the text is nothing but an answer to "until when?", and any day counts. The last one
    counts. `now` is the wall time of the people concerned; `next_meeting` is None if none is
    planned.
    """
    whole = _Text(text, tokens(text), vocabulary(tuple(languages)), words, now)
    for said in reversed(_all_said(whole, next_meeting, is_alone=is_alone)):
        before = _words_before(whole, said)
        is_meant = before.is_until and (said.is_named or before.start == 0 or _ends(whole, said))
        if not (is_meant or is_alone or said.is_sure or _is_part(whole, said, before)):
            continue
        if before.is_vague or said.day is None or said.day < now.date():
            first = before.start if before.is_vague else said.first
            return Deadline(text, unclear=excerpt(text, whole.cut, first, said.after))
        is_done_there = said.is_meeting and not (before.is_until or is_alone)
        if is_done_there or _has_hour(whole, said.after):
            # Half of "by Friday 17:00" among the words would look like a mistake; what is done at
            # a meeting is said so.
            return Deadline(text, said.day)
        after = _past_full_stop(whole, _past_part(whole, said.after))
        return Deadline(without(text, whole.cut, range(before.start, after)), said.day)
    return Deadline(text)


@dataclass(frozen=True)
class _Before:
    """The words before a day that belong to it."""

    start: int
    is_until: bool = False
    is_on: bool = False
    is_vague: bool = False


def _words_before(whole: _Text, said: _Said) -> _Before:
    first = _back(whole, said.first)
    vague = whole.ending(first, DayWord.VAGUE)
    before = _back(whole, vague)
    until = whole.ending(before, DayWord.UNTIL)
    known = whole.spoken.precedes((Role.UNTIL,), whole.cut, before)
    until = until if known is None else min(until, known)
    if vague < first:
        return _Before(vague, is_until=until < before, is_vague=True)
    if until < before:
        return _Before(until, is_until=True)
    on = whole.ending(first, DayWord.ON)
    return _Before(on, is_on=on < first)


def _back(whole: _Text, at: int) -> int:
    """Return where "the end of the", "tarehe" or the colon of "due: Friday" begins before a day."""
    while at > 0:
        article = whole.spoken.precedes((Role.ARTICLE, Role.DAY_OF_MONTH), whole.cut, at)
        end = whole.ending(at, DayWord.END)
        before = min(end, at if article is None else article)
        if before == at and whole.cut[at - 1].folded == ":":
            before = at - 1
        if before == at:
            break
        at = before
    return at


def _is_part(whole: _Text, said: _Said, before: _Before) -> bool:
    """Tell whether a day belongs to no other words: it stands apart, or at the end."""
    if said.needs_word or not _ends(whole, said):
        return False
    is_unsure = whole.spoken.precedes((Role.UNSURE,), whole.cut, before.start) is not None
    is_linked = is_unsure or whole.ending(before.start, DayWord.ABOUT) < before.start
    return whole.is_bound(before.start - 1) or before.is_on or before.is_vague or not is_linked


def _ends(whole: _Text, said: _Said) -> bool:
    """Tell whether no words go on behind a day to which it could belong."""
    return whole.is_bound(_past_part(whole, said.after))


def _past_part(whole: _Text, after: int) -> int:
    """Return where "morning" ends behind a day: a part of the day says no more of until when."""
    found = whole.spoken.find_part(whole.cut, after)
    return found[1] if found else after


def _past_full_stop(whole: _Text, after: int) -> int:
    is_last = after == len(whole.cut) - 1
    return after + (is_last and whole.cut[after].folded in {".", "!"})


def _all_said(whole: _Text, next_meeting: date | None, *, is_alone: bool) -> list[_Said]:
    """Return all that may say until when, in its order; of what overlaps the longest."""
    found = [
        *_dated(whole),
        *_unnamed(whole, is_alone=is_alone),
        *_phrases(whole, next_meeting),
    ]
    found.sort(key=lambda one: (_back(whole, one.first) - one.after, one.first))
    kept: list[_Said] = []
    for said in found:
        if all(said.after <= other.first or other.after <= said.first for other in kept):
            kept.append(said)
    return sorted(kept, key=lambda one: one.first)


def _dated(whole: _Text) -> Iterator[_Said]:
    """Yield the days that are named."""
    cut, now = whole.cut, whole.now
    for run in _runs(days.find(cut, whole.spoken), whole):
        first, after = run[0].first, run[-1].after
        try:
            day = days.resolve(run, text=whole.text, cut=cut, now=now, start=None)
            day = day or _friday(run, now)
        except (DateAmbiguous, DateContradicts, DateImpossible):
            day = None
        is_short = len(cut[first].folded) <= _SHORT and not cut[first].is_capital
        # "leo" is today; written with a capital it may be somebody.
        is_counted = run[0].days_ahead is not None and not cut[first].is_capital
        yield _Said(
            first=first,
            after=after,
            day=day,
            needs_word=not is_counted
            and ((is_short and after == first + 1) or _is_other_word(whole, first, after)),
            is_sure=whole.spoken.skip((Role.AFTER_NOW,), cut, first) > first,
            is_named=True,
        )


def _unnamed(whole: _Text, *, is_alone: bool) -> Iterator[_Said]:
    """Yield "the 15th", "December" and "within two weeks"."""
    cut, today = whole.cut, whole.now.date()
    for at in range(len(cut)):
        if dated := _day_of_month(whole, at, is_alone=is_alone):
            yield dated
        if found := ends.month_end(cut, at, whole.spoken, today):
            is_other = _is_other_word(whole, found.first, found.after)
            yield _Said(first=at, after=found.after, day=found.day, needs_word=is_other)
        if stretch := _stretch(whole, at, is_alone=is_alone):
            yield stretch


def _stretch(whole: _Text, at: int, *, is_alone: bool) -> _Said | None:
    """Return "within two weeks", "10 days from now", "in a month"; of an answer also "10 days"."""
    today = whole.now.date()
    counted = ends.span(whole.cut, at, whole.spoken, today)
    found = counted or ends.one_span(whole.cut, at, whole.spoken, today)
    if found is None:
        return None
    known = whole.spoken.precedes((Role.AFTER_NOW,), whole.cut, at)
    first = min(whole.ending(at, DayWord.WITHIN), at if known is None else known)
    after = whole.beginning(found.after, DayWord.WITHIN)
    is_stretch = first < at or found.after < after
    if not (is_stretch or (is_alone and counted)):
        return None
    return _Said(first=first, after=after, day=found.day, is_sure=is_stretch and bool(counted))


def _day_of_month(whole: _Text, at: int, *, is_alone: bool) -> _Said | None:
    """Return "15th", "15ka", and of an answer also "15"."""
    cut = whole.cut
    found = ends.day_of_month(cut, at, whole.spoken)
    if found is None and is_alone and whole.is_bound(at + 1) and whole.is_bound(_start(whole, at)):
        found = days.day_number(cut, at, whole.spoken) if cut[at].kind is Kind.NUMBER else None
    if found is None or not whole.is_bound(found.after):
        return None
    try:
        day = days.resolve([found], text=whole.text, cut=cut, now=whole.now, start=None)
    except DateImpossible:
        day = None
    return _Said(first=at, after=found.after, day=day)


def _start(whole: _Text, at: int) -> int:
    """Return the place before "by the" 15."""
    first = _back(whole, at)
    return whole.ending(first, DayWord.UNTIL, DayWord.ON) - 1


def _phrases(whole: _Text, next_meeting: date | None) -> Iterator[_Said]:
    """Yield "end of week", "next month" and "the next meeting"."""
    today = whole.now.date()
    last = today.replace(day=monthrange(today.year, today.month)[1])
    following = ends.months_after(last.replace(day=1), 2) - timedelta(days=1)
    meant = {
        DayWord.WEEK_END: today + timedelta(days=(_FRIDAY - today.weekday()) % 7),
        DayWord.MONTH_END: last,
        DayWord.NEXT_MONTH: following,
        DayWord.NEXT_MEETING: next_meeting,
    }
    for at in range(len(whole.cut)):
        for meaning, day in meant.items():
            after = whole.beginning(at, meaning)
            if after > at:
                is_meeting = meaning is DayWord.NEXT_MEETING
                yield _Said(first=at, after=after, day=day, is_meeting=is_meeting)


def _is_other_word(whole: _Text, first: int, after: int) -> bool:
    """Tell whether a day or a month is also another word: "march", "sun"."""
    return whole.spoken.skip((Role.NAME,), whole.cut, first) == after


def _friday(run: Sequence[Piece], now: datetime) -> date | None:
    """Return by when something is done that is due "next week": by the last day of work in it."""
    if len(run) != 1 or run[0].weeks_ahead is None:
        return None
    days_left = _FRIDAY - now.weekday()
    return now.date() + timedelta(days=days_left, weeks=run[0].weeks_ahead)


def _runs(pieces: Sequence[Piece], whole: _Text) -> list[list[Piece]]:
    """Return the days with those right beside each other together: "Friday, 4 Dec".

    So are those of which either may be meant, "Monday or Tuesday": together they say no day.
    """
    runs: list[list[Piece]] = []
    for piece in pieces:
        gap = whole.cut[runs[-1][-1].after : piece.first] if runs else ()
        said = tuple(token.folded for token in gap)
        if runs and (not said or said == (",",) or said in whole.words[DayWord.OR]):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs


def _has_hour(whole: _Text, after: int) -> bool:
    taken = positions(days.find(whole.cut, whole.spoken))
    parts = clocks.find_parts(whole.cut, whole.spoken)
    found = clocks.find(whole.cut, whole.spoken, taken, parts)
    return any(0 <= clock.first - after <= 1 for clock in found)
