"""How a time that was said can be read, and whether there is only one way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from bot.domain.dates.clocks import DAY, FROM_SUNRISE, HOUR, NOON, Clock
from bot.domain.dates.refusals import DateImpossible, TimeAmbiguous
from bot.domain.dates.tokens import Token, excerpt

_FIRST_SURE_HOUR = 7
"""From 7:00 on, a time without a part of the day is meant as written; "2:30" may be afternoon."""
_FAR_NEARER = 2
"""How many times nearer to the plan a reading must be than the next one."""
_BY_DAY = range(FROM_SUNRISE * HOUR, (FROM_SUNRISE + NOON) * HOUR)


@dataclass(frozen=True, kw_only=True)
class Span:
    """A start, and the end if one was given."""

    start: Clock
    end: Clock | None = None


@dataclass(frozen=True)
class Speech:
    """What was said, to be quoted in a refusal, and the day that it is about."""

    text: str
    cut: Sequence[Token]
    day: date | None
    is_daytime: bool = False
    """Whether a reading by day goes before one by night."""
    planned: tuple[time, time] | None = None
    """When it was planned to start and to end: what is said of it means the reading near that."""

    def ambiguous(self, clock: Clock, minutes: Iterable[int]) -> TimeAmbiguous:
        """Return the refusal that asks which of these minutes of the day is meant."""
        return self.ambiguous_between(clock.first, clock.after, minutes)

    def ambiguous_between(self, first: int, after: int, minutes: Iterable[int]) -> TimeAmbiguous:
        """Return the same refusal about the tokens from `first` up to `after`."""
        said = excerpt(self.text, self.cut, first, after)
        times = tuple(as_time(minute) for minute in sorted({minute % DAY for minute in minutes}))
        return TimeAmbiguous(said=said, options=times, date=self.day)

    def near_plan(self, clock: Clock, minutes: Iterable[int]) -> int | None:
        """Return which of these minutes the plan means: one far nearer to it than all others.

        Whoever says "saa nne" of what was planned for ten means ten, not 22:00. None: no plan says.
        """
        if self.planned is None:
            return None
        planned = self.planned[clock.is_end]
        at = planned.hour * HOUR + planned.minute
        far = sorted((min((minute - at) % DAY, (at - minute) % DAY), minute) for minute in minutes)
        is_clear = len(far) == 1 or _FAR_NEARER * far[0][0] <= far[1][0]
        return far[0][1] if is_clear else None


def as_time(minute: int) -> time:
    """Return the time of a minute counted from midnight."""
    return time(*divmod(minute % DAY, HOUR))


def read(span: Span, speech: Speech) -> tuple[int, int | None]:
    """Return the minutes of the day at which a span starts and ends.

    An end, or a start, that could be in the morning or at night is the one that makes the span
    shorter: nobody means the fourteen hours of "saa 4 hadi saa 6 mchana".

    Raises:
        DateImpossible: no clock shows such a time.
        TimeAmbiguous: it can be read in several ways.
    """
    for clock in (span.start, span.end):
        if clock and not clock.exists:
            said = excerpt(speech.text, speech.cut, clock.first, clock.after)
            raise DateImpossible(said=said)
    if span.end is None:
        return _only(span.start, _readings(span.start), speech), None
    start, end = _alike(span.start, span.end), _alike(span.end, span.start)
    starts, ends = _beside(start, end), _beside(end, start)
    if end.part:
        ends = [_only(end, ends, speech)]
    if start.part or len(ends) != 1:
        starts = [_only(start, starts, speech)]
    if start.is_of_either and start.part is None and end.part is None:
        ends = _on_clock_of(start, starts[0], end, speech)
    chosen = min(((s, e) for s in starts for e in ends), key=lambda pair: length(*pair))
    return (
        _on_its_clock(start, chosen[0], chosen, speech),
        _on_its_clock(end, chosen[1], chosen, speech),
    )


def length(start: int, end: int) -> int:
    """Return the minutes from `start` to `end`; an end that is not later is on the next day."""
    return (end - start) % DAY or DAY


def _only(clock: Clock, minutes: Sequence[int], speech: Speech) -> int:
    if speech.is_daytime and len(minutes) > 1:
        minutes = [minute for minute in minutes if minute in _BY_DAY] or minutes
    if len(minutes) == 1:
        return minutes[0]
    near = speech.near_plan(clock, options(clock)) if minutes else None
    if near is None:
        raise speech.ambiguous(clock, options(clock))
    return near


def _from_midnight(clock: Clock) -> list[int]:
    """Return the minutes of the day that are written so on the clock that counts from midnight."""
    minute = clock.hour * HOUR + clock.minute + clock.shift
    is_of_24 = clock.is_of_24 and clock.part is None
    if is_of_24 or not 1 <= clock.hour <= NOON:
        return [minute % DAY]
    return [minute % (NOON * HOUR), minute % (NOON * HOUR) + NOON * HOUR]


def _from_sunrise(clock: Clock) -> list[int]:
    """Return the minutes of the day that are said so on the clock that counts from sunrise."""
    if not 1 <= clock.hour <= NOON:
        return []
    minute = (clock.hour + FROM_SUNRISE) * HOUR + clock.minute + clock.shift
    return [minute % DAY, (minute + NOON * HOUR) % DAY]


def _distance(clock: Clock, minute: int, *, from_sunrise: bool) -> int:
    """Return how many hours a reading is away from the part of the day that was said with it.

    The reading is on the clock that counts from sunrise, or on the one from midnight.
    """
    if clock.part is None:
        return 0
    # "saa sita kasorobo" is named after its hour, though it falls before it: both may fit.
    hours = {minute // HOUR, (minute - clock.shift) % DAY // HOUR}
    return min(
        min((hour - other) % 24, (other - hour) % 24)
        for hour in hours
        for other in clock.part.part.hours_on(from_sunrise=from_sunrise)
    )


def _readings(clock: Clock) -> list[int]:
    """Return the minutes of the day that a time can mean by itself; one if it is clear."""
    plain, sunrise = _from_midnight(clock), _from_sunrise(clock)
    if clock.part is None:
        return _without_part(clock)
    fitting_plain = [at for at in plain if _distance(clock, at, from_sunrise=False) == 0]
    fitting_sunrise = [at for at in sunrise if _distance(clock, at, from_sunrise=True) == 0]
    is_said_from_sunrise = clock.from_sunrise and bool(sunrise)
    if clock.part.part.from_sunrise:
        both = sorted({*fitting_plain, *fitting_sunrise})
        return fitting_sunrise if is_said_from_sunrise else both
    # "saa 10 am": an hour of one clock with a word of the other is clear only if one fits.
    if is_said_from_sunrise:
        return [] if fitting_plain else fitting_sunrise
    return fitting_plain


def _without_part(clock: Clock) -> list[int]:
    plain, sunrise = _from_midnight(clock), _from_sunrise(clock)
    if clock.from_sunrise and sunrise:
        return sunrise
    if clock.is_spelled and clock.hour > NOON:
        # "saa kumi na tano" is 15:00, or five past the tenth hour.
        return []
    is_sure = clock.is_written and clock.hour >= _FIRST_SURE_HOUR
    plain = [clock.hour * HOUR + clock.minute] if is_sure else plain
    is_of_either = clock.is_of_either and not clock.is_of_24
    return sorted({*plain, *sunrise}) if is_of_either else plain


def options(clock: Clock) -> list[int]:
    """Return the readings worth asking about; the only one, if it is clear."""
    sure = _readings(clock)
    if len(sure) == 1:
        return sure
    plain, sunrise = _from_midnight(clock), _from_sunrise(clock)
    if clock.is_of_either and sure:
        return sure
    if clock.part is None:
        written = plain[:1] if clock.is_written else []
        return [*sunrise, *written] if clock.from_sunrise and sunrise else plain
    counts = clock.from_sunrise or clock.part.part.from_sunrise
    far = {minute: _distance(clock, minute, from_sunrise=False) for minute in plain}
    for minute in sunrise if counts else ():
        distance = _distance(clock, minute, from_sunrise=True)
        far[minute] = min(distance, far.get(minute, distance))
    return sorted(far, key=lambda minute: (far[minute], minute))[:2]


def _counts_from_sunrise(clock: Clock) -> bool:
    """Tell whether a time counts from sunrise: it says so, or its part of the day does."""
    if clock.part is None or clock.from_sunrise or not clock.part.part.from_sunrise:
        return clock.from_sunrise
    plain = _from_midnight(clock)
    return all(_distance(clock, minute, from_sunrise=False) > 0 for minute in plain)


def _alike(clock: Clock, mate: Clock) -> Clock:
    """Return `clock` on the clock of its mate, unless it says by itself on which it is."""
    is_open = (
        1 <= clock.hour <= NOON
        and not clock.is_of_24
        and (clock.part is None or clock.part.part.from_sunrise)
    )
    return replace(clock, from_sunrise=True) if is_open and _counts_from_sunrise(mate) else clock


def _beside(clock: Clock, mate: Clock) -> list[int]:
    """Return the readings of a time beside its mate: in "10:00-11:00 pm" the first may be 22:00."""
    is_open = clock.is_written and not (clock.from_sunrise or clock.is_of_either or clock.part)
    return _from_midnight(clock) if is_open and mate.part else _readings(clock)


def _on_clock_of(start: Clock, minute: int, end: Clock, speech: Speech) -> list[int]:
    """Return the readings of an end on the clock on which its start is meant, as a plan told.

    In "saacadda 4 ilaa 6" both hours count from sunrise, or both from midnight.

    Raises:
        TimeAmbiguous: it is written 12:30, behind an hour from sunrise, and the plan does not tell.
    """
    sunrise = [] if end.is_of_24 else _from_sunrise(end)
    if minute in _from_midnight(start) or not sunrise:
        return _readings(end)
    if not end.is_written:
        return sunrise
    either = {*sunrise, *_from_midnight(end)}
    near = speech.near_plan(end, either)
    if near is None:
        raise speech.ambiguous(end, either)
    return [near]


def _on_its_clock(clock: Clock, minute: int, chosen: tuple[int, int], speech: Speech) -> int:
    """Return what "12:00" means in "saa 4 asubuhi hadi 12:00".

    Where the other clock makes the likelier meeting, only a plan can tell.

    Raises:
        TimeAmbiguous: there is none.
    """
    if not (clock.from_sunrise and clock.is_written) or clock.part:
        return minute
    written = clock.hour % NOON * HOUR + clock.minute
    start, end = chosen
    for other in (written, written + NOON * HOUR):
        pair = (start, other) if clock.is_end else (other, end)
        if length(*pair) < length(start, end):
            near = speech.near_plan(clock, (minute, other))
            if near is None:
                raise speech.ambiguous(clock, [minute, other])
            return near
    return minute
