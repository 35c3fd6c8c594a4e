"""Minutes as they are filed: under which number, in which form, and how people ask for old ones."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.dates import days
from bot.domain.dates.tokens import tokens
from bot.domain.dates.vocabulary import vocabulary
from bot.domain.minutes import Change
from bot.domain.write_ups import Unheld
from bot.errors import BotError

OFFERED = 3
"""How many earlier minutes are named below the last ones."""


class Form(StrEnum):
    """In which form minutes are carried out of the chat."""

    PDF = "pdf"
    DOCX = "docx"
    COPY = "copy"
    """Plain words, for another messenger."""


@dataclass(frozen=True)
class Edition:
    """Which minutes these are: what they say can be corrected while they are out."""

    version: int = 1
    changed: str = ""
    """What a later version says otherwise."""
    changes: tuple[Change, ...] = ()
    """The same, one by one, each with what the version before said."""
    is_draft: bool = False
    """They are out, but nobody has approved them."""
    is_confirmed: bool = False
    """Nobody may object any more."""


@dataclass(frozen=True)
class Filed:
    """Minutes that are out, as they stand in a list."""

    meeting_id: int
    serial: int
    """The count of the group's minutes in that year."""
    starts: datetime
    """When the meeting was to begin; wall time of the group."""

    @property
    def number(self) -> str:
        """Return the number under which they are filed: the 3/2026 of `Minutes no. 3/2026`."""
        return f"{self.serial}/{self.starts.year}"


@dataclass(frozen=True)
class Wanted:
    """Which minutes somebody asks for; what is None is left open."""

    serial: int | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None

    @property
    def is_month(self) -> bool:
        """Tell whether any meeting of a month is meant, of which there may be several."""
        return self.month is not None and self.day is None

    def fits(self, one: Filed) -> bool:
        """Tell whether these are (among) the minutes that are asked for."""
        return all(
            wanted is None or wanted == had
            for wanted, had in (
                (self.serial, one.serial),
                (self.year, one.starts.year),
                (self.month, one.starts.month),
                (self.day, one.starts.day),
            )
        )


class NoMinutes(BotError):
    """Minutes were asked for in a group that has none, or none of the time that was named."""

    def __init__(
        self, *, said: str = "", known: Sequence[Filed] = (), not_held: Sequence[Unheld] = ()
    ) -> None:
        super().__init__("no such minutes")
        self.said, self.known, self.not_held = said, tuple(known), tuple(not_held)


class SeveralMinutes(BotError):
    """Minutes of a month were asked for in which there are those of several meetings."""

    def __init__(self, *, known: Sequence[Filed]) -> None:
        super().__init__("several minutes fit")
        self.known = tuple(known)


_NUMBER = re.compile(r"(?:\D*\s)?(\d{1,3})\s*/\s*(\d{4})")
_OF_ITEM = re.compile(r"(?:\D*\s)?\d{1,3}\s*/\s*(\d{1,2})\s*/\s*(\d{4})")
_YEAR = re.compile(r"\d{4}")


def read_wanted(said: str, languages: Sequence[str]) -> Wanted | None:
    """Read which minutes are meant; None if that is not to be understood.

    That is their number ("3/2026", "no. 3/2026"), that of an item in them ("MIN 2/12/2026": of
    December), a day ("3 Dec"), a month ("March", "Machi 2026") or a year.
    """
    said = " ".join(said.split())
    if found := _NUMBER.fullmatch(said):
        return Wanted(serial=int(found[1]), year=int(found[2]))
    if found := _OF_ITEM.fullmatch(said):
        return Wanted(month=int(found[1]), year=int(found[2]))
    if _YEAR.fullmatch(said):
        return Wanted(year=int(said))
    text, words = tokens(said), vocabulary(tuple(languages))
    for piece in days.find(text, words):
        if piece.day is not None and piece.month is not None:
            return Wanted(year=piece.year, month=piece.month, day=piece.day)
    for at in range(len(text)):
        if month := days.month(text, at, words):
            return Wanted(month=month[0], year=month[1])
    return None
