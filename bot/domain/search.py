"""What was written down is found again, however it was spelled.

Words are compared folded: without case, accents, the forms that an Arabic letter takes, and without
the ends by which a word changes ("boreholes" finds "borehole").
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.errors import BotError

PAGE = 5
"""Finds on one page: a phone's screen."""
MOST_WORDS = 8
"""What is asked beyond that makes nothing clearer."""
SHORTEST = 3
"""Letters that the index knows a word by; a shorter one is looked for at the beginning of words."""
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


@dataclass(frozen=True)
class Page:
    """Some of what was found, newest first."""

    hits: tuple[Hit, ...]
    number: int = 0
    has_more: bool = False
    is_any: bool = False
    """Nothing has all of the words: these have one of them."""


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


def terms(said: str) -> tuple[str, ...]:
    """Return what to look for, each once: words, the long ones without their ends.

    Raises:
        NothingToFind: there is no word in it.
    """
    found = tuple(dict.fromkeys(_stem(word) for word in fold(said).split()))[:MOST_WORDS]
    if not found:
        raise NothingToFind
    return found


def _stem(word: str) -> str:
    if word.isdecimal():
        return word
    return word[: len(word) - (len(word) >= _LONG) - (len(word) >= _LONGER)]


def matches(folded: str, term: str) -> bool:
    """Tell whether folded words have a term: a short one begins a word, another stands anywhere."""
    return f" {term}" in folded if len(term) < SHORTEST else term in folded
