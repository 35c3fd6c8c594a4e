"""When something is to happen, from one line in people's words.

The line is cut into tokens; days, lengths and times are found in it, in any order; each is read,
and must agree with the others; what is left is the place. Whatever else looks like a day or a time
is refused, so that nothing half-understood goes through.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from bot.domain.dates import clocks, days, lengths, readings, rests
from bot.domain.dates.clocks import HOUR, Clock
from bot.domain.dates.days import Piece
from bot.domain.dates.readings import Span, Speech, as_time
from bot.domain.dates.refusals import DateInThePast, DateMissing
from bot.domain.dates.rests import Remainder
from bot.domain.dates.tokens import positions, tokens
from bot.domain.dates.vocabulary import vocabulary


@dataclass(frozen=True)
class When:
    """When something is to happen, as wall time without a zone, and the words left over."""

    starts: datetime
    ends: datetime | None
    """The end that was said, on the next day if it crosses midnight; None if none was said."""
    rest: str
    """In the person's own spelling, without the words that only introduce a place ("at")."""


def read_when(
    text: str,
    *,
    now: datetime,
    languages: Sequence[str],
    default_date: date | None = None,
    around: date | None = None,
    is_daytime: bool = False,
    planned: tuple[time, time] | None = None,
) -> When:
    """Return when something is to happen, as said in `text`, and the words that say something else.

    `now` is the naive wall time of the people concerned; `languages` are theirs, as locale names.
    `default_date` stands in where no day is said ("move it to 11:00"). A date without a year is the
    next one from today on; a weekday is its next occurrence that is still ahead, or the one nearest
    to the day `around` ("Friday", of a meeting that is moved). Of 3/12 the first number is the day.
    `is_daytime` says that nobody means the night ("saa sita hadi saa nane", of a prayer at noon);
    `planned` is when it was to start and end, of what is told afterwards: "saa nne" is near that.

    Raises:
        DateUnreadable: nothing was understood, or something that looks like a day or a time.
        DateImpossible, DateAmbiguous, DateContradicts: what was said of the day; see there.
        TimeAmbiguous: the time has several readings; never guessed ("saa 4", "at 4", "saa 10:00").
        DateMissing, TimeMissing: the other half was understood.
        DateInThePast: the start is not ahead of `now`.
    """
    cut, words = tokens(text), vocabulary(tuple(languages))
    pieces = days.find(cut, words)
    taken = positions(pieces)
    lasting = lengths.find(cut, words, taken)
    taken |= positions(lasting)
    parts = clocks.find_parts(cut, words)
    said = clocks.find(cut, words, taken, parts)
    said, pieces = _dotted_day(said, pieces)
    taken |= positions(said) | positions(pieces)
    taken |= positions(clock.part for clock in said if clock.part)
    if said and not lasting:
        lasting = lengths.find_bare(cut, words, taken)
        taken |= positions(lasting)

    day = days.resolve(pieces, text=text, cut=cut, now=now, start=None, around=around)
    speech = Speech(text, cut, day or default_date, is_daytime, planned)
    start, end = _agreed(_spans(said, speech), speech)
    left = Remainder(text, cut, words, frozenset(taken))
    rests.check(left, pieces, said)
    left = rests.check_parts(left, parts, said, start, speech)
    if start is None:
        raise rests.no_time(left, day, speech)
    if not pieces:
        rests.check_no_day(left, as_time(start))
        day = default_date
    elif day is not None:
        rests.check_half_day(left, pieces)
        day = days.resolve(pieces, text=text, cut=cut, now=now, start=as_time(start), around=around)
    if day is None:
        raise DateMissing(understood_time=as_time(start))
    starts = datetime.combine(day, as_time(start))
    if starts <= now:
        raise DateInThePast(starts=starts)
    ends = _ends(starts, end, [length.minutes for length in lasting], speech, said)
    return When(starts, ends, rests.words_left(left))


def has_time(text: str, languages: Sequence[str]) -> bool:
    """Tell whether a text says a time of day, clear or not."""
    cut, words = tokens(text), vocabulary(tuple(languages))
    taken = positions(days.find(cut, words))
    return bool(clocks.find(cut, words, taken, clocks.find_parts(cut, words)))


def _dotted_day(said: Sequence[Clock], pieces: Sequence[Piece]) -> tuple[list[Clock], list[Piece]]:
    """Take "3.12" for a day where no other date is given but another time is."""
    opening = {one for one, other in pairwise(said) if other.is_end}
    alone = [
        clock
        for clock in said
        if clock.is_dotted
        and not (
            clock.part
            or clock.from_sunrise
            or clock.is_of_either
            or clock.is_end
            or clock in opening
        )
        and days.is_day(clock.hour, clock.minute)
    ]
    if len(alone) != 1 or len(said) == 1 or any(piece.day is not None for piece in pieces):
        return list(said), list(pieces)
    dotted = alone[0]
    piece = Piece(first=dotted.first, after=dotted.after, day=dotted.hour, month=dotted.minute)
    return [clock for clock in said if clock != dotted], [*pieces, piece]


def _spans(said: Sequence[Clock], speech: Speech) -> list[Span]:
    """Pair every end with the start before it; an end alone could be a start or not: asked."""
    spans: list[Span] = []
    for clock in said:
        if not clock.is_end:
            spans.append(Span(start=clock))
        elif spans and spans[-1].end is None:
            spans[-1] = Span(start=spans[-1].start, end=clock)
        else:
            raise speech.ambiguous(clock, readings.options(clock))
    return spans


def _agreed(spans: Sequence[Span], speech: Speech) -> tuple[int | None, int | None]:
    """Return the start and end that all spans agree on, as "10:00, saa 4 asubuhi" does."""
    read = [readings.read(span, speech) for span in spans]
    starts = {start for start, _ in read}
    ends = {end for _, end in read if end is not None}
    for span, minutes in ((spans, starts), ([s for s in spans if s.end], ends)):
        if len(minutes) > 1:
            first, last = span[0].start, span[-1].end or span[-1].start
            raise speech.ambiguous_between(first.first, last.after, minutes)
    return next(iter(starts), None), next(iter(ends), None)


def _ends(
    starts: datetime, end: int | None, lasting: Sequence[int], speech: Speech, said: Sequence[Clock]
) -> datetime | None:
    """Return the end: on the day of the start, or on the next one if it would not be later."""
    found = {starts + timedelta(minutes=minutes) for minutes in lasting}
    if end is not None:
        start = starts.hour * HOUR + starts.minute
        found.add(starts + timedelta(minutes=readings.length(start, end)))
    if len(found) > 1:
        options = [moment.hour * HOUR + moment.minute for moment in found]
        raise speech.ambiguous_between(said[0].first, len(speech.cut), options)
    return next(iter(found), None)
