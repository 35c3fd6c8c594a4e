"""What the page "What is stored of feedback" shows: every byte, as it lies in the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

Columns: TypeAlias = Sequence[tuple[str, str]]
"""Every column of a row, by its name, with what lies in it."""


@dataclass(frozen=True)
class Box:
    """A sealed box; some mean nothing, and nobody can tell which."""

    id: str
    sealed: bytes


@dataclass(frozen=True)
class Item:
    """What was released: what stands on the page by itself, and its whole row."""

    week: date
    group: str
    words: str
    theme: str
    answer: str
    columns: Columns


@dataclass(frozen=True)
class Told:
    """What everybody was told of it, and its whole row."""

    said: str
    did: str
    columns: Columns


@dataclass(frozen=True)
class Stored:
    """All that is stored of feedback at a moment."""

    release_at: datetime
    number: int
    """Of the batch; a release counts it up."""
    columns: Columns
    """Of the batch."""
    boxes: Sequence[Box]
    marks: Sequence[int]
    """Of all updates alike, whatever they were."""
    keys: Sequence[str]
    """The names of the key files; what is in them is what must not be seen."""
    items: Sequence[Item]
    told: Sequence[Told]

    def box(self, box_id: str) -> Box | None:
        """Return a box by its id."""
        return next((one for one in self.boxes if one.id == box_id), None)
