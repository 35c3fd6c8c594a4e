"""A meeting as it is held: opened, led from item to item, closed.

The plan (`bot.domain.meetings`) says when people wanted to meet; a sitting says when they did.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.agenda import Item, Words
from bot.domain.agenda import Word as AgendaWord
from bot.domain.dates.tokens import phrase
from bot.domain.meetings import Meeting
from bot.domain.notebook import Line
from bot.domain.presence import EMPTY, Room
from bot.errors import BotError

EARLIEST = timedelta(hours=2)
"""How long before its start a meeting can be opened: people who are all there do not wait."""
LATEST = timedelta(hours=12)
"""How long after its planned end it still can; what is opened later was held without us."""


NOTICE = timedelta(minutes=10)
"""How long before the planned end whoever leads hears that it is near."""
UNPLANNED = timedelta(hours=2)
"""How long a meeting lasts that nobody had planned, as far as anybody knows when it begins."""


EARLY = timedelta(minutes=15)
"""Whoever closes a meeting more than so long before its planned end is asked whether it is over."""
REOPENED_WITHIN = timedelta(hours=2)
"""How long after somebody closed it a meeting can be opened again: it was a mistake."""


class Word(StrEnum):
    """What whoever leads is told quietly, in private, while a meeting goes on."""

    TIME_UP = "item-time-up"
    """The time of an item is up."""
    ENDING = "meeting-ending"
    """The planned end is near."""


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
    due: datetime | None = None
    """When its time is up: clocks may be changed in between, so it is counted by instants."""
    room: Room = EMPTY
    entries: tuple[Line, ...] = ()
    """What was written down, oldest first; what was taken back is left out."""

    @property
    def now_at(self) -> Timed | None:
        """Return the item that is dealt with now."""
        return next((one for one in self.items if one.item.id == self.current), None)

    @property
    def number(self) -> int | None:
        """Return the place of the current item on the agenda, from 1."""
        places = (at for at, one in enumerate(self.items, 1) if one.item.id == self.current)
        return next(places, None)

    @property
    def ahead(self) -> tuple[Timed, ...]:
        """Return the items that are still to come."""
        return tuple(one for one in self.items if not one.is_done and one.item.id != self.current)

    @property
    def is_through(self) -> bool:
        """Tell whether nothing is dealt with, and nothing is left to be."""
        return self.current is None and not self.ahead

    def is_early(self, local_now: datetime) -> bool:
        """Tell whether a meeting that is closed now would end before anybody expects it."""
        return bool(self.ahead) or self.meeting.ends - local_now > EARLY


class NotOpen(BotError):
    """Something was said to a meeting that is not open."""


class SeveralOpen(BotError):
    """Something was said to a meeting, mostly to the open one, and several may be meant."""

    def __init__(self, *, meetings: Sequence[Meeting]) -> None:
        super().__init__(f"{len(meetings)} meetings may be meant")
        self.meetings = tuple(meetings)


class NothingToOpen(BotError):
    """No meeting is planned for about now."""


class AlreadyOpen(BotError):
    """The meeting is open, or was held already."""


class NoSuchItem(BotError):
    """Words after /item that name none of the items, or more than one."""

    def __init__(self, *, said: str, items: Sequence[Item]) -> None:
        super().__init__(f"none of {len(items)} items")
        self.is_title = any(map(str.isalpha, said))
        """A new item could be called so; "9" is none."""
        self.said, self.items = said, tuple(items)


class ClosedForGood(BotError):
    """A meeting was to be opened again that was closed hours ago, or whose minutes are out."""


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


def prepared_until(meeting: Meeting, now: datetime) -> datetime:
    """Return until when a meeting that nobody opened is prepared (an instant).

    That is its start; after it, its planned end: people are late, and open it then.
    """
    return meeting.starts_at if now < meeting.starts_at else meeting.ends_at


def can_reopen(drafted_at: datetime | None, now: datetime) -> bool:
    """Tell whether a meeting can go on that was closed: its minutes were drafted in that moment.

    None: they are out, or there are none.
    """
    return drafted_at is not None and now <= drafted_at + REOPENED_WITHIN


def last_done(items: Sequence[Timed]) -> int | None:
    """Return the id of the last item, in their order, that was dealt with."""
    return next((one.item.id for one in reversed(items) if one.is_done), None)


def new_item(text: str, words: Words, *, needs_colon: bool = True) -> str | None:
    """Return what follows `new:` in any language; None if the text does not begin so.

    Without `needs_colon` it is enough that something follows the word: "new Security".
    """
    head, colon, rest = text.partition(":")
    if colon and _words(head) in words[AgendaWord.NEW]:
        return rest.strip()
    parts = text.split()
    for length in range(0 if needs_colon else len(parts) - 1, 0, -1):
        if _words(" ".join(parts[:length])) in words[AgendaWord.NEW]:
            return " ".join(parts[length:]).lstrip("-\u2013\u2014;, ") or None
    return None


def is_new_alone(text: str, words: Words) -> bool:
    """Tell whether a text is nothing but "new" or "new:", in any language."""
    return bool(text) and _words(text.strip(" :")) in words[AgendaWord.NEW]


def named_item(items: Sequence[Timed], said: str, words: Words) -> int:
    """Return the id of the item that somebody means: by its number, or by words of its title.

    `words` are what people call the items that stand on every agenda, in every language.

    Raises:
        NoSuchItem: it is none of them, or may be several.
    """
    wanted = said.strip().rstrip(".")
    if wanted.isdecimal():
        found = [one.item.id for at, one in enumerate(items, 1) if at == int(wanted)]
    else:
        tokens = _words(wanted)
        found = [
            one.item.id
            for one in items
            if tokens and any(_begins_each(tokens, name) for name in _names(one.item, words))
        ]
    if len(found) != 1:
        raise NoSuchItem(said=said, items=[one.item for one in items])
    return found[0]


def _names(item: Item, words: Words) -> Collection[tuple[str, ...]]:
    if item.title or item.routine is None:
        return [_words(item.title)]
    return words.get(AgendaWord(item.routine), frozenset())


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in phrase(text) if any(map(str.isalnum, word)))


def _begins_each(said: Sequence[str], title: Sequence[str]) -> bool:
    """Tell whether each word that was said begins a word of a title: "water" for "Water trucks"."""
    return all(any(word.startswith(one) for word in title) for one in said)


def time_up(items: Sequence[Timed], current: int | None, since: datetime) -> datetime | None:
    """Return when the time of the current item is up, which is dealt with `since` (instants)."""
    here = next((one for one in items if one.item.id == current), None)
    if here is None:
        return None
    return since + timedelta(minutes=here.item.minutes) - here.spent


def next_item(items: Sequence[Timed], current: int | None) -> int | None:
    """Return the id of the item that comes after `current`: the first that is still to come.

    After the last, what was passed over comes up again; None if nothing is left.
    """
    order = [one.item.id for one in items]
    at = order.index(current) + 1 if current in order else 0
    left = [one.item.id for one in (*items[at:], *items[:at]) if not one.is_done]
    return next((key for key in left if key != current), None)
