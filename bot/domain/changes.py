"""Words by which people ask for a change of a meeting; they are neither a day nor a place."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product

from bot.domain.dates.tokens import Kind, Token, tokens
from bot.domain.dates.vocabulary import Phrases
from bot.errors import BotError


def _combined(*parts: str) -> tuple[str, ...]:
    """Return all phrases of one word from each part, in their order; "-" stands for none."""
    words = (part.split(", ") for part in parts)
    return tuple(" ".join(one for one in each if one != "-") for each in product(*words))


WORDS: Mapping[str, tuple[str, ...]] = {
    "en": (
        *_combined(
            "-, please, can we, could we, let us, lets, we",
            "move, shift, postpone, reschedule, push, bring forward, delay",
            "-, it, this, all, them, them all, all of them, everything, the meeting, the meetings, "
            "all meetings, all the meetings, this meeting, the date, the time, the place",
            "-, to, until, till, from",
        ),
        *_combined(
            "-, please, can we, could we, let us, lets, we",
            "change, make",
            "it, this, all, them all, everything, the meeting, this meeting, all meetings, "
            "the date, the time, the place",
            "-, to",
        ),
        *_combined(
            "-, it is, it has been, the meeting is, the meeting has been, meeting, is",
            "moved, shifted, postponed, rescheduled, delayed, changed",
            "-, to, until, till, from",
        ),
        *_combined("the, -", "new date, new time, new place, new day, new hour", "-, is"),
        *("change to", "change", "please"),
    ),
    "sw": (
        *_combined(
            "-, tafadhali",
            "ahirisha, tuahirishe, sogeza, tusogeze, hamisha, tuhamishe, badilisha, tubadilishe, "
            "peleka, tupeleke, uahirishwe",
            "-, mkutano, mikutano, mkutano huu, mikutano yote, yote, zote, tarehe, saa ya mkutano, "
            "mahali",
            "-, hadi, mpaka, iwe, uwe, kwa, kwenda",
        ),
        *_combined(
            "-, mkutano",
            "umeahirishwa, umesogezwa, umehamishwa, umebadilishwa",
            "-, hadi, mpaka, kwa, kwenda",
        ),
        "tafadhali",
    ),
    "so": (
        *_combined(
            "-, fadlan",
            "-, kulanka, shirka, dhammaan, kulamada oo dhan",
            "-, u, ku, dib u, dib ugu, ka",
            "wareeji, wareejin, dhig, dhac, beddel, bedel, beddelo, riix, badal",
            "-, ilaa",
        ),
        "fadlan",
    ),
}
"""What people type, by language, before what they want or after it; a new language is a new table.

A verb is always in it: "All Saints Hall" is a place.
"""


class ChangeUnclear(BotError):
    """A change was asked for, but not what should become of the meeting: "postpone it"."""


def read_change(text: str) -> tuple[bool, str]:
    """Tell whether a line asks for a change in so many words, and return what else it says."""
    cut = tokens(text)
    first, last = _leading(cut, 0), len(cut)
    while (before := _trailing(cut, first, last)) < last:
        last = before
    left = text[cut[first].start : cut[last - 1].end] if first < last else ""
    return first > 0 or last < len(cut), left


def _leading(cut: Sequence[Token], at: int) -> int:
    """Return where the words of a change end that begin at `at`, and the marks after them."""
    found = _phrases().find(cut, at)
    after = found[1] if found else at
    while at < after < len(cut) and cut[after].kind is Kind.MARK:
        after += 1
    return after if after == at else _leading(cut, after)


def _trailing(cut: Sequence[Token], first: int, last: int) -> int:
    """Return where the words of a change begin that end at `last`; `last` if there are none."""
    end = last
    while end > first and cut[end - 1].kind is Kind.MARK and cut[end - 1].folded in ".!,":
        end -= 1
    starts = range(max(first, end - _longest()), end)
    return next(
        (at for at in starts if (found := _phrases().find(cut, at)) and found[1] == end), last
    )


@lru_cache(maxsize=1)
def _phrases() -> Phrases[None]:
    found: Phrases[None] = Phrases()
    for table in WORDS.values():
        for phrase in table:
            found.add(phrase, None)
    return found


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(len(phrase.split()) for table in WORDS.values() for phrase in table)
