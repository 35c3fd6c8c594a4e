"""Numbers in digits or in words, and where they begin and end."""

from collections.abc import Sequence

from bot.domain.dates.tokens import Kind, Token
from bot.domain.dates.vocabulary import Vocabulary
from bot.domain.dates.words import Role

_TEN = 10


def numeral(text: Sequence[Token], at: int, words: Vocabulary) -> tuple[int, int] | None:
    """Return the number in words at `at` ("kumi na moja"), and where it ends."""
    found = words.find(Role.NUMERAL, text, at)
    if found is None:
        return None
    tens, after = found
    if tens % _TEN == 0:
        joined = words.skip((Role.TENS_JOIN,), text, after)
        ones = words.find(Role.NUMERAL, text, joined)
        if ones and ones[0] < _TEN:
            return tens + ones[0], ones[1]
    return found


def skip_glued(text: Sequence[Token], at: int, words: Vocabulary, *roles: Role) -> int:
    """Return where a phrase of these roles ends that stands at `at` without a space before it."""
    is_glued_there = at < len(text) and text[at].glued
    return words.skip(roles, text, at) if is_glued_there else at


def begins_number(text: Sequence[Token], at: int) -> bool:
    """Tell whether digits begin at `at` that no letters and no other digits lead into."""
    if not 0 <= at < len(text) or text[at].kind is not Kind.NUMBER:
        return False
    if at == 0 or not text[at].glued:
        return True
    if text[at - 1].kind is not Kind.MARK:
        return False
    leads = text[at - 1].folded in tuple(":./-,") and text[at - 1].glued
    return not (leads and at > 1 and text[at - 2].kind is Kind.NUMBER)


def is_glued(text: Sequence[Token], at: int, marks: str) -> bool:
    """Tell whether one of `marks` stands at `at` between two tokens, with no space around it."""
    return (
        0 < at < len(text) - 1
        and text[at].kind is Kind.MARK
        and (text[at].folded in tuple(marks) and text[at].glued and text[at + 1].glued)
    )
