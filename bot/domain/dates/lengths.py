"""How long something lasts, in people's words: "for 2 hours", "kwa saa mbili"."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from bot.domain.dates.clocks import HOUR
from bot.domain.dates.numbers import begins_number, is_glued, numeral
from bot.domain.dates.tokens import Found, Kind, Token, tokens
from bot.domain.dates.vocabulary import Vocabulary, vocabulary
from bot.domain.dates.words import Role


@dataclass(frozen=True, kw_only=True)
class Length(Found):
    """How long something lasts."""

    minutes: int


def find(text: Sequence[Token], words: Vocabulary, taken: Container[int]) -> list[Length]:
    """Return the lengths that a text says; tokens that name a day are `taken`."""
    found = []
    for at in range(len(text)):
        start = words.skip((Role.LASTING,), text, at)
        length = _length(text, start, words) if start > at and start not in taken else None
        if length:
            minutes, after = length
            found.append(Length(first=at, after=after, minutes=minutes))
    return found


def read_length(text: str, *, is_bare: bool = False) -> int | None:
    """Return the minutes that a text says, and nothing else: "1.5 hours", "saa moja", "1h30".

    With `is_bare` a number in words counts as minutes: "kumi".
    """
    cut, words = tokens(text), vocabulary(())
    found = _decimal(cut, words) or _length(cut, 0, words)
    if found is None and is_bare:
        found = numeral(cut, 0, words)
    if found is None:
        return None
    minutes, after = found
    rest = [token for token in cut[after:] if token.kind is not Kind.MARK]
    if len(rest) == 1 and minutes % HOUR == 0 and (more := rest[0].value or HOUR) < HOUR:
        # "1h30"
        return minutes + more
    return None if rest else minutes


def _decimal(text: Sequence[Token], words: Vocabulary) -> tuple[int, int] | None:
    """Return the minutes of "1.5 hours" at the beginning of a text, and where it ends."""
    unit = 3
    after = words.skip((Role.HOUR_UNIT,), text, unit)
    if after == unit or not is_glued(text, 1, "."):
        return None
    if text[0].value is None or text[2].value is None:
        return None
    return round(HOUR * float(f"{text[0].folded}.{text[2].folded}")), after


def _length(text: Sequence[Token], at: int, words: Vocabulary) -> tuple[int, int] | None:
    """Return the minutes of a length at `at`, and where it ends; minutes may follow hours."""
    fixed = words.find(Role.LENGTH, text, at)
    hours = _count(text, at, words, Role.HOUR_UNIT)
    # "kwa saa 4 asubuhi" is a time.
    if hours and words.find_part(text, words.skip((Role.PART_LINK,), text, hours[1])):
        return None
    if fixed and (hours is None or fixed[1] > hours[1]):
        return fixed
    if hours is None:
        return _count(text, at, words, Role.MINUTE_UNIT)
    if half := words.find(Role.AFTER_HOUR, text, hours[1]):
        return hours[0] * HOUR + half[0], half[1]
    joined = words.skip((Role.PLUS, Role.FILLER), text, hours[1])
    minutes = _count(text, joined, words, Role.MINUTE_UNIT) or (0, hours[1])
    return hours[0] * HOUR + minutes[0], minutes[1]


def _count(text: Sequence[Token], at: int, words: Vocabulary, unit: Role) -> tuple[int, int] | None:
    """Return a number with its unit before or after it ("2 hours", "saa 2"), and where it ends."""
    start = words.skip((unit,), text, at)
    count = numeral(text, start, words)
    if count is None and begins_number(text, start) and text[start].value is not None:
        count = text[start].value or 0, start + 1
    if count is None:
        return None
    after = count[1] if start > at else words.skip((unit,), text, count[1])
    is_united = start > at or after > count[1]
    return (count[0], after) if is_united and count[0] > 0 else None
