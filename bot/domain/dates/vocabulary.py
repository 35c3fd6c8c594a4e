"""The words of several languages merged, to be looked up in a text.

A text may mix languages ("Thursday saa 4 asubuhi"): the words of every table are understood
everywhere, those of the languages asked for first.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Generic, TypeVar

from babel import Locale, UnknownLocaleError

from bot.domain.dates.tokens import Kind, Token, phrase
from bot.domain.dates.words import LANGUAGES, Part, Role, Words

_Meaning = TypeVar("_Meaning")


_phrase = cache(phrase)
"""The tables are the same for all languages, merged in another order for each of them."""


class Phrases(Generic[_Meaning]):
    """Phrases and their meaning, found at a place in a text in constant time."""

    def __init__(self) -> None:
        """Begin with no phrase."""
        self._by_first_word: dict[str, dict[tuple[str, ...], _Meaning]] = {}

    def add(self, said: str, meaning: _Meaning) -> int:
        """Take up a phrase and return its length in words; one that is known keeps its meaning."""
        words = _phrase(said)
        self._by_first_word.setdefault(words[0], {}).setdefault(words, meaning)
        return len(words)

    def find(self, text: Sequence[Token], at: int) -> tuple[_Meaning, int] | None:
        """Return the meaning of the longest phrase that begins at `at`, and where it ends."""
        if not 0 <= at < len(text) or text[at].folded not in self._by_first_word:
            return None
        candidates = self._by_first_word[text[at].folded]
        for length in range(max(map(len, candidates)), 0, -1):
            words = tuple(token.folded for token in text[at : at + length])
            if words in candidates:
                return candidates[words], at + len(words)
        return None


class Vocabulary:
    """All that the words of some languages mean in dates and times."""

    def __init__(self, tables: Iterable[Words]) -> None:
        """Merge tables; where two give a phrase a meaning in one role, the first does."""
        self._phrases: dict[Role, Phrases[int]] = {role: Phrases() for role in Role}
        self._parts: Phrases[Part] = Phrases()
        self.longest = 1
        """The number of words of the longest phrase."""
        for table in tables:
            lengths = [self._parts.add(said, part) for said, part in table.parts.items()]
            for role, meanings in table.phrases.items():
                lengths += [self._phrases[role].add(*meaning) for meaning in meanings.items()]
            self.longest = max([self.longest, *lengths])

    def find(self, role: Role, text: Sequence[Token], at: int) -> tuple[int, int] | None:
        """Return the value of the longest phrase of this role at `at`, and where it ends."""
        return self._phrases[role].find(text, at)

    def find_part(self, text: Sequence[Token], at: int) -> tuple[Part, int] | None:
        """Return the part of the day that is named at `at`, and where its name ends."""
        return self._parts.find(text, at)

    def skip(self, roles: Iterable[Role], text: Sequence[Token], at: int) -> int:
        """Return where the longest phrase of any of these roles ends; `at` if there is none."""
        found = [self.find(role, text, at) for role in roles]
        return max((match[1] for match in found if match), default=at)

    def precedes(self, roles: Iterable[Role], text: Sequence[Token], at: int) -> int | None:
        """Return where a phrase of any of these roles begins that ends just before `at`."""
        roles = tuple(roles)
        starts = range(max(0, at - self.longest), at)
        return next((start for start in starts if self.skip(roles, text, start) == at), None)

    def is_plain(self, text: Sequence[Token], at: int) -> bool:
        """Tell whether a word stands at `at` that has nothing to do with dates, as in a place."""
        if not 0 <= at < len(text) or text[at].kind is not Kind.WORD:
            return False
        return self.find_part(text, at) is None and self.skip(Role, text, at) == at


@lru_cache(maxsize=64)
def vocabulary(languages: tuple[str, ...]) -> Vocabulary:
    """Return the words of these languages, then those of every language that has a table."""
    tables = []
    for language in dict.fromkeys([*map(base, languages), *LANGUAGES]):
        tables.append(_from_cldr(language))
        if language in LANGUAGES:
            tables.append(LANGUAGES[language])
    return Vocabulary(tables)


def base(language: str) -> str:
    """Return the language of a locale identifier: "sw-KE" and "sw_KE" are "sw"."""
    return language.replace("_", "-").split("-")[0].lower()


def _from_cldr(language: str) -> Words:
    """Return the wide and abbreviated names of weekdays and months; none if CLDR lacks them."""
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Words(phrases={}, parts={})
    widths = [(form, width) for form in ("format", "stand-alone") for width in _WIDTHS]
    return Words(
        phrases={
            Role.WEEKDAY: _unequivocal(locale.days[form][width] for form, width in widths),
            Role.MONTH: _unequivocal(locale.months[form][width] for form, width in widths),
        },
        parts={},
    )


_WIDTHS = ("wide", "abbreviated")
"""Shorter names are single letters, or words of their own ("We", "Mo")."""


def _unequivocal(tables: Iterable[Mapping[int, str]]) -> dict[str, int]:
    """Merge tables of names; one that folds to the name of another day or month is left out."""
    values: dict[tuple[str, ...], set[int]] = {}
    names: dict[tuple[str, ...], str] = {}
    for table in tables:
        for value, name in table.items():
            # A dot after an abbreviation is skipped by whoever reads it.
            key = phrase(name.rstrip("."))
            values.setdefault(key, set()).add(value)
            names[key] = name.rstrip(".")
    return {names[key]: min(found) for key, found in values.items() if key and len(found) == 1}
