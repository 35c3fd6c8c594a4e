"""Answers in people's own words: "yes", "ndiyo, asante", a thumb."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from bot.domain.attendance import Answer
from bot.domain.dates.tokens import phrase

Phrase: TypeAlias = tuple[str, ...]
_DOUBTS = frozenset("?¿؟")
"""Whoever writes "coming?" asks, and does not answer."""

SHORTEST_PART = 3
"""Letters of a label below which it is not clear that it is meant."""


@dataclass(frozen=True)
class AnswerWords:
    """What people say for each answer, in all languages together."""

    meanings: Mapping[Phrase, Answer]
    fillers: frozenset[Phrase]
    """Words that change no answer: "thank you"."""

    @classmethod
    def collect(cls, words: Iterable[tuple[str, Answer]], fillers: Iterable[str]) -> "AnswerWords":
        """Fold the words; one that means different answers in two languages means none."""
        meanings: dict[Phrase, set[Answer]] = {}
        for word, answer in words:
            meanings.setdefault(fold(word), set()).add(answer)
        return cls(
            {key: next(iter(found)) for key, found in meanings.items() if len(found) == 1},
            frozenset(map(fold, fillers)),
        )

    def read(self, text: str) -> Answer | None:
        """Return the one answer that every word of `text` speaks for; None if in doubt.

        "Yes, by phone" is by phone. "Not coming" and "yes, but late" are not guessed at: what is
        not understood as a whole is asked about.
        """
        said, at, found = fold(text), 0, set()
        while at < len(said):
            after = self._end_of_phrase(said, at)
            if after is None:
                return None
            answer = self.meanings.get(said[at:after])
            found |= {answer} if answer else set()
            at = after
        if len(found) > 1 and Answer.CANNOT not in found:
            found.discard(Answer.COMING)
        return found.pop() if len(found) == 1 else None

    def is_polite(self, text: str) -> bool:
        """Tell whether `text` thanks, greets or agrees, and says no more than that."""
        said, at = fold(text), 0
        while at < len(said):
            after = self._end_of_phrase(said, at)
            if after is None or self.meanings.get(said[at:after]) not in {None, Answer.COMING}:
                return False
            at = after
        return bool(said)

    def is_mentioned(self, text: str) -> bool:
        """Tell whether any word of an answer stands in `text`, whatever else it says."""
        said = fold(text)
        return any(
            said[at:after] in self.meanings
            for at in range(len(said))
            for after in range(at + 1, min(at + self._longest, len(said)) + 1)
        )

    def _end_of_phrase(self, said: Phrase, at: int) -> int | None:
        """Return where the longest known phrase at `at` ends."""
        for after in range(min(at + self._longest, len(said)), at, -1):
            if said[at:after] in self.meanings or said[at:after] in self.fillers:
                return after
        return None

    @cached_property
    def _longest(self) -> int:
        """Return how many words the longest phrase has."""
        return max(map(len, [*self.meanings, *self.fillers]), default=1)


def called(text: str, labels: Iterable[tuple[str, str]], *, in_part: bool = False) -> str | None:
    """Return the one of several things, each with a label of it, that `text` calls by its label.

    The emoji may be left out. With `in_part`, some words of the label are enough, the last of them
    unfinished, if nothing else has them: "office" is "🏢 The office's". None if it is in doubt.
    """
    said = " ".join(fold(text))
    known = [(value, fold(label)) for value, label in labels]
    whole = {value for value, label in known if said in {" ".join(label), _bare(label)}}
    if len(whole) == 1 or not in_part:
        return whole.pop() if len(whole) == 1 and said else None
    part = {value for value, label in known if f" {said}" in f" {_bare(label)}"}
    return part.pop() if len(part) == 1 and len(said) >= SHORTEST_PART else None


def _bare(label: Phrase) -> str:
    """Return a label without its emoji."""
    return " ".join(token for token in label if any(map(str.isalnum, token)))


def fold(text: str) -> Phrase:
    """Return the words and emoji of `text`, without case, accents, punctuation and skin tones."""
    return tuple(filter(_says_something, phrase(text)))


def _says_something(token: str) -> bool:
    return any(
        character.isalnum() or character in _DOUBTS or unicodedata.category(character) == "So"
        for character in token
    )
