"""Times of day in people's words: which words of a text name a time, and how they can be read.

Two clocks are in use. One counts from midnight; the other from sunrise and from sunset, so that
the first hour of the day (saa 1 asubuhi) is 07:00 and the fourth (saa 4 asubuhi) is 10:00. A part
of the day tells morning from night; where it is lacking, or does not go with the hour, all readings
are kept and whoever asked has to choose.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import time

from bot.domain.dates.numbers import begins_number, is_glued, numeral, skip_glued
from bot.domain.dates.tokens import Found, Kind, Token
from bot.domain.dates.vocabulary import Vocabulary, base
from bot.domain.dates.words import LANGUAGES, Part, Role

HOUR = 60
DAY = 24 * HOUR
NOON = 12
FROM_SUNRISE = 6
"""Hours by which the clock that counts from sunrise is behind the one that counts from midnight."""
_TWO_DIGITS, _FOUR_DIGITS = 2, 4
_FARTHEST_PART = 12
"""Tokens that may stand between a part of the day and its time ("asubuhi ya Alhamisi, saa 4")."""


@dataclass(frozen=True)
class LocalClock:
    """A time of day on the clock that counts from sunrise: an hour from 1 to 12, and its part."""

    hour: int
    minute: int
    part: str
    """A stable key for the catalogues: alfajiri, asubuhi, mchana, jioni or usiku."""


def local_clock(t: time, language: str) -> LocalClock | None:
    """Return `t` as it is said in `language`; None where hours are counted from midnight."""
    words = LANGUAGES.get(base(language))
    if words is None or not words.sunrise_parts:
        return None
    begun = [part for start, part in words.sunrise_parts if start <= t.hour]
    part = begun[-1] if begun else words.sunrise_parts[-1][1]
    return LocalClock((t.hour + FROM_SUNRISE - 1) % NOON + 1, t.minute, part)


@dataclass(frozen=True, kw_only=True)
class PartPiece(Found):
    """A part of the day that is named."""

    part: Part
    is_name: bool
    """Whether it looks like the name of a place: "Morning Star"."""


@dataclass(frozen=True, kw_only=True)
class Clock(Found):
    """A time that is said, as yet without a decision how to read it."""

    hour: int
    minute: int = 0
    shift: int = 0
    """Minutes added to the hour in words: "na nusu" is 30, "kasorobo" -15."""
    from_sunrise: bool = False
    is_of_either: bool = False
    """Whether a word stands before it that goes with both clocks: "saacadda" 4."""
    part: PartPiece | None = None
    is_written: bool = False
    """Whether it has minutes in digits, as 10:00."""
    is_of_24: bool = False
    """Whether only the 24-hour clock is written like this: 1000h, 04:00."""
    is_dotted: bool = False
    """Whether it is written 3.12, which may be a day as well."""
    is_unmarked: bool = False
    """Whether it is four digits without "h", which may be a year or a house number."""
    is_spelled: bool = False
    """Whether the hour is in words."""
    is_exact: bool = False
    """Whether a word calls it a time: "10 o'clock"."""
    is_end: bool = False
    """Whether it is said as the end of something."""

    @property
    def is_bare(self) -> bool:
        """Tell whether it is a number that nothing marks as a time."""
        is_in_digits = (self.is_written or self.is_of_24) and not self.is_unmarked
        is_called = self.from_sunrise or self.is_of_either or self.is_exact
        is_in_words = is_called or self.part or self.shift
        return not (is_in_digits or is_in_words)

    @property
    def exists(self) -> bool:
        """Tell whether a clock can show it; 24:00 only ends something."""
        last = DAY if self.is_end else DAY - 1
        return self.minute < HOUR and self.hour * HOUR + self.minute <= last


def find_parts(text: Sequence[Token], words: Vocabulary) -> list[PartPiece]:
    """Return the parts of the day that a text names."""
    found = []
    for at in range(len(text)):
        named = words.find_part(text, at)
        if named and not (text[at].folded.isalpha() and _is_inside(text, at)):
            part, after = named
            is_common = words.skip((Role.NAME,), text, at) == after
            is_titled = text[at].is_capital and after < len(text) and text[after].is_capital
            is_name = is_common and is_titled and words.is_plain(text, after)
            found.append(PartPiece(first=at, after=after, part=part, is_name=is_name))
    return found


def _is_inside(text: Sequence[Token], at: int) -> bool:
    """Tell whether a word is glued to a word and a hyphen before it: "mid-morning"."""
    is_hyphened = text[at].glued and at > 1 and text[at - 1].folded == "-" and text[at - 1].glued
    return is_hyphened and text[at - 2].kind is not Kind.NUMBER


def find(
    text: Sequence[Token],
    words: Vocabulary,
    taken: Container[int],
    parts: Sequence[PartPiece],
) -> list[Clock]:
    """Return the times that a text says, in its order; tokens that name a day are `taken`.

    A number that nothing marks as a time counts only as one end of a span whose other end is marked
    ("2-4pm", "saa 4 asubuhi hadi 6").
    """
    return list(_Reader(text, words, taken, parts).clocks())


@dataclass
class _Reader:
    """Reads the clocks of one text from left to right."""

    text: Sequence[Token]
    words: Vocabulary
    taken: Container[int]
    parts: Sequence[PartPiece]
    by_start: dict[int, PartPiece] = field(init=False)
    by_end: dict[int, PartPiece] = field(init=False)

    def __post_init__(self) -> None:
        real = [part for part in self.parts if not part.is_name]
        self.by_start = {part.first: part for part in real}
        # "am" stands after its hour; what is left of it before another is refused later.
        self.by_end = {
            part.after: part
            for part in real
            if not self.words.find(Role.MERIDIEM, self.text, part.first)
        }

    def clocks(self) -> Iterator[Clock]:
        """Yield the clocks; an end of a span follows its start."""
        at = done = 0
        while at < len(self.text):
            clock = self._clock(at, done)
            end = self._end(clock) if clock else None
            if clock is None or (clock.is_bare and (end is None or end.is_bare)):
                at += 1
                continue
            yield replace(clock, is_end=self._follows_until(at))
            at = done = clock.after
            if end:
                yield end
                at = done = end.after

    def _follows_until(self, at: int) -> bool:
        """Tell whether a time ends what started elsewhere: "10:00, County Hall, until 12:00"."""
        return self.words.precedes((Role.UNTIL,), self.text, at) is not None

    def _end(self, start: Clock) -> Clock | None:
        """Return the end of the span that `start` opens, if it follows directly."""
        text, words = self.text, self.words
        at = words.skip((Role.UNTIL, Role.TO), text, start.after)
        end = self._clock(at, start.after) if at > start.after else None
        if end is None:
            return None
        is_loose = text[at - 1].folded == "-" and not is_glued(text, at - 1, "-")
        follows_word = words.is_plain(text, end.after)
        # "10am - 12 Kenyatta Avenue" has a place there, "10am - 12" an end.
        if end.is_bare and (
            (is_loose and follows_word) or words.find(Role.DAY_UNIT, text, end.after)
        ):
            return None
        return replace(end, is_end=True)

    def _clock(self, at: int, done: int) -> Clock | None:
        """Return the time that is said at `at`; what stands before `done` belongs to another."""
        if at >= len(self.text) or at in self.taken:
            return None
        named = self.by_start.get(at)
        if named and named.part.alone is not None:
            hour = named.part.alone.hour
            return Clock(first=at, after=named.after, hour=hour, part=named, is_of_24=True)
        before = self.words.find(Role.BEFORE_HOUR, self.text, at)
        start = before[1] if before else at
        hour_at = self.words.skip((Role.SUNRISE_HOUR, Role.EITHER_HOUR), self.text, start)
        is_of_either = self.words.find(Role.EITHER_HOUR, self.text, start) is not None
        number = None if hour_at in self.taken else self._number(hour_at)
        if number is None:
            return None
        clock = replace(
            number,
            first=at,
            from_sunrise=hour_at > start and not is_of_either,
            is_of_either=is_of_either,
            shift=before[0] if before else 0,
        )
        is_called = hour_at > start
        is_in_words = clock.is_spelled or clock.after > hour_at + 1
        if (is_called or is_in_words) and not clock.is_written:
            clock = self._with_minutes_in_words(clock, is_called=is_called)
        clock = self._exact(self._with_part(self._exact(clock), done))
        # "Two Rivers" is no time; a number in words needs more than a neighbour to be one.
        return None if clock.is_spelled and clock.is_bare else clock

    def _exact(self, clock: Clock) -> Clock:
        """Add "o'clock" or "sharp"."""
        after = self.words.skip((Role.EXACT,), self.text, clock.after)
        return replace(clock, after=after, is_exact=clock.is_exact or after > clock.after)

    def _number(self, at: int) -> Clock | None:
        """Return the hour at `at`, with its minutes if they are written in digits."""
        text, words = self.text, self.words
        if spelled := numeral(text, at, words):
            return Clock(first=at, after=spelled[1], hour=spelled[0], is_spelled=True)
        # The end of "10-12" follows a dash, the time of "2026-12-03T10:00" a date.
        follows_glued = is_glued(text, at - 1, "-") or at - 1 in self.taken
        if not (begins_number(text, at) or (follows_glued and text[at : at + 1])):
            return None
        digits, value = len(text[at].folded), text[at].value
        if value is None:
            return None
        if digits > _TWO_DIGITS:
            return self._hundreds(at, value)
        minute = self._minutes_in_digits(at)
        if minute is None:
            after = skip_glued(text, at + 1, words, Role.GLUED_ARTICLE)
            bare = Clock(first=at, after=after, hour=value)
            return bare if self._ends_number(after) else None
        after = words.skip((Role.HOURS_OF_24,), text, at + 3)
        return Clock(
            first=at,
            after=after,
            hour=value,
            minute=minute,
            is_written=True,
            is_of_24=after > at + 3 or text[at].folded[0] == "0",
            is_dotted=text[at + 1].folded == ".",
        )

    def _hundreds(self, at: int, value: int) -> Clock | None:
        """Return the clock of 1000h; without "h" it has to have four digits, and to exist."""
        after = self.words.skip((Role.HOURS_OF_24,), self.text, at + 1)
        is_unmarked = after == at + 1
        clock = Clock(
            first=at,
            after=after,
            hour=value // 100,
            minute=value % 100,
            is_of_24=True,
            is_unmarked=is_unmarked,
        )
        is_possible = len(self.text[at].folded) == _FOUR_DIGITS and clock.exists
        return clock if is_possible or not is_unmarked else None

    def _minutes_in_digits(self, at: int) -> int | None:
        """Return the minutes of 10:30, 10.30 or 10h30."""
        text = self.text
        joined = is_glued(text, at + 1, ":.") or (
            at + 2 < len(text)
            and text[at + 1].folded == "h"
            and text[at + 1].glued
            and text[at + 2].glued
        )
        if not joined or text[at + 2].kind is not Kind.NUMBER:
            return None
        minute = text[at + 2].value if len(text[at + 2].folded) == _TWO_DIGITS else None
        is_longer = is_glued(text, at + 3, ":.") and text[at + 4].kind is Kind.NUMBER
        # 10.75 is a price or a distance; 10:75 was meant as a time, and is refused as one.
        is_decimal = text[at + 1].folded == "." and (minute or 0) >= HOUR
        return None if is_longer or is_decimal else minute

    def _ends_number(self, at: int) -> bool:
        """Tell whether what follows a number leaves it a possible hour: not in "3rd" or "10:5"."""
        text = self.text
        if at >= len(text) or not text[at].glued:
            return True
        if text[at].kind is Kind.WORD:
            return (
                at in self.by_start or self.words.skip((Role.EXACT, Role.AFTER_HOUR), text, at) > at
            )
        return not (is_glued(text, at, ":./") and text[at + 1].kind is Kind.NUMBER)

    def _with_minutes_in_words(self, clock: Clock, *, is_called: bool) -> Clock:
        """Add "na nusu", "kasorobo", "na dakika kumi", "iyo toban daqiiqo".

        After an hour that no word calls so ("tobanka"), a number is minutes only with their unit.
        """
        text, words, at = self.text, self.words, clock.after
        if fixed := words.find(Role.AFTER_HOUR, text, at):
            return replace(clock, shift=fixed[0], after=fixed[1])
        for role, sign in ((Role.PLUS, 1), (Role.MINUS, -1)):
            joined = words.skip((role,), text, at)
            start = words.skip((Role.MINUTE_UNIT,), text, joined)
            count = numeral(text, start, words) if joined > at else None
            if count is None and start > joined > at and begins_number(text, start):
                count = text[start].value or 0, start + 1
            if count and 0 < count[0] < HOUR:
                after = words.skip((Role.MINUTE_UNIT,), text, count[1])
                if not (is_called or start > joined or after > count[1]):
                    continue
                return replace(clock, shift=sign * count[0], after=after)
        return clock

    def _with_part(self, clock: Clock, done: int) -> Clock:
        """Add the part of the day, said after the time or, with the day, before it."""
        at = clock.after
        later = self.by_start.get(at) or self.by_start.get(
            self.words.skip((Role.PART_LINK,), self.text, at)
        )
        if later is None and is_glued(self.text, at, "-"):
            # "8:00-fiidnimo" is how papers write it; "10:00-noon" has an end.
            hyphened = self.by_start.get(at + 1)
            later = hyphened if hyphened and hyphened.part.alone is None else None
        if later:
            return replace(clock, part=later, after=later.after)
        return replace(clock, part=self._earlier_part(clock.first, done))

    def _earlier_part(self, at: int, done: int) -> PartPiece | None:
        for _ in range(_FARTHEST_PART):
            if at in self.by_end and self.by_end[at].first >= done:
                earlier = self.by_end[at]
                return None if earlier.part.alone else earlier
            before = at - 1
            if before < done:
                return None
            is_between = before in self.taken or self.text[before].folded in (",", "-", "(", ":")
            if not (
                is_between or self.words.skip((Role.FILLER, Role.PLACE), self.text, before) > before
            ):
                return None
            at = before
        return None
