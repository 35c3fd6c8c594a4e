r"""The minutes of a meeting: drafted, approved, published, corrected for some days, confirmed.

draft (facilitator and lead) -> published -> confirmed
     \-> circulated as DRAFT after two days of silence -/
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.notebook import EntryKind, Line
from bot.domain.presence import Present
from bot.domain.ways import Way
from bot.errors import BotError

SILENCE = timedelta(hours=48)
"""How long a draft waits for whoever led the meeting, before it goes out marked as one."""
OBJECTION_DAYS = 5
"""Working days in which members may object, unless the group says otherwise."""
GRACE = timedelta(minutes=10)
"""Whoever comes so soon after the start is not called late."""


class MinutesState(StrEnum):
    """Where minutes are in their life."""

    DRAFT = "draft"
    """Seen by whoever led the meeting, the lead and the note-taker only."""
    CIRCULATED = "circulated"
    """Out in the group, marked as a draft."""
    PUBLISHED = "published"
    CONFIRMED = "confirmed"
    SUPERSEDED = "superseded"
    """A later version says what is right."""


@dataclass(frozen=True)
class Section:
    """One item of the agenda in the minutes."""

    number: int
    title: str
    """Empty for a routine, which every reader finds in their own language."""
    routine: str = ""
    organisation: str = ""
    presenter: str = ""
    is_off_record: bool = False
    """Only its title stands in the minutes."""
    is_done: bool = True
    """False for what was left for another meeting."""
    minutes_spent: int = 0
    entries: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Record:
    """All that minutes say: fixed at the moment, whatever is renamed later. Wall times."""

    coalition: str
    group: str
    serial: int
    """The count of the group's minutes in that year."""
    starts: datetime
    ends: datetime
    planned_starts: datetime
    planned_ends: datetime
    place: str
    way: Way
    facilitator: str = ""
    """The organisation that led, and who of them, if known."""
    note_taker: str = ""
    present: tuple[Present, ...] = ()
    guests: tuple[Present, ...] = ()
    apologies: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    seats: int = 0
    needed: int = 0
    sections: tuple[Section, ...] = ()
    next_starts: datetime | None = None
    next_place: str = ""
    is_written_up: bool = False
    """It was held without the bot, and written up afterwards."""
    last_serial: int = 0
    """The count of the group's minutes before these, in the year of `last_starts`; 0: none."""
    last_starts: datetime | None = None
    open_actions: tuple[Line, ...] = ()
    """What was to be done from earlier meetings, and was not done when this one ended."""

    def number(self, section: Section) -> str:
        """Return the number under which offices file an item: the 3/12/2026 of `MIN 3/12/2026`.

        That is the count of the item, the month and the year of the meeting.
        """
        return f"{section.number}/{self.starts.month}/{self.starts.year}"

    def came_late(self, one: Present) -> bool:
        """Tell whether somebody came when it had begun, both by the plan and in truth."""
        return one.arrived - max(self.starts, self.planned_starts) > GRACE

    def left_early(self, one: Present) -> bool:
        """Tell whether somebody left before it was over."""
        return one.left is not None and one.left < self.ends

    @property
    def has_quorum(self) -> bool:
        """Tell whether as many organisations came as decide together."""
        return len(self.organisations) >= self.needed

    @property
    def entries(self) -> tuple[Line, ...]:
        """Return all entries, in the order of the sections."""
        return tuple(line for section in self.sections for line in section.entries)

    def of_kind(self, kind: EntryKind) -> tuple[Line, ...]:
        """Return the entries of one kind."""
        return tuple(line for line in self.entries if line.kind is kind)

    @property
    def organisations(self) -> tuple[str, ...]:
        """Return which organisations were there, each once."""
        return tuple(dict.fromkeys(one.organisation for one in self.present))


class MinutesUnknown(BotError):
    """A button or a reply names minutes that do not exist (any more)."""


class MinutesOut(BotError):
    """Minutes were to be changed or approved that have been published already."""


class MinutesNotYet(BotError):
    """Minutes were asked for that are not out yet."""

    def __init__(self, *, starts: datetime | None = None, approvers: Sequence[str] = ()) -> None:
        super().__init__("minutes that are not out yet")
        self.starts, self.approvers = starts, tuple(approvers)


def confirm_after(published: date, days: int = OBJECTION_DAYS) -> date:
    """Return the last of the working days in which members may object.

    Weekends do not count; the day on which minutes are published does not either.
    """
    day = published
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5  # noqa: PLR2004 - Monday to Friday
    return day
