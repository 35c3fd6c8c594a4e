"""The notebook of a meeting: what was agreed, who does what, and what is worth keeping."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.attendance import PASSED_ON
from bot.domain.dates.tokens import phrase
from bot.domain.roles import Action, NotAllowed
from bot.errors import BotError

TEXT_LIMIT = 1000
"""Characters of one entry: people's own words, but a secretary's line, not a speech."""
ENTRIES_LIMIT = 300
"""Entries of one meeting: twice what the longest meeting has ever needed."""

_MARK = re.compile(
    r"""\s*(?:
        [•◦▪▫‣●○■□·✅☑✔✓👉➡→➢📝💡]\ufe0f?\s*    # signs, also those of the bot's own lists
        | [-*\u2013\u2014](?:\s+|$)               # a dash or a star, and a blank
        | -(?=[^\W\d_])                          # "-Repair it", as it is typed in a hurry
        | \(?\d{1,2}[.)](?:\s+|$|(?=[^\W\d_]))  # 1.  2)  (3)
        | \(?[a-z]\)\s+                          # a)  (b)
    )""",
    re.VERBOSE,
)
"""What stands before each point of a list; never "-5 degrees", "12.30" or "*bold*"."""

LATELY = timedelta(days=7)
"""How long after a meeting something that was forgotten is still added to its draft."""


class EntryKind(StrEnum):
    """What an entry is."""

    AGREED = "agreed"
    """A decision."""
    ACTION = "action"
    NOTE = "note"
    IDEA = "idea"
    HELP = "help"
    """Support that is needed from elsewhere."""


@dataclass(frozen=True)
class Owner:
    """Who does an action."""

    name: str
    """The person's; empty if only the organisation is known."""
    organisation: str = ""


@dataclass(frozen=True)
class Line:
    """An entry as people read it."""

    id: int
    kind: EntryKind
    text: str
    """As it was said."""
    said_by: str = ""
    """Whose words they are, if they were somebody's message."""
    written_by: str = ""
    at: datetime | None = None
    """Wall time of the group."""
    item_id: int | None = None
    owner: Owner | None = None
    due: date | None = None
    stream: str = ""
    how: str = ""
    """How a decision was made, if it was put to a vote: a value of `Choosing`."""
    votes: tuple[int, ...] = ()
    """Of a decision by majority: how many said yes, no, and abstained; of one by consent: how many
    agreed without a reservation, and with one."""
    is_without_quorum: bool = False
    """Of a decision that was put to a vote: too few organisations were there."""
    reservations: tuple[str, ...] = ()
    """What organisations wanted to be written down beside it; see `Reservation.as_line`."""
    review_on: date | None = None
    source: tuple[int, int] | None = None
    """The chat and the message that said it, to link to."""
    outcome: str = ""
    """Of an action from before what the meeting heard of it: a value of `PointState`."""
    reason: str = ""
    """Why it was adapted or dropped then."""

    @property
    def has_passed_on(self) -> bool:
        """Tell whether a reservation beside it is marked: somebody else entered it."""
        return any(f"{PASSED_ON}: " in one or one.endswith(PASSED_ON) for one in self.reservations)


class WordsMissing(BotError):
    """Something was to be written down, but neither words nor a message were given."""

    def __init__(self, *, kind: EntryKind) -> None:
        super().__init__(f"no words for {kind}")
        self.kind = kind


class EntryTooLong(BotError):
    """An entry is a speech."""

    def __init__(self, *, length: int, limit: int) -> None:
        super().__init__(f"an entry of {length} characters")
        self.length, self.limit = length, limit


class NotebookFull(BotError):
    """So much was written down that no minutes could hold it."""

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"more than {limit} entries")
        self.limit = limit


class WrittenAlready(BotError):
    """The words of a message were to be written down a second time, in the same meeting."""


class OffTheRecord(BotError):
    """Something was to be written down of an item of which only the title is kept."""

    def __init__(self, *, title: str = "", is_over: bool = False) -> None:
        super().__init__("an item off the record")
        self.title = title
        self.is_over = is_over
        """The meeting does not go on to another item."""


class NothingToUndo(BotError):
    """Nobody's last entry is there to be taken back."""

    def __init__(self, *, is_open: bool = True) -> None:
        """`is_open`: it was looked for in an open meeting."""
        super().__init__("nothing of theirs")
        self.is_open = is_open


class EntryGone(BotError):
    """An entry was taken back: it is not changed any more."""


class EntryOut(BotError):
    """An entry stands in minutes that are out: whoever disagrees objects to them."""


class NotYourEntry(BotError):
    """Somebody wanted to take back what another person wrote down."""

    def __init__(self, *, name: str) -> None:
        """Carry who wrote it down; empty if nobody knows any more."""
        super().__init__("somebody else's entry")
        self.name = name


class OnlyIdeas(NotAllowed):
    """A member wanted to write down what only those do who run the meeting."""

    def __init__(self, *, action: Action, is_proposed: bool = False) -> None:
        super().__init__(action=action)
        self.is_proposed = is_proposed
        """Their organisation was proposed for the notes, and has not said yes."""


def checked(text: str) -> str:
    """Return the words of an entry, without what only looks like words around them.

    Raises:
        EntryTooLong: see there.
    """
    said = text.strip()
    if len(said) > TEXT_LIMIT:
        raise EntryTooLong(length=len(said), limit=TEXT_LIMIT)
    return said


def entries(
    text: str, *, announcing: Collection[tuple[str, ...]] = (), is_listed: bool = False
) -> list[str]:
    """Return what is to be written down one by one: each point of a list, without its mark.

    A mark ("-", "•", "1.") begins an entry, and lines without one go on with it. A line before
    that ends with a colon stands before each of its points ("Water: two trucks a week"), unless it
    only announces a list: `announcing` are such phrases, folded ("we agreed"). Where lines were
    asked for (`is_listed`), those of a text without any mark are entries, too. What says the same
    twice is said once; without words there is no entry.
    """
    found = list(_points(text, announcing))
    if not any(_MARK.match(line) for line in text.splitlines()):
        found = text.splitlines() if is_listed else [text]
    return list(dict.fromkeys(one.strip() for one in found if one.strip()))


def _points(text: str, announcing: Collection[tuple[str, ...]]) -> Iterator[str]:
    heading, said = "", ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for at, line in enumerate(lines):
        mark = _MARK.match(line)
        is_next_marked = at + 1 < len(lines) and bool(_MARK.match(lines[at + 1]))
        if mark:
            yield said
            point = line[mark.end() :].strip()
            said = f"{heading} {point}".strip() if point else ""
        elif line.endswith(":") and is_next_marked:
            yield said
            said_there = tuple(word for word in phrase(line) if any(map(str.isalnum, word)))
            is_announced = said_there in announcing
            heading, said = "" if is_announced else line, ""
        else:
            said = f"{said} {line}".strip()
    yield said


def named_in(text: str, titles: Iterable[str]) -> str:
    """Return the title that stands with a colon before the words: "Salaries: …"; empty: none."""
    head, colon, _ = text.partition(":")
    return next((title for title in titles if colon and phrase(title) == phrase(head)), "")
