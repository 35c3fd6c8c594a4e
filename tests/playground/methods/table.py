"""A row of the tables: what is done first, a call, and the whole answer of Telegram."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from telegram import TelegramObject

from bot.playground.state import BotPlace
from bot.playground.telegram import FakeTelegram
from tests.playground.world import (
    AMINA,
    BARAKA,
    BOT,
    GROUP,
    START,
    SUPERGROUP,
    CallApi,
    Json,
    StandingClock,
)

NOW = int(START.timestamp())
LATER = NOW + 5
FIRST_UPDATE = 100_000_001
FIRST_TAP = str((BOT << 24) + 1)

NO_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}
ANY_GIFTS = dict.fromkeys(NO_GIFTS, True)
BOT_USER: Json = {"id": BOT, "is_bot": True, "first_name": "Baraza", "username": "baraza_bot"}
AMINA_USER: Json = {
    "id": AMINA,
    "is_bot": False,
    "first_name": "Amina",
    "last_name": "Noor",
    "username": "amina",
    "language_code": "sw",
}
BARAKA_USER: Json = {"id": BARAKA, "is_bot": False, "first_name": "Baraka"}
AMINA_CHAT: Json = {
    "id": AMINA,
    "first_name": "Amina",
    "last_name": "Noor",
    "username": "amina",
    "type": "private",
}
GROUP_CHAT: Json = {
    "id": GROUP,
    "title": "Wajir",
    "type": "group",
    "all_members_are_administrators": True,
    "accepted_gift_types": NO_GIFTS,
}
SUPER_CHAT: Json = {"id": SUPERGROUP, "title": "Garissa", "type": "supergroup"}
FORUM_CHAT: Json = SUPER_CHAT | {"is_forum": True}
STARTED: Json = {
    "message_id": 1,
    "from": AMINA_USER,
    "chat": AMINA_CHAT,
    "date": NOW,
    "text": "/start",
    "entities": [{"offset": 0, "length": 6, "type": "bot_command"}],
}
"""The first message of the world: Amina has started the bot."""


@dataclass(frozen=True)
class Stage:
    """Where a row is played."""

    telegram: FakeTelegram
    api: CallApi
    clock: StandingClock

    async def sent(self, chat: int = AMINA, text: str = "hello", **params: object) -> int:
        """Let the bot send something a while ago, and return the number of the message."""
        method = params.pop("method", "sendMessage")
        answer = await self.api(method, chat_id=chat, text=text, **params)
        assert answer["ok"], answer
        self.clock.move(5)
        number: int = answer["result"]["message_id"]
        return number


_More = Mapping[str, Any] | None
Before = Callable[[Stage], _More | Awaitable[_More]]


def _nothing(_: Stage) -> None:
    pass


@dataclass(frozen=True)
class Row:
    """One case. `before` prepares, and returns parameters that are known only then."""

    id: str
    params: Mapping[str, Any]
    answer: Json
    before: Before = _nothing
    file: tuple[str, bytes] | None = None
    """The name and content of a file that goes with the call as `document`."""
    given: tuple[str, ...] = field(default=())
    """The names of the parameters that `before` returns."""

    @property
    def names(self) -> frozenset[str]:
        """The parameters that are shown to work; a refusal shows that of none."""
        if not self.answer["ok"]:
            return frozenset()
        return frozenset({*self.params, *self.given, *(["document"] if self.file else [])})


UNDOCUMENTED = {
    "Chat": {"all_members_are_administrators", "accepted_gift_types"},
    "ChatFullInfo": {"all_members_are_administrators", "can_send_gift"},
    "ChatPermissions": {"can_send_media_messages"},
    "Message": {"new_chat_member", "new_chat_participant", "left_chat_participant"},
}
"""Fields that the server sends (telegram-bot-api, `Json…`) though the documentation is silent."""


def unnamed(found: object) -> set[str]:
    """Return the fields in an object of python-telegram-bot, or within it, that nobody knows."""
    if isinstance(found, list | tuple):
        return set().union(*(unnamed(each) for each in found))
    if not isinstance(found, TelegramObject):
        return set()
    kind = type(found).__name__
    strange = {f"{kind}.{name}" for name in set(found.api_kwargs) - UNDOCUMENTED.get(kind, set())}
    return strange.union(*(unnamed(value) for value in vars_of(found)))


def vars_of(found: TelegramObject) -> list[object]:
    """Return the values of an object's own fields."""
    names = [name for kind in type(found).__mro__ for name in getattr(kind, "__slots__", ())]
    return [getattr(found, name, None) for name in names if not name.startswith("_")]


def ok(result: object) -> Json:
    """Return the answer to a call that succeeds."""
    return {"ok": True, "result": result}


def refused(code: int, description: str, **parameters: int) -> Json:
    """Return the answer to a call that is refused."""
    answer: Json = {"ok": False, "error_code": code, "description": description}
    return answer | ({"parameters": parameters} if parameters else {})


def bad(reason: str) -> Json:
    """Return the answer to a call that is wrong."""
    return refused(400, f"Bad Request: {reason}")


def unknown(name: str, method: str) -> Row:
    """Return the row of a parameter that exists in Telegram, but not here."""
    reason = f'the playground knows no parameter "{name}" of {method}'
    return Row("a parameter that is not imitated", {name: "1"}, bad(reason))


def said(number: int, chat: Json, text: str = "hello", **fields: object) -> Json:
    """Return a `Message` of the bot."""
    message = {"message_id": number, "from": BOT_USER, "chat": chat, "date": NOW, "text": text}
    return message | fields


# --- What is done first, in several tables --------------------------------------------------------


def block(stage: Stage) -> None:
    """Amina stops the bot."""
    stage.telegram.block(AMINA)


def deactivate(stage: Stage) -> None:
    """Amina deletes her account."""
    stage.telegram.deactivate(AMINA)


def kick(stage: Stage) -> None:
    """The bot is thrown out of both groups."""
    stage.telegram.kick(GROUP)
    stage.telegram.kick(SUPERGROUP)


def leave(stage: Stage) -> None:
    """The bot is in no group."""
    for chat in (GROUP, SUPERGROUP):
        stage.telegram.chat(chat).bot_place = BotPlace.LEFT


def upgrade(stage: Stage) -> None:
    """The group becomes a supergroup."""
    stage.telegram.migrate(GROUP)


def mute(stage: Stage) -> None:
    """Only administrators may write in the groups."""
    stage.telegram.mute(GROUP)
    stage.telegram.mute(SUPERGROUP)


def make_forum(stage: Stage) -> None:
    """The supergroup gets topics."""
    stage.telegram.make_forum(SUPERGROUP)


UPGRADED = refused(
    400,
    "Bad Request: group chat was upgraded to a supergroup chat",
    migrate_to_chat_id=-1000000000500,
)
"""The answer after `upgrade`."""
