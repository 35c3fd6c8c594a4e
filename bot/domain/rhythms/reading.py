"""What comes again and again, and when, from one line in people's words.

The rhythm is found and cut out, with the words for the first and the last day; what is left is one
meeting, and is read as such.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.domain.dates import DateUnreadable, TimeMissing, days, has_time, read_when
from bot.domain.dates.days import Piece
from bot.domain.dates.tokens import excerpt, positions, tokens, without
from bot.domain.dates.vocabulary import vocabulary
from bot.domain.rhythms import ends
from bot.domain.rhythms.phrases import Phrase, Reader
from bot.domain.rhythms.refusals import (
    RhythmAmbiguous,
    RhythmUnreadable,
    RhythmWithoutDay,
    RhythmWithoutTime,
)
from bot.domain.rhythms.words import Role
from bot.domain.series import Rhythm, Weekly, begin, check_rhythm, first_day, fitting

_QUOTED = 4
"""Words that are quoted after "every" where they are not understood."""


@dataclass(frozen=True)
class Again:
    """What is to come again and again, in wall times without a zone."""

    rhythm: Rhythm
    starts: time
    length: timedelta | None
    """None if no end was said."""
    on_or_after: date
    """The day that was said to be the first, or the present one."""
    until: date | None
    rest: str
    """What else was said: the place, in the person's own spelling."""


def read_rhythm(
    text: str, *, now: datetime, languages: Sequence[str], known_first: date | None = None
) -> Again | None:
    """Return what is to come again, as said in `text`; None if nothing is said to come again.

    `now` is the naive wall time of the people concerned; `languages` are theirs. `known_first` is
    the first day, if it is known and the text may leave it out.

    Raises:
        RhythmUnreadable, RhythmAmbiguous: the rhythm was not understood, or in several ways.
        RhythmWithoutDay, RhythmWithoutTime: something is missing that only they can say.
        DayNotInEveryMonth, RhythmTooLong: see `bot.domain.series`.
        BotError: what `read_when` refuses about the day and the time.
    """
    cut, words = tokens(text), vocabulary(tuple(languages))
    reader = Reader(cut, words)
    phrase = _only(text, reader)
    if phrase is None:
        return None
    end = ends.find(text, reader, positions([phrase]), now)
    used = positions([phrase] + ([end] if end else []))
    pieces = [piece for piece in days.find(cut, words) if not positions([piece]) & used]
    used |= _words_before(reader, pieces, text)
    first = days.resolve(pieces, text=text, cut=cut, now=now, start=None) or known_first
    rhythm = _rhythm(phrase, first, excerpt(text, cut, phrase.first, phrase.after))
    check_rhythm(rhythm)
    left = without(text, cut, used)
    tomorrow = now.date() + timedelta(days=1)
    try:
        when = read_when(
            left, now=now, languages=languages, default_date=first_day(rhythm, tomorrow)
        )
    except (DateUnreadable, TimeMissing) as error:
        if has_time(left, languages):
            raise
        raise RhythmWithoutTime(rhythm=rhythm) from error
    length = when.ends - when.starts if when.ends else None
    again = Again(rhythm, when.starts.time(), length, first or now.date(), None, when.rest)
    return replace(again, until=end.last_day(rhythm, _first(again, now))) if end else again


def read_last_day(text: str, *, now: datetime, languages: Sequence[str]) -> date | None:
    """Return the day until which something is to go on, if a text says that and nothing else.

    Raises:
        DateImpossible, DateAmbiguous: the day does not exist, or may be any of several.
    """
    cut = tokens(text)
    end = ends.find(text, Reader(cut, vocabulary(tuple(languages))), (), now)
    is_all = end is not None and not without(text, cut, positions([end])).strip(" .!")
    return end.day if end and is_all else None


def _first(again: Again, now: datetime) -> date:
    """Return the day of the first meeting, from which its number is counted."""
    return begin(
        again.rhythm,
        starts=again.starts,
        length=again.length or timedelta(hours=1),
        zone="UTC",
        on_or_after=again.on_or_after,
        now=now,
    ).starts_on


def _only(text: str, reader: Reader) -> Phrase | None:
    """Return the one rhythm of a text."""
    found = list(_phrases(text, reader))
    if len(found) > 1:
        raise RhythmUnreadable(said=excerpt(text, reader.text, found[0].first, found[-1].after))
    if found and reader.goes_on(found[0].after):
        after = min(found[0].after + _QUOTED, len(reader.text))
        raise RhythmUnreadable(said=excerpt(text, reader.text, found[0].first, after))
    return found[0] if found else None


def _phrases(text: str, reader: Reader) -> Iterator[Phrase]:
    cut, at = reader.text, 0
    while at < len(cut):
        phrase = reader.at(at)
        if phrase and not _is_name(phrase, reader):
            yield phrase
        elif not phrase and _is_unread(at, reader):
            raise RhythmUnreadable(said=excerpt(text, cut, at, min(at + _QUOTED, len(cut))))
        at = phrase.after if phrase else at + 1


def _is_unread(at: int, reader: Reader) -> bool:
    """Tell whether "every" stands at `at`; "Every Nation Church" is a place, though."""
    after = reader.skip(Role.EVERY, at)
    is_place = reader.text[at].is_capital and reader.dates.is_plain(reader.text, after)
    return after > at and not is_place


def _is_name(phrase: Phrase, reader: Reader) -> bool:
    """Tell whether a rhythm is the first word of a name: "Weekly Market"."""
    cut, after = reader.text, phrase.after
    is_titled = phrase.first > 0 and all(one.is_capital for one in cut[phrase.first : after + 1])
    return not phrase.options and is_titled and reader.dates.is_plain(cut, after)


def _words_before(reader: Reader, pieces: Sequence[Piece], text: str) -> set[int]:
    """Return the tokens of "starting on" before the first day.

    Raises:
        RhythmUnreadable: a weekday that says nothing about the first day, and is not in the rhythm.
    """
    found: set[int] = set()
    for piece in pieces:
        first = ends.preceding(reader, Role.FROM, piece.first)
        if first is not None:
            found |= set(range(first, piece.first))
        elif piece.day is None and piece.days_ahead is None:
            raise RhythmUnreadable(said=excerpt(text, reader.text, piece.first, piece.after))
    return found


def _rhythm(phrase: Phrase, first: date | None, said: str) -> Rhythm:
    if len(phrase.options) == 1:
        return phrase.options[0]
    if phrase.options:
        raise RhythmAmbiguous(said=said, options=phrase.options, first=first)
    if first is None:
        raise RhythmWithoutDay(said=said)
    if phrase.weeks:
        return Weekly(phrase.weeks, (first.weekday(),))
    options = tuple(replace(option, every=phrase.months) for option in fitting(first))
    if len(options) == 1:
        return options[0]
    raise RhythmAmbiguous(said=said, options=options, first=first)
