"""The words to use, and those to leave alone, from `locales/GLOSSARY.<language>.md`.

A row of its table names a thing in English, and in the column "not" the words by which readers
would take it for another thing. Each is wrong only where the English text speaks of that thing:
"hatua" is no action of a meeting, but it is a step.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_COLUMN = "not"
_SEVERAL = re.compile(r"[;,·]")
_ASIDE = re.compile(r"\([^)]*\)")
_LITTLE = re.compile(r"^(?:to|a|an|the|in|of|is)\s+")


@dataclass(frozen=True)
class Term:
    """One row of a glossary."""

    english: tuple[str, ...]
    """What the thing is called in the source texts; endings may follow."""
    avoided: tuple[str, ...]
    """Words and phrases that do not stand for it, in the forms in which they are not wanted."""

    def wrong_in(self, source: str, translated: str) -> Iterator[str]:
        """Yield each word of `translated` that should be another one, given what `source` says."""
        if any(re.search(rf"\b{re.escape(word)}", source, re.IGNORECASE) for word in self.english):
            for word in self.avoided:
                if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", translated, re.IGNORECASE):
                    yield word


def read(path: Path) -> Sequence[Term]:
    """Return the rows of a glossary that name words to avoid; none if there is no such file.

    Raises:
        ValueError: its table has no column "not".
    """
    if not path.exists():
        return ()
    rows = [_cells(line) for line in path.read_text("utf-8").splitlines() if line.startswith("|")]
    if not rows:
        return ()
    column = rows[0].index(_COLUMN)
    terms = (Term(_bare(_words(row[0])), _words(row[column])) for row in rows[2:])
    return tuple(term for term in terms if term.avoided)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _words(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, _SEVERAL.split(_ASIDE.sub("", cell)))))


def _bare(words: Sequence[str]) -> tuple[str, ...]:
    """Return "tap" for "to tap": the little word does not stand in every text that means it."""
    return tuple(_LITTLE.sub("", word) for word in words)
