"""A meeting as it is held: opened, led from item to item, closed.

The plan (`bot.domain.meetings`) says when people wanted to meet; a sitting says when they did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.agenda import Item
from bot.domain.meetings import Meeting
from bot.domain.notebook import Line
from bot.domain.presence import EMPTY, Room
from bot.errors import BotError

EARLIEST = timedelta(hours=2)
"""How long before its start a meeting can be opened: people who are all there do not wait."""
LATEST = timedelta(hours=12)
"""How long after its planned end it still can; what is opened later was held without us."""


class SittingState(StrEnum):
    """Where a sitting is in its life."""

    OPEN = "open"
    CLOSED = "closed"
    NOT_HELD = "not-held"


class Ending(StrEnum):
    """How it became known that a meeting was over."""

    CLOSED = "closed"
    """Somebody said so, then or when asked."""
    FORGOTTEN = "forgotten"
    """Nobody did: it ended when something last happened."""
    WRITTEN_UP = "written-up"
    """It was held without the bot, and written up afterwards."""


@dataclass(frozen=True)
class Timed:
    """An item of the agenda, with the time it has taken."""

    item: Item
    spent: timedelta
    """Until it was left last; the current item goes on from `since`."""
    is_done: bool = False


@dataclass(frozen=True)
class Sitting:
    """A meeting as it is, or was, held. All times are wall times of the group."""

    meeting: Meeting
    state: SittingState
    opened: datetime
    closed: datetime | None = None
    ending: Ending | None = None
    items: tuple[Timed, ...] = ()
    current: int | None = None
    """The id of the item that is dealt with now."""
    since: datetime | None = None
    """From when on."""
    room: Room = EMPTY
    entries: tuple[Line, ...] = ()
    """What was written down, oldest first; what was taken back is left out."""

    @property
    def now_at(self) -> Timed | None:
        """Return the item that is dealt with now."""
        return next((one for one in self.items if one.item.id == self.current), None)

    @property
    def due(self) -> datetime | None:
        """Return when the time of the current item is up."""
        if self.now_at is None or self.since is None:
            return None
        return self.since + timedelta(minutes=self.now_at.item.minutes) - self.now_at.spent


class NotOpen(BotError):
    """Something was said to a meeting that is not open."""


class NothingToOpen(BotError):
    """No meeting is planned for about now."""


class AlreadyOpen(BotError):
    """The meeting is open, or was held already."""


class SittingClosed(BotError):
    """The meeting is over: a button that runs it does nothing any more."""


def openable(meetings: Sequence[Meeting], now: datetime) -> list[Meeting]:
    """Return the meetings that can be opened at `now` (an instant), the nearest start first."""
    found = [
        meeting
        for meeting in meetings
        if meeting.starts_at - EARLIEST <= now <= meeting.ends_at + LATEST
    ]
    return sorted(found, key=lambda meeting: abs(meeting.starts_at - now))


def next_item(items: Sequence[Timed], current: int | None) -> int | None:
    """Return the id of the item that comes after `current`: the first that is still to come.

    After the last, what was passed over comes up again; None if nothing is left.
    """
    order = [one.item.id for one in items]
    at = order.index(current) + 1 if current in order else 0
    left = [one.item.id for one in (*items[at:], *items[:at]) if not one.is_done]
    return next((key for key in left if key != current), None)
