"""What the page "What is stored of feedback" shows: every byte, as it lies in the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Box:
    """A sealed box; some mean nothing, and nobody can tell which."""

    id: str
    sealed: bytes


@dataclass(frozen=True)
class Item:
    """What was released, with all of its columns."""

    id: int
    week: date
    group: str
    words: str
    receipt: str
    theme: str
    answer: str


@dataclass(frozen=True)
class Stored:
    """All that is stored of feedback at a moment."""

    release_at: datetime
    number: int
    public_key: str
    boxes: Sequence[Box]
    marks: Sequence[int]
    """Of all updates alike, whatever they were."""
    keys: Sequence[str]
    """The names of the key files; what is in them is what must not be seen."""
    items: Sequence[Item]

    def box(self, box_id: str) -> Box | None:
        """Return a box by its id."""
        return next((one for one in self.boxes if one.id == box_id), None)
