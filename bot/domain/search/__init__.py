"""What was written down is found again, however it was spelled.

Words are compared folded: without case, accents, the forms that an Arabic letter takes, and without
the last letters of a long one ("boreholes" finds "borehole"). If that finds nothing, a word may
change as its language changes it (`grammar`), then something that looks like it is enough.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import product

from bot.domain.search.grammar import stems
from bot.errors import BotError

PAGE = 5
"""Finds on one page: a phone's screen."""
MOST_WORDS = 8
"""What is asked beyond that makes nothing clearer."""
SHORTEST = 3
"""Letters that the index knows; a shorter word is looked for at the beginning of words."""
KNOWN_BY_LIKENESS = 4
"""Letters of a word that is found by its likeness; of shorter ones too many look alike."""
ALIKE = 0.75
"""How much of two words that look alike is the same."""
_LONG, _LONGER = 5, 7
"""From how many letters on a word may end otherwise: in one letter, in two."""

_MARKS = re.compile("[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
"""Accents of European scripts; signs of vowels, hamzas and the stretching of Arabic ones.

The vowels of other scripts are marks for Unicode, too, but nobody leaves them out.
"""
_LETTERS = str.maketrans(
    {
        # Alef with a sign on it; the many forms of ya, kaf and ha; ta marbuta; a hamza alone.
        "\u0671": "\u0627",
        **dict.fromkeys("\u0649\u06cc\u06d0\u06d2", "\u064a"),
        "\u06a9": "\u0643",
        **dict.fromkeys("\u0629\u06c1\u06be", "\u0647"),
        "\u0621": "",
        # Letters with a stroke, which Unicode does not take apart; the i without a dot.
        "đ": "d",
        "ħ": "h",
        "ł": "l",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
        # Within a word: ng'ombe, ba'a.
        **dict.fromkeys("'\u2019\u2018\u02bc\u02bb`\u00b4", ""),
    }
)


Wanted = tuple[tuple[str, ...], ...]
"""What is looked for: for each word what it may stand as, any of which is enough."""


class Nearness(StrEnum):
    """How what was found has the words that were asked for; each if there is nothing nearer."""

    WORDS = "words"
    """It has them all."""
    ENDINGS = "endings"
    """It has them all, some of them as their language changes them."""
    SOME = "some"
    """It has one of them, or more."""
    ALIKE = "alike"
    """It has words that look like them."""


class FoundKind(StrEnum):
    """What is found; the first five are the kinds of an entry."""

    AGREED = "agreed"
    ACTION = "action"
    NOTE = "note"
    IDEA = "idea"
    HELP = "help"
    ITEM = "item"
    """Something that stands on an agenda, or waits for one."""
    MINUTES = "minutes"
    """Something that only the minutes say: what was corrected, where it was."""


class NameKind(StrEnum):
    """Whose name it is that something is found by."""

    MEMBER = "m"
    ORGANISATION = "o"


@dataclass(frozen=True)
class Name:
    """Somebody who may do things, as they are called today."""

    kind: NameKind
    id: int
    name: str


@dataclass(frozen=True)
class Hit:
    """One thing that was found, as people read it."""

    kind: FoundKind
    text: str
    """As it was said; of minutes empty."""
    group: str
    held_on: date | None = None
    """The day of its meeting; None for what waits for one."""
    link: str = ""
    """Where it stands; empty where Telegram has no addresses."""
    reservation: str = ""
    """Of a decision with a reservation that has the words: that, with its organisation."""


@dataclass(frozen=True)
class Page:
    """Some of what was found, newest first; of what is only alike, the best first."""

    hits: tuple[Hit, ...]
    number: int = 0
    has_more: bool = False
    nearness: Nearness = Nearness.WORDS


class NothingToFind(BotError):
    """Somebody searches for no words."""


class SearchGone(BotError):
    """A button of a search that is long ago."""


def fold(said: str) -> str:
    """Return words as they are compared, each between blanks: " repair griftu borehole "."""
    # Twice: the small letter of a compatibility form may be one, too.
    for _ in range(2):
        said = unicodedata.normalize("NFKD", said).casefold()
    bare = _MARKS.sub("", said).translate(_LETTERS)
    plain = "".join(_plain(character) for character in unicodedata.normalize("NFC", bare))
    words = plain.split()
    return f" {' '.join(words)} " if words else ""


def _plain(character: str) -> str:
    """Return a letter, or the digit that everybody types; a blank for all that stands between."""
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.digit(character))
    if kind[0] in "LMN":
        return character
    # Invisible marks (the isolates around names) are nothing at all.
    return "" if kind == "Cf" else " "


