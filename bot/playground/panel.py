"""The panel "behind the scenes": what is due, what waits, what is used up, and how to make it fail.

What the bot knows comes from the program around the playground; what Telegram does is arranged
here. The words stand in `templates/playground/panel.html`.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.playground.faults import Fault, FaultKind, Spoiled
from bot.playground.people import Impossible
from bot.playground.state import BotPlace, Chat, ChatKind, Json
from bot.playground.telegram import FakeTelegram

RETRY_AFTER = 5
"""Seconds for which a queued 429 asks."""
MOST_TIMES = 3
_LINES = 5
"""How many spoiled calls are listed."""
_SPOILED_METHOD = "sendMessage"


@dataclass(frozen=True)
class Due:
    """Something that the clock will bring about by itself."""

    kind: str
    at: datetime
    wall: datetime
    """The same instant on the wall, in `zone`."""
    zone: str
    group: str
    chat_id: int | None
    """Where it will be said; None: to some people in private."""
    meeting: datetime | None
    """When the meeting begins that it is about, on the wall; None: it is about none."""


class Hold(StrEnum):
    """Why a message has not been delivered yet."""

    TURN = "turn"
    ON_ITS_WAY = "on-its-way"
    TRYING_AGAIN = "trying-again"
    PAUSED = "paused"
    """Telegram asked for patience (429)."""
    CLOSED = "closed"
    """The bot may not write there: thrown out, blocked, never started."""


class Ending(StrEnum):
    """How a message ended that never arrived."""

    FAILED = "failed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    OVER_BUDGET = "over-budget"


@dataclass(frozen=True)
class Waiting:
    """A message that waits to be sent, or to be changed."""

    chat_id: int
    line: str
    hold: Hold
    since: datetime | None
    """When it was decided, if that is known still."""
    next_try: datetime | None
    attempts: int


@dataclass(frozen=True)
class Ended:
    """A message that did not arrive."""

    chat_id: int
    line: str
    how: Ending
    at: datetime
    reason: str
    """What Telegram said, in its own words; empty if it was not asked."""


@dataclass(frozen=True)
class Used:
    """What was said unasked to a group or a person this week, and how much may be."""

    name: str
    is_group: bool
    made: int
    limit: int

    @property
    def is_all(self) -> bool:
        """Whether nothing more will be said with a sound (to a person: at all)."""
        return self.made >= self.limit


@dataclass(frozen=True)
class Behind:
    """What the program knows that no chat shows."""

    due: Sequence[Due]
    waiting: Sequence[Waiting]
    waiting_count: int
    ended: Sequence[Ended]
    ended_count: int
    used: Sequence[Used]
    """All groups, and the people who were written to."""
    others: int
    """How many people were not written to."""
    patience: timedelta
    """How long the bot waits for an answer before it tries again."""


class Backstage(Protocol):
    """What the panel needs from the program around the playground."""

    def zone(self) -> str:
        """Return the IANA time zone in which the panel shows what has none of its own."""

    async def behind(self) -> Behind:
        """Return what the program knows that no chat shows."""

    def render(self, template: str, language: str, **facts: object) -> str:
        """Return a template (a path under `templates/`) as HTML in a language."""


class Trouble(StrEnum):
    """What a visitor can do to the bot."""

    TOO_MANY = "too-many"
    SERVER_ERROR = "server-error"
    HTML = "html"
    SILENCE = "silence"
    CLEAR = "clear"
    KICK = "kick"
    BRING_BACK = "bring-back"
    BLOCK = "block"
    UNBLOCK = "unblock"
    MIGRATE = "migrate"
    FORUM = "forum"
    OPEN_TOPIC = "open-topic"
    CLOSE_TOPIC = "close-topic"
    REOPEN_TOPIC = "reopen-topic"
    TWICE = "twice"
    REVERSED = "reversed"
    IN_ORDER = "in-order"


@dataclass(frozen=True)
class Wish:
    """What a visitor asks for, as which person and in which chat; a topic by number or name."""

    what: Trouble
    person: int
    chat: int
    times: int = 1
    topic: int = 0
    name: str = ""


FAULTS = {
    Trouble.TOO_MANY: Fault.too_many(RETRY_AFTER, method=_SPOILED_METHOD),
    Trouble.SERVER_ERROR: Fault(FaultKind.ERROR, _SPOILED_METHOD),
    Trouble.HTML: Fault(FaultKind.BAD_GATEWAY, _SPOILED_METHOD),
    Trouble.SILENCE: Fault(FaultKind.SILENCE_AFTER, _SPOILED_METHOD),
}
"""What each button queues for the next new message of the bot, in whatever chat."""


class Panel:
    """Shows what is behind the scenes, and does what its buttons say."""

    def __init__(self, telegram: FakeTelegram, backstage: Backstage) -> None:
        """Arrange trouble in `telegram`; everything else comes from `backstage`."""
        self._telegram = telegram
        self._backstage = backstage

    async def html(self, language: str, person: int, chat_id: int) -> str:
        """Return the panel's inside, as a person sees it who has a chat open (0: none)."""
        telegram = self._telegram
        chat = telegram.find_chat(chat_id)
        if chat is not None and (chat.migrated_to is not None or person not in chat.members):
            chat = None
        zone = ZoneInfo(self._backstage.zone())
        someone = next((user for user in telegram.people() if user.id == person), None)
        named = map(_trouble_of, telegram.faults.waiting)
        queued = Counter(trouble for trouble in named if trouble is not None)
        return self._backstage.render(
            "playground/panel.html",
            language,
            behind=await self._backstage.behind(),
            now=telegram.now().astimezone(zone),
            zone=zone,
            title=self._title,
            chats={chat.id for chat in telegram.chats_of(person)},
            queued=queued,
            spoiled=self._spoiled(),
            chat=chat if chat is not None and chat.is_group else None,
            is_in=chat is not None and chat.bot_place is BotPlace.MEMBER,
            can_migrate=chat is not None and chat.kind is ChatKind.GROUP,
            can_be_forum=chat is not None and _can_be_forum(chat),
            someone=someone,
            can_repeat=telegram.updates.newest is not None,
            is_reversing=telegram.updates.is_reversing,
            retry_after=RETRY_AFTER,
            most_times=MOST_TIMES,
        )

    def make(self, wish: Wish, language: str) -> Json:
        """Do what a visitor asks for, and return what to expect now, in words.

        Raises:
            Impossible: Telegram does not allow it.
        """
        moved_to = self._make(wish)
        self._telegram.announce()
        said = self._backstage.render("playground/done.txt", language, what=wish.what.value)
        return {"said": said.strip(), "chat": moved_to}

    def _make(self, wish: Wish) -> int | None:
        """Do it; return the chat in which the talk goes on, if that is another one now."""
        telegram = self._telegram
        if wish.what in FAULTS:
            if not 1 <= wish.times <= MOST_TIMES:
                reason = f"a fault comes 1 to {MOST_TIMES} times"
                raise Impossible(reason)
            telegram.faults.add(FAULTS[wish.what], times=wish.times)
            return None
        if wish.what is Trouble.MIGRATE:
            return telegram.migrate(self._group(wish).id)
        deeds: dict[Trouble, Callable[[], object]] = {
            Trouble.CLEAR: telegram.faults.clear,
            Trouble.KICK: lambda: telegram.kick(self._group(wish).id, by=wish.person),
            Trouble.BRING_BACK: lambda: telegram.bring_back(self._group(wish).id, by=wish.person),
            Trouble.BLOCK: lambda: telegram.block(self._person(wish)),
            Trouble.UNBLOCK: lambda: telegram.unblock(self._person(wish)),
            Trouble.FORUM: lambda: telegram.make_forum(self._group(wish).id),
            Trouble.OPEN_TOPIC: lambda: self._open_topic(wish),
            Trouble.CLOSE_TOPIC: lambda: telegram.close_topic(*self._topic(wish)),
            Trouble.REOPEN_TOPIC: lambda: telegram.reopen_topic(*self._topic(wish)),
            Trouble.TWICE: telegram.redeliver_newest,
            Trouble.REVERSED: telegram.reverse_updates,
            Trouble.IN_ORDER: lambda: telegram.reverse_updates(is_wanted=False),
        }
        deeds[wish.what]()
        return None

    def _group(self, wish: Wish) -> Chat:
        chat = self._telegram.find_chat(wish.chat)
        if chat is None or not chat.is_group or wish.person not in chat.members:
            reason = "the person is in no such group"
            raise Impossible(reason)
        return chat

    def _person(self, wish: Wish) -> int:
        if wish.person not in [user.id for user in self._telegram.people()]:
            reason = "there is no such person"
            raise Impossible(reason)
        return wish.person

    def _open_topic(self, wish: Wish) -> None:
        chat = self._group(wish)
        if not wish.name or wish.name in [topic.name for topic in chat.topics.values()]:
            reason = "a topic needs a name of its own"
            raise Impossible(reason)
        self._telegram.open_topic(chat.id, wish.name, by=wish.person)

    def _topic(self, wish: Wish) -> tuple[int, int]:
        chat = self._group(wish)
        topic = chat.topics.get(wish.topic)
        if topic is None or topic.is_closed is (wish.what is Trouble.CLOSE_TOPIC):
            reason = "there is no such topic, or it is so already"
            raise Impossible(reason)
        return chat.id, wish.topic

    def _title(self, chat_id: int) -> str:
        """Return what a chat is called: a group by its title, a private one by its person."""
        chat = self._telegram.find_chat(chat_id)
        if chat is None:
            return str(chat_id)
        return chat.title if chat.is_group else self._telegram.user(chat_id).name

    def _spoiled(self) -> list[tuple[Trouble, Spoiled]]:
        """Return the newest calls that were spoiled from here, newest first."""
        newest = list(self._telegram.spoiled)[::-1]
        named = [(_trouble_of(one.fault), one) for one in newest]
        return [(trouble, one) for trouble, one in named if trouble is not None][:_LINES]


def _trouble_of(fault: Fault) -> Trouble | None:
    """Return by which button a fault was queued; None: by none of the panel's."""
    return next((trouble for trouble, queued in FAULTS.items() if queued == fault), None)


def _can_be_forum(chat: Chat) -> bool:
    return chat.kind is ChatKind.SUPERGROUP and not chat.is_forum
