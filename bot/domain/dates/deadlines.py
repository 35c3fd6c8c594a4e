"""Until when something is to be done, in the middle of other words: "repair it by Friday"."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.dates import clocks, days
from bot.domain.dates.days import Piece
from bot.domain.dates.refusals import (
    DateAmbiguous,
    DateContradicts,
    DateImpossible,
)
from bot.domain.dates.tokens import Token, excerpt, positions, tokens, without
from bot.domain.dates.vocabulary import Vocabulary, vocabulary
from bot.domain.dates.words import Role

_BOUNDS = frozenset(",;()[]-.!")
"""What a day stands between that is a part of its own: "Repair it, Friday"."""


_FRIDAY = 4


@dataclass(frozen=True)
class Deadline:
    """The day that was found, and the words without it."""

    rest: str
    day: date | None = None
    unclear: str = ""
    """What says a day that cannot be told, or is over; it stays among the words."""


def read_deadline(
    text: str,
    *,
    now: datetime,
    languages: Sequence[str],
    until: Collection[tuple[str, ...]] = (),
    is_alone: bool = False,
) -> Deadline:
    """Return until when something is to be done, as said in `text`.

    A day counts behind a word that means "until" (those of the dates, and the phrases `until`), or
    as a part of its own between commas, or as "in 10 days"; any other is what the words are about:
    "the minutes of 3 Dec". A week is over on its Friday. With `is_alone` the text is nothing but an
    answer to "until when?", and any day counts. The last one counts. `now` is the wall time of the
    people concerned.
    """
    cut, words = tokens(text), vocabulary(tuple(languages))
    for run in reversed(_runs(days.find(cut, words), cut)):
        first, after = run[0].first, run[-1].after
        start = _introduced(cut, first, words, until)
        is_span = words.skip((Role.AFTER_NOW,), cut, first) > first
        is_part = _is_bound(cut, start - 1) and _is_bound(cut, after)
        if start == first and not (is_part or is_alone or is_span):
            continue
        said = excerpt(text, cut, first, after)
        try:
            day = days.resolve(run, text=text, cut=cut, now=now, start=None) or _friday(run, now)
        except (DateAmbiguous, DateContradicts, DateImpossible):
            day = None
        if day is None or day < now.date():
            return Deadline(text, unclear=said)
        if _has_hour(cut, after, words):
            # Half of "by Friday 17:00" among the words would look like a mistake.
            return Deadline(text, day)
        return Deadline(without(text, cut, range(start, after)), day)
    return Deadline(text)


def _friday(run: Sequence[Piece], now: datetime) -> date | None:
    """Return by when something is done that is due "next week": by the last day of work in it."""
    if len(run) != 1 or run[0].weeks_ahead is None:
        return None
    days_left = _FRIDAY - now.weekday()
    return now.date() + timedelta(days=days_left, weeks=run[0].weeks_ahead)


def _runs(pieces: Sequence[Piece], cut: Sequence[Token]) -> list[list[Piece]]:
    """Return the days with those right beside each other together: "Friday, 4 Dec"."""
    runs: list[list[Piece]] = []
    for piece in pieces:
        gap = cut[runs[-1][-1].after : piece.first] if runs else ()
        if runs and (not gap or [token.folded for token in gap] == [","]):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs


def _introduced(
    cut: Sequence[Token], first: int, words: Vocabulary, until: Collection[tuple[str, ...]]
) -> int:
    """Return where the words begin that say "until" right before a day; `first` if none does."""
    longest = max(map(len, until), default=1)
    for start in range(max(0, first - max(longest, words.longest)), first):
        before = tuple(token.folded for token in cut[start:first] if token.folded != ":")
        if before in until or words.skip((Role.UNTIL,), cut, start) == first:
            return start
    return first


def _is_bound(cut: Sequence[Token], at: int) -> bool:
    if not 0 <= at < len(cut):
        return True
    is_glued_dash = cut[at].folded == "-" and cut[at].glued
    return cut[at].folded in _BOUNDS and not is_glued_dash


def _has_hour(cut: Sequence[Token], after: int, words: Vocabulary) -> bool:
    taken = positions(days.find(cut, words))
    found = clocks.find(cut, words, taken, clocks.find_parts(cut, words))
    return any(0 <= clock.first - after <= 1 for clock in found)