def terms(said: str) -> Wanted:
    """Return what to look for, each once: words, the long ones without their ends.

    Raises:
        NothingToFind: there is no word in it.
    """
    words = _words(said)
    return tuple(dict.fromkeys((_asked(_cut(word)),) for word in words))


def changed(said: str, languages: Iterable[str]) -> Wanted:
    """Return the same, with what may stay of each word in some languages.

    Raises:
        NothingToFind: there is no word in it.
    """
    spoken = tuple(languages)
    return tuple(
        tuple(dict.fromkeys(map(_asked, (_cut(word), *stems(word, spoken)))))
        for word in _words(said)
    )


def pieces(said: str) -> tuple[Wanted, ...]:
    """Return what a word that looks like one of these has: its first or last half, or both ends.

    With one mistake one of the halves is right, or both ends are. Each of these is enough.
    """
    return tuple(
        piece
        for word in _words(said)
        if _is_known_by_likeness(word)
        for half in [len(word) // 2]
        for piece in (
            ((f" {word[:half]}",),),
            ((f"{word[half:]} ",),),
            ((f" {word[:2]}",), (f"{word[-2:]} ",)),
        )
    )


def likeness(said: str, texts: Iterable[str]) -> list[float]:
    """Return for each of some folded texts how alike its words are, from 0 (not at all)."""
    asked = [word for word in _words(said) if _is_known_by_likeness(word)]
    known: dict[tuple[str, str], float] = {}
    for text in (texts := list(texts)):
        for word, one in product(asked, text.split()):
            if (word, one) not in known:
                known[word, one] = _likeness(word, one)
    return [
        sum(max((known[word, one] for one in text.split()), default=0) for word in asked)
        for text in texts
    ]


def _likeness(word: str, other: str) -> float:
    # What `pieces` asks for: the rest need not be compared, which takes time.
    if word[:2] != other[:2] and word[-2:] != other[-2:]:
        return 0
    found = SequenceMatcher(None, word, other, autojunk=False).ratio()
    return found if found >= ALIKE else 0


def _is_known_by_likeness(word: str) -> bool:
    return len(word) >= KNOWN_BY_LIKENESS and not word.isdecimal()


def with_names(wanted: Wanted, names: Iterable[Name]) -> Wanted:
    """Let words that stand in somebody's name of today find what they do, however old it is."""
    known = [(fold(one.name), mark(one.kind, one.id)) for one in names]
    return tuple(
        (*terms, *(found for name, found in known if any(term in name for term in terms)))
        for terms in wanted
    )


def has_any(said: str, wanted: Wanted) -> bool:
    """Tell whether anything that is wanted stands in some words."""
    folded = fold(said)
    return any(term in folded for terms in wanted for term in terms)


def mark(kind: NameKind, number: int) -> str:
    """Return what stands for somebody among folded words: no words that people type."""
    return f"@{kind}{number}@"


def _words(said: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(fold(said).split()))[:MOST_WORDS]
    if not found:
        raise NothingToFind
    return found


def _cut(word: str) -> str:
    if word.isdecimal():
        return word
    return word[: len(word) - (len(word) >= _LONG) - (len(word) >= _LONGER)]


def _asked(word: str) -> str:
    """Return what must stand in folded words: a short word begins one, another stands anywhere."""
    return f" {word}" if len(word) < SHORTEST else word
