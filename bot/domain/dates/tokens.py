"""A text cut into words, numbers and marks, folded so that spellings of one word are equal."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import lru_cache

# Writers use one for another in spans of time, and in "J'tatu".
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_AFTER_ADDRESS = ",.;:!?)]}\"'"
_EXCERPT = 80
_LONGEST_NUMBER = 4
_APOSTROPHES = frozenset("'\u2019\u2018\u02bc`")


class Kind(StrEnum):
    """What a token is made of."""

    WORD = auto()
    NUMBER = auto()
    MARK = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text: `text[start:end]` as written, and folded for comparing."""

    kind: Kind
    folded: str
    start: int
    end: int
    glued: bool
    """Whether it follows the token before it without a space."""
    is_capital: bool = False
    """Whether it is written with a capital letter, like a name."""

    @property
    def value(self) -> int | None:
        """Return the number; None for what is no number, or longer than a year."""
        is_short = self.kind is Kind.NUMBER and len(self.folded) <= _LONGEST_NUMBER
        return int(self.folded) if is_short else None


@dataclass(frozen=True, kw_only=True)
class Found:
    """Something that the tokens from `first` up to `after` of a text say."""

    first: int
    after: int


def positions(found: Iterable[Found]) -> set[int]:
    """Return the places of all tokens that say one of these things."""
    return {at for one in found for at in range(one.first, one.after)}


def fold(text: str) -> str:
    """Return `text` without case, accents, apostrophes and width: "J'Tatu" becomes "jtatu".

    Digits of every script become those of ASCII.
    """
    if text.isascii():
        # Nearly all words, and what follows would leave of them the same.
        return text.replace("'", "").replace("`", "").lower()
    kept = []
    for character in unicodedata.normalize("NFKD", text.translate(_DASHES)):
        if unicodedata.combining(character) or character in _APOSTROPHES:
            continue
        category = unicodedata.category(character)
        if category == "Nd":
            kept.append(str(unicodedata.decimal(character)))
        elif category != "Cf":
            kept.append(character.casefold())
    return "".join(kept)


@lru_cache(maxsize=512)
def _kind(character: str) -> Kind:
    category = unicodedata.category(character)
    if category == "Nd":
        return Kind.NUMBER
    return Kind.WORD if category[0] == "L" else Kind.MARK


def tokens(text: str) -> tuple[Token, ...]:
    """Cut `text` into tokens, in time proportional to its length."""
    return tuple(_cut(text))


def _cut(text: str) -> Iterator[Token]:
    start, glued = 0, False
    while start < len(text):
        # Invisible characters (isolates around a name, joiners) neither separate nor count.
        if text[start].isspace() or unicodedata.category(text[start]) in {"Cf", "Cc"}:
            glued = glued and not text[start].isspace()
            start += 1
            continue
        kind, end = _kind(text[start]), start + 1
        while kind is not Kind.MARK and end < len(text) and _goes_on(kind, text, end):
            end += 1
        if kind is Kind.WORD and text.startswith("://", end):
            # An address is one word, whatever stands in it.
            while end < len(text) and not text[end].isspace():
                end += 1
            end = start + len(text[start:end].rstrip(_AFTER_ADDRESS))
        yield Token(kind, fold(text[start:end]), start, end, glued, text[start].isupper())
        start, glued = end, True


def _goes_on(kind: Kind, text: str, at: int) -> bool:
    """Tell whether the character belongs to the word or number before it."""
    character = text[at]
    if kind is Kind.WORD:
        category = unicodedata.category(character)
        if category[0] == "M":
            return True
        if category == "Cf" or character in _APOSTROPHES:
            return at + 1 < len(text) and _kind(text[at + 1]) is Kind.WORD
    return _kind(character) is kind and not character.isspace()


def without(text: str, cut: Sequence[Token], used: Collection[int]) -> str:
    """Return a text without some of its tokens; a comma keeps apart what they stood between.

    Marks that held only them together go with them: brackets around them, a second comma.
    """
    kept: list[str] = []
    start = 0
    for first, after in _runs(used):
        is_bracketed = _is_bracket(cut, first - 1, _OPENING) and _is_bracket(cut, after, _CLOSING)
        kept.append(text[start : cut[first - is_bracketed].start])
        start = cut[after - 1 + is_bracketed].end
    kept.append(text[start:])
    return ", ".join(filter(None, (part.strip(_BETWEEN) for part in kept)))


_OPENING, _CLOSING = "([{", ")]}"
_BETWEEN = " ,;\n\t"


def _is_bracket(cut: Sequence[Token], at: int, marks: str) -> bool:
    return 0 <= at < len(cut) and cut[at].folded in marks


def _runs(used: Collection[int]) -> Iterator[tuple[int, int]]:
    """Yield the bounds of numbers that follow each other."""
    for at in sorted(used):
        if at - 1 not in used:
            after = at + 1
            while after in used:
                after += 1
            yield at, after


def phrase(text: str) -> tuple[str, ...]:
    """Return the folded tokens of a phrase, as they are compared."""
    return tuple(token.folded for token in tokens(text))


def excerpt(text: str, cut: Sequence[Token], first: int, after: int) -> str:
    """Return the tokens from `first` up to `after` as they were written, at most 80 characters."""
    said = " ".join(text[cut[first].start : cut[after - 1].end].split())
    return said if len(said) <= _EXCERPT else said[: _EXCERPT - 1] + "…"
