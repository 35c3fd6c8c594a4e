"""A row of the tables: what is done first, a call, and the whole answer of Telegram."""

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
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
    """The name and content of a file that goes with the call."""
    upload: str = "document"
    """The parameter that the file is."""
    given: tuple[str, ...] = field(default=())
    """The names of the parameters that `before` returns."""

    @property
    def names(self) -> frozenset[str]:
        """The parameters that are shown to work, and their fields; a refusal shows that of none."""
        if not self.answer["ok"]:
            return frozenset()
        uploaded = [self.upload] if self.file else []
        return frozenset({*fields_in(self.params), *self.given, *uploaded})

    @property
    def tags(self) -> frozenset[str]:
        """The marks of HTML that are shown to work."""
        if not self.answer["ok"] or self.params.get("parse_mode") != "HTML":
            return frozenset()
        return tags_in(str(self.params.get("text") or self.params.get("caption")))


def fields_in(params: Mapping[str, Any], within: str = "") -> Iterator[str]:
    """Name the parameters of a call, and each field in them: `reply_parameters.message_id`."""
    for name, value in params.items():
        path = f"{within}{name}"
        yield path
        inner = _read(value) if not within else value
        for each in _objects(inner):
            yield from fields_in(each, f"{path}.")


def _read(value: object) -> object:
    """Return what a parameter holds: a form brings objects as their JSON."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return None
    return value


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)


_TAG = re.compile(r"<([a-z][a-z-]*)(?: +([a-z]+))?[^<>]*>")


def tags_in(source: str) -> frozenset[str]:
    """Return the tags in a text or a template, each with its attribute: those that end there."""
    return frozenset(
        f"{name} {attribute}".strip()
        for name, attribute in _TAG.findall(source)
        if f"</{name}>" in source
    )


UNDOCUMENTED = {
    "Chat": {"all_members_are_administrators", "accepted_gift_types"},
    "ChatFullInfo": {"all_members_are_administrators", "can_send_gift"},
    "ChatPermissions": {"can_send_media_messages"},
    "Message": {
        *("new_chat_member", "new_chat_participant", "left_chat_participant"),
        *("forward_from", "forward_from_chat", "forward_date"),
    },
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


def _mark(kind: str, offset: int, length: int, **fields: object) -> Json:
    return {"offset": offset, "length": length, "type": kind} | fields


BUTTONS: Json = {
    "inline_keyboard": [
        [{"text": "✅ Coming", "callback_data": "answer:1:coming"}],
        [{"text": "Map", "url": "https://example.org/"}],
        [{"text": "Remove", "callback_data": "x", "style": "danger"}],
    ]
}

PROMPT: Json = {
    "force_reply": True,
    "input_field_placeholder": "Your words",
    "selective": True,
}
"""A reply that is asked for, with everything that can be said of it."""

MARKED: tuple[tuple[str, str, str, tuple[Json, ...]], ...] = (
    ("bold", "<b>Wajir</b>", "Wajir", (_mark("bold", 0, 5),)),
    ("struck out", "<s>10:00</s> 11:00", "10:00 11:00", (_mark("strikethrough", 0, 5),)),
    (
        "a command to be copied is none to be tapped",
        "Write <code>/chair Amina</code>",
        "Write /chair Amina",
        (_mark("code", 6, 12),),
    ),
    (
        "a block to be copied, with an address that is no link",
        "<pre>Open it:\nhttps://t.me/baraza_bot?start=a</pre>",
        "Open it:\nhttps://t.me/baraza_bot?start=a",
        (_mark("pre", 0, 40),),
    ),
    (
        "a name that is a link",
        '• <a href="https://t.me/c/500/2">Wajir</a>',
        "• Wajir",
        (_mark("text_link", 2, 5, url="https://t.me/c/500/2"),),
    ),
    (
        "a link on a character that nobody sees",
        'Your words? <a href="https://t.me/baraza_bot?start=a">\u2060</a>',
        "Your words? \u2060",
        (_mark("text_link", 12, 1, url="https://t.me/baraza_bot?start=a"),),
    ),
    (
        "a link on a blank without width, in front",
        '<a href="https://t.me/baraza_bot?start=a">&#8203;</a>Your words?',
        "\u200bYour words?",
        (_mark("text_link", 0, 1, url="https://t.me/baraza_bot?start=a"),),
    ),
    (
        "a quote that can be unfolded",
        "😀 <b>When?</b>\n\n<blockquote expandable>😀 <b>Lini?</b></blockquote>",
        "😀 When?\n\n😀 Lini?",
        (_mark("bold", 3, 5), _mark("expandable_blockquote", 10, 8), _mark("bold", 13, 5)),
    ),
    (
        "a quote that stands open",
        "They answer:\n<blockquote>We meet\n<b>later</b></blockquote>",
        "They answer:\nWe meet\nlater",
        (_mark("blockquote", 13, 13), _mark("bold", 21, 5)),
    ),
    (
        "a quote of nothing but one mark",
        "When?\n<blockquote expandable><b>Lini?</b></blockquote>",
        "When?\nLini?",
        (_mark("expandable_blockquote", 6, 5), _mark("bold", 6, 5)),
    ),
    (
        "everything in a quote",
        "<blockquote expandable><s>10</s> <code>11</code> /when <pre>12</pre></blockquote>",
        "10 11 /when 12",
        (
            _mark("expandable_blockquote", 0, 14),
            _mark("strikethrough", 0, 2),
            _mark("code", 3, 2),
            _mark("bot_command", 6, 5),
            _mark("pre", 12, 2),
        ),
    ),
)
"""What the bot's messages are marked with: a name, the source, the text, and its entities."""


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
