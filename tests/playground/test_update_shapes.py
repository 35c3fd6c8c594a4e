"""Every kind of update that the bot reads: whole, and understood by python-telegram-bot."""

import ast
import inspect
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import telegram as ptb

from bot.playground.objects import ANONYMOUS_ADMIN, CHANNEL
from bot.playground.telegram import FakeTelegram
from tests.playground.methods.table import (
    AMINA_CHAT,
    AMINA_USER,
    BARAKA_USER,
    BOT_USER,
    FIRST_TAP,
    FORUM_CHAT,
    GROUP_CHAT,
    LATER,
    NOW,
    SUPER_CHAT,
    Stage,
    said,
    unnamed,
)
from tests.playground.world import (
    AMINA,
    BARAKA,
    GROUP,
    MARKUP,
    STRANGER,
    SUPERGROUP,
    CallApi,
    Json,
    StandingClock,
)

STRANGER_USER: Json = {"id": STRANGER, "is_bot": False, "first_name": "Stranger"}
NEW_CHAT: Json = {"id": -1000000000500, "title": "Wajir", "type": "supergroup"}


@dataclass(frozen=True)
class Row:
    """What somebody does, and the updates that the bot is sent for it."""

    id: str
    act: Callable[[Stage], object]
    updates: list[Json]


def one(name: str, act: Callable[[Stage], object], **update: Json) -> Row:
    return Row(name, act, [update])


def message(number: int, author: Json, chat: Json, **fields: object) -> Json:
    return {"message_id": number, "from": author, "chat": chat, "date": NOW} | fields


def command(name: str) -> Json:
    entity = {"offset": 0, "length": len(name), "type": "bot_command"}
    return {"text": name, "entities": [entity]}


# --- What people write ----------------------------------------------------------------------------


def edit(stage: Stage) -> None:
    number = stage.telegram.write(AMINA, GROUP, "/when")
    stage.telegram.updates.clear()
    stage.clock.move(5)
    stage.telegram.edit(AMINA, GROUP, number, "/when?")


async def reply_to_the_bot(stage: Stage) -> None:
    number = await stage.sent(GROUP)
    stage.telegram.write(BARAKA, GROUP, "yes", reply_to=number)


def reply_in_a_thread(stage: Stage) -> None:
    first = stage.telegram.write(AMINA, SUPERGROUP, "good morning")
    second = stage.telegram.write(AMINA, SUPERGROUP, "good evening", reply_to=first)
    stage.telegram.write(AMINA, SUPERGROUP, "/help", reply_to=second)


async def reply_to_a_marked_message(stage: Stage) -> None:
    number = await stage.sent(text=LINKED, parse_mode="HTML")
    stage.telegram.write(AMINA, AMINA, "water is short", reply_to=number)


async def reply_to_a_protected_message(stage: Stage) -> None:
    number = await stage.sent(protect_content=True)
    stage.telegram.write(AMINA, AMINA, "we look into it", reply_to=number)


async def reply_to_what_is_deleted(stage: Stage) -> None:
    number = await stage.sent()
    assert (await stage.api("deleteMessage", chat_id=AMINA, message_id=number))["ok"]
    stage.telegram.write(AMINA, AMINA, "water is short", reply_to=number)


async def edit_of_a_reply(stage: Stage) -> None:
    await reply_to_a_marked_message(stage)
    stage.telegram.updates.clear()
    stage.clock.move(5)
    stage.telegram.edit(AMINA, AMINA, 3, "water is very short")


async def edit_of_a_reply_to_what_was_deleted_since(stage: Stage) -> None:
    await reply_to_a_marked_message(stage)
    stage.telegram.updates.clear()
    assert (await stage.api("deleteMessage", chat_id=AMINA, message_id=2))["ok"]
    stage.telegram.edit(AMINA, AMINA, 3, "water is very short")


async def forward(stage: Stage) -> None:
    number = await stage.sent(text=LINKED, parse_mode="HTML", reply_markup=MARKUP)
    stage.telegram.forward(AMINA, AMINA, number, to=AMINA)


async def forward_with_a_link_under_it(stage: Stage) -> None:
    number = await stage.sent(reply_markup=MAP)
    stage.telegram.forward(AMINA, AMINA, number, to=AMINA)


async def forward_of_a_forward(stage: Stage) -> None:
    await forward(stage)
    stage.telegram.updates.clear()
    stage.clock.move(5)
    stage.telegram.forward(AMINA, AMINA, 3, to=AMINA)


async def reply_to_a_forward(stage: Stage) -> None:
    await forward(stage)
    stage.telegram.updates.clear()
    stage.telegram.write(AMINA, AMINA, "water is short", reply_to=3)


def forward_of_an_anonymous_admin(stage: Stage) -> None:
    number = stage.telegram.write_as_anonymous_admin(SUPERGROUP, "good morning")
    stage.telegram.forward(AMINA, SUPERGROUP, number, to=AMINA)


def forward_of_a_picture(stage: Stage) -> None:
    number = stage.telegram.send_photo(BARAKA, GROUP, PNG, caption="Here /when")
    stage.telegram.forward(AMINA, GROUP, number, to=AMINA)


def forward_of_a_sticker(stage: Stage) -> None:
    number = stage.telegram.send_sticker(BARAKA, GROUP, "👍")
    stage.telegram.forward(AMINA, GROUP, number, to=AMINA)


LINKED = '<a href="https://t.me/baraza_bot?start=a">\u2060</a><b>Your words?</b>'
"""What the bot asks, with a link that nobody sees."""
LINKS: Json = {
    "text": "\u2060Your words?",
    "entities": [
        {
            "offset": 0,
            "length": 1,
            "type": "text_link",
            "url": "https://t.me/baraza_bot?start=a",
        },
        {"offset": 1, "length": 11, "type": "bold"},
    ],
}
MAP: Json = {"inline_keyboard": [[{"text": "Map", "url": "https://example.org/"}]]}


def first_of(author: Json, date: int = NOW) -> Json:
    """Return what a copy says of whoever wrote it first."""
    origin = {"type": "user", "sender_user": author, "date": date}
    return {"forward_origin": origin, "forward_from": author, "forward_date": date}


STICKER: Json = {
    "sticker": {
        "file_id": "sticker-1f44d",
        "file_unique_id": "1f44d",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": "👍",
    }
}
EVENING = message(2, AMINA_USER, SUPER_CHAT, message_thread_id=1, text="good evening")

WRITTEN = (
    one(
        "words in private, with what is found in them",
        lambda stage: stage.telegram.write(
            AMINA, AMINA, "Hello @baraza_bot, /when? 😀 https://example.org"
        ),
        message=message(
            2,
            AMINA_USER,
            AMINA_CHAT,
            text="Hello @baraza_bot, /when? 😀 https://example.org",
            entities=[
                {"offset": 6, "length": 11, "type": "mention"},
                {"offset": 19, "length": 5, "type": "bot_command"},
                {"offset": 29, "length": 19, "type": "url"},
            ],
        ),
    ),
    one(
        "a command in a group",
        lambda stage: stage.telegram.write(AMINA, GROUP, "/when"),
        message=message(2, AMINA_USER, GROUP_CHAT, **command("/when")),
    ),
    one(
        "an answer to the bot",
        reply_to_the_bot,
        message=message(
            3, BARAKA_USER, GROUP_CHAT, text="yes", reply_to_message=said(2, GROUP_CHAT)
        )
        | {"date": LATER},
    ),
    one(
        "an answer in a plain thread, which is no topic",
        reply_in_a_thread,
        message=message(
            3,
            AMINA_USER,
            SUPER_CHAT,
            message_thread_id=1,
            reply_to_message=EVENING,
            **command("/help"),
        ),
    ),
    one(
        "an answer in private shows who asked what, when, and each mark in it",
        reply_to_a_marked_message,
        message=message(
            3,
            AMINA_USER,
            AMINA_CHAT,
            text="water is short",
            reply_to_message=said(2, AMINA_CHAT, **LINKS),
        )
        | {"date": LATER},
    ),
    one(
        "an answer to what cannot be passed on shows that",
        reply_to_a_protected_message,
        message=message(
            3,
            AMINA_USER,
            AMINA_CHAT,
            text="we look into it",
            reply_to_message=said(2, AMINA_CHAT, has_protected_content=True),
        )
        | {"date": LATER},
    ),
    one(
        "an answer to what is deleted answers nothing",
        reply_to_what_is_deleted,
        message=message(3, AMINA_USER, AMINA_CHAT, text="water is short") | {"date": LATER},
    ),
    one(
        "a sticker",
        lambda stage: stage.telegram.send_sticker(AMINA, AMINA, "👍"),
        message=message(
            2,
            AMINA_USER,
            AMINA_CHAT,
            **STICKER,
        ),
    ),
    one(
        "a change",
        edit,
        edited_message=message(
            2, AMINA_USER, GROUP_CHAT, edit_date=LATER, **command("/when") | {"text": "/when?"}
        ),
    ),
    one(
        "a change of an answer shows what it answers",
        edit_of_a_reply,
        edited_message=message(
            3,
            AMINA_USER,
            AMINA_CHAT,
            edit_date=LATER + 5,
            text="water is very short",
            reply_to_message=said(2, AMINA_CHAT, **LINKS),
        )
        | {"date": LATER},
    ),
    one(
        "a change of an answer to what was deleted since",
        edit_of_a_reply_to_what_was_deleted_since,
        edited_message=message(
            3, AMINA_USER, AMINA_CHAT, edit_date=LATER, text="water is very short"
        )
        | {"date": LATER},
    ),
    one(
        "a message of the bot passed on to it, without its buttons",
        forward,
        message=message(3, AMINA_USER, AMINA_CHAT, **first_of(BOT_USER), **LINKS) | {"date": LATER},
    ),
    one(
        "a message of the bot passed on, with buttons that lead somewhere",
        forward_with_a_link_under_it,
        message=message(
            3, AMINA_USER, AMINA_CHAT, **first_of(BOT_USER), text="hello", reply_markup=MAP
        )
        | {"date": LATER},
    ),
    one(
        "what was passed on twice is of whoever wrote it first",
        forward_of_a_forward,
        message=message(4, AMINA_USER, AMINA_CHAT, **first_of(BOT_USER), **LINKS)
        | {"date": LATER + 5},
    ),
    one(
        "an answer to what was passed on shows both, who did and who wrote",
        reply_to_a_forward,
        message=message(
            4,
            AMINA_USER,
            AMINA_CHAT,
            text="water is short",
            reply_to_message=message(3, AMINA_USER, AMINA_CHAT, **first_of(BOT_USER), **LINKS)
            | {"date": LATER},
        )
        | {"date": LATER},
    ),
    one(
        "the words of an anonymous administrator passed on are of the group",
        forward_of_an_anonymous_admin,
        message=message(
            2,
            AMINA_USER,
            AMINA_CHAT,
            forward_origin={"type": "chat", "sender_chat": SUPER_CHAT, "date": NOW},
            forward_from_chat=SUPER_CHAT,
            forward_date=NOW,
            text="good morning",
        ),
    ),
    one(
        "an anonymous administrator",
        lambda stage: stage.telegram.write_as_anonymous_admin(SUPERGROUP, "/meeting"),
        message=message(
            1,
            {
                "id": ANONYMOUS_ADMIN.id,
                "is_bot": True,
                "first_name": "Group",
                "username": "GroupAnonymousBot",
            },
            SUPER_CHAT,
            sender_chat=SUPER_CHAT,
            **command("/meeting"),
        ),
    ),
    one(
        "a channel",
        lambda stage: stage.telegram.write_as_channel(SUPERGROUP, "/meeting", title="News"),
        message=message(
            1,
            {
                "id": CHANNEL.id,
                "is_bot": True,
                "first_name": "Channel",
                "username": "Channel_Bot",
            },
            SUPER_CHAT,
            sender_chat={"id": -1001999999999, "title": "News", "type": "channel"},
            **command("/meeting"),
        ),
    ),
)

# --- What people send beside words ----------------------------------------------------------------

# The smallest pictures and sounds of their kinds: what tells the kind and the size.
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\0\x02\0\0\0\x01"
OGG = b"OggS" + bytes(12)
CAPTION: Json = {
    "caption": "Here /when",
    "caption_entities": [
        {"offset": 5, "length": 5, "type": "bot_command"},
    ],
}


def photo(**fields: object) -> Json:
    size = {"file_id": "photo-1", "file_unique_id": "unique-1", "file_size": len(PNG)}
    return message(2, AMINA_USER, AMINA_CHAT, photo=[size | {"width": 2, "height": 1}], **fields)


ATTACHED = (
    one(
        "a picture",
        lambda stage: stage.telegram.send_photo(AMINA, AMINA, PNG),
        message=photo(),
    ),
    one(
        "a picture with words under it",
        lambda stage: stage.telegram.send_photo(AMINA, AMINA, PNG, caption="Here /when"),
        message=photo(**CAPTION),
    ),
    one(
        "a picture passed on",
        forward_of_a_picture,
        message=photo(**first_of(BARAKA_USER), **CAPTION) | {"message_id": 3},
    ),
    one(
        "a sticker passed on",
        forward_of_a_sticker,
        message=message(3, AMINA_USER, AMINA_CHAT, **first_of(BARAKA_USER), **STICKER),
    ),
    one(
        "a voice note",
        lambda stage: stage.telegram.send_voice(AMINA, AMINA, OGG, seconds=3),
        message=message(
            2,
            AMINA_USER,
            AMINA_CHAT,
            voice={
                "duration": 3,
                "mime_type": "audio/ogg",
                "file_id": "voice-1",
                "file_unique_id": "unique-1",
                "file_size": len(OGG),
            },
        ),
    ),
    one(
        "a file",
        lambda stage: stage.telegram.send_document(AMINA, AMINA, b"a", name="a.txt"),
        message=message(
            2,
            AMINA_USER,
            AMINA_CHAT,
            document={
                "file_name": "a.txt",
                "mime_type": "application/octet-stream",
                "file_id": "file-1",
                "file_unique_id": "unique-1",
                "file_size": 1,
            },
        ),
    ),
)

# --- What Telegram announces ----------------------------------------------------------------------


def came(member: Json) -> Json:
    return {"new_chat_participant": member, "new_chat_member": member, "new_chat_members": [member]}


def went(member: Json) -> Json:
    return {"left_chat_participant": member, "left_chat_member": member}


ANNOUNCED = (
    one(
        "somebody comes",
        lambda stage: stage.telegram.join(STRANGER, GROUP),
        message=message(2, STRANGER_USER, GROUP_CHAT, **came(STRANGER_USER)),
    ),
    one(
        "somebody leaves",
        lambda stage: stage.telegram.leave(BARAKA, GROUP),
        message=message(2, BARAKA_USER, GROUP_CHAT, **went(BARAKA_USER)),
    ),
    one(
        "another name",
        lambda stage: stage.telegram.rename(GROUP, "Wajir North"),
        message=message(
            2, AMINA_USER, GROUP_CHAT | {"title": "Wajir North"}, new_chat_title="Wajir North"
        ),
    ),
    Row(
        "the group becomes a supergroup",
        lambda stage: stage.telegram.migrate(GROUP),
        [
            {"message": message(2, AMINA_USER, GROUP_CHAT, migrate_to_chat_id=NEW_CHAT["id"])},
            {
                "message": message(
                    1,
                    {
                        "id": ANONYMOUS_ADMIN.id,
                        "is_bot": True,
                        "first_name": "Group",
                        "username": "GroupAnonymousBot",
                    },
                    NEW_CHAT,
                    sender_chat=NEW_CHAT,
                    migrate_from_chat_id=GROUP,
                )
            },
        ],
    ),
)

# --- Topics ---------------------------------------------------------------------------------------

TOPIC: Json = {"message_thread_id": 2, "is_topic_message": True}
OPENED = message(
    2,
    AMINA_USER,
    FORUM_CHAT,
    forum_topic_created={"name": "Water", "icon_color": 7322096},
    **TOPIC,
)


def opened(stage: Stage) -> None:
    stage.telegram.make_forum(SUPERGROUP)
    stage.telegram.open_topic(SUPERGROUP, "Water")


def then(act: Callable[[FakeTelegram], object]) -> Callable[[Stage], None]:
    """Return what is done in a forum whose opening the bot has seen already."""

    def done(stage: Stage) -> None:
        opened(stage)
        stage.telegram.updates.clear()
        act(stage.telegram)

    return done


def close_and_reopen(telegram: FakeTelegram) -> None:
    telegram.close_topic(SUPERGROUP, 2)
    telegram.updates.clear()
    telegram.reopen_topic(SUPERGROUP, 2)


TOPICS = (
    one("a topic opens", opened, message=OPENED),
    one(
        "a command in a topic",
        then(lambda world: world.write(AMINA, SUPERGROUP, "/when", topic=2)),
        message=message(
            3, AMINA_USER, FORUM_CHAT, reply_to_message=OPENED, **command("/when"), **TOPIC
        ),
    ),
    one(
        "a command in the general topic",
        then(lambda world: world.write(AMINA, SUPERGROUP, "/when")),
        message=message(3, AMINA_USER, FORUM_CHAT, **command("/when")),
    ),
    one(
        "a topic gets another name",
        then(lambda world: world.rename_topic(SUPERGROUP, 2, "Fodder")),
        message=message(
            3,
            AMINA_USER,
            FORUM_CHAT,
            reply_to_message=OPENED,
            forum_topic_edited={"name": "Fodder"},
            **TOPIC,
        ),
    ),
    one(
        "a topic closes",
        then(lambda world: world.close_topic(SUPERGROUP, 2)),
        message=message(
            3, AMINA_USER, FORUM_CHAT, reply_to_message=OPENED, forum_topic_closed={}, **TOPIC
        ),
    ),
    one(
        "a topic opens again",
        then(close_and_reopen),
        message=message(
            4, AMINA_USER, FORUM_CHAT, reply_to_message=OPENED, forum_topic_reopened={}, **TOPIC
        ),
    ),
    one(
        "the general topic closes",
        then(lambda world: world.close_topic(SUPERGROUP, 1)),
        message=message(3, AMINA_USER, FORUM_CHAT, forum_topic_closed={}),
    ),
)

# --- Taps -----------------------------------------------------------------------------------------


def tap(author: Json, chat: int, shown: Json) -> Json:
    return {
        "id": FIRST_TAP,
        "from": author,
        "message": shown,
        "chat_instance": str(chat * 0x9E3779B97F4A7C15 % (1 << 63)),
        "data": "yes",
    }


async def tap_in_group(stage: Stage) -> None:
    number = await stage.sent(GROUP, reply_markup=MARKUP)
    stage.telegram.tap(BARAKA, GROUP, number, "yes")


async def tap_on_an_answer(stage: Stage) -> None:
    asked = stage.telegram.write(AMINA, GROUP, "/when")
    number = await stage.sent(GROUP, reply_markup=MARKUP, reply_parameters={"message_id": asked})
    stage.telegram.updates.clear()
    stage.telegram.tap(BARAKA, GROUP, number, "yes")


async def tap_in_topic(stage: Stage) -> None:
    opened(stage)
    number = await stage.sent(SUPERGROUP, reply_markup=MARKUP, message_thread_id=2)
    stage.telegram.updates.clear()
    stage.telegram.tap(AMINA, SUPERGROUP, number, "yes")


async def tap_on_what_is_gone(stage: Stage) -> None:
    number = await stage.sent(GROUP, reply_markup=MARKUP)
    stage.telegram.delete(GROUP, number)
    stage.telegram.tap(BARAKA, GROUP, number, "yes", force=True)


ASKED = message(2, AMINA_USER, GROUP_CHAT, **command("/when"))

TAPS = (
    one(
        "a tap",
        tap_in_group,
        callback_query=tap(BARAKA_USER, GROUP, said(2, GROUP_CHAT, reply_markup=MARKUP)),
    ),
    one(
        "a tap on an answer shows what it answers",
        tap_on_an_answer,
        callback_query=tap(
            BARAKA_USER,
            GROUP,
            said(3, GROUP_CHAT, reply_to_message=ASKED, reply_markup=MARKUP),
        ),
    ),
    one(
        "a tap in a topic",
        tap_in_topic,
        callback_query=tap(
            AMINA_USER,
            SUPERGROUP,
            said(3, FORUM_CHAT, reply_to_message=OPENED, reply_markup=MARKUP, **TOPIC),
        ),
    ),
    one(
        "a tap on a message that is deleted",
        tap_on_what_is_gone,
        callback_query=tap(BARAKA_USER, GROUP, {"chat": GROUP_CHAT, "message_id": 2, "date": 0}),
    ),
)

# --- Where the bot stands -------------------------------------------------------------------------

IN: Json = {"user": BOT_USER, "status": "member"}
OUT: Json = {"user": BOT_USER, "status": "kicked", "until_date": 0}


def place(chat: Json, author: Json, old: Json, new: Json) -> Json:
    return {
        "chat": chat,
        "from": author,
        "date": NOW,
        "old_chat_member": old,
        "new_chat_member": new,
    }


def unblock(stage: Stage) -> None:
    stage.telegram.block(AMINA)
    stage.telegram.updates.clear()
    stage.telegram.unblock(AMINA)


def bring_back(stage: Stage) -> None:
    stage.telegram.kick(GROUP)
    stage.telegram.updates.clear()
    stage.telegram.bring_back(GROUP, by=BARAKA)


def bring_first(stage: Stage) -> None:
    stage.telegram.add_group(-700, "Mandera", members=[AMINA], has_bot=False)
    stage.telegram.bring_back(-700)


MANDERA = GROUP_CHAT | {"id": -700, "title": "Mandera"}

PLACES = (
    one(
        "blocked",
        lambda stage: stage.telegram.block(AMINA),
        my_chat_member=place(AMINA_CHAT, AMINA_USER, IN, OUT),
    ),
    one("taken back", unblock, my_chat_member=place(AMINA_CHAT, AMINA_USER, OUT, IN)),
    Row(
        "thrown out of a group",
        lambda stage: stage.telegram.kick(GROUP, by=BARAKA),
        [
            {"my_chat_member": place(GROUP_CHAT, BARAKA_USER, IN, OUT)},
            {"message": message(2, BARAKA_USER, GROUP_CHAT, **went(BOT_USER))},
        ],
    ),
    Row(
        "brought back into a group",
        bring_back,
        [
            {"my_chat_member": place(GROUP_CHAT, BARAKA_USER, OUT, IN)},
            {"message": message(3, BARAKA_USER, GROUP_CHAT, **came(BOT_USER))},
        ],
    ),
    Row(
        "brought into a group for the first time",
        bring_first,
        [
            {
                "my_chat_member": place(
                    MANDERA, AMINA_USER, {"user": BOT_USER, "status": "left"}, IN
                )
            },
            {"message": message(2, AMINA_USER, MANDERA, **came(BOT_USER))},
        ],
    ),
)

ROWS = (*WRITTEN, *ATTACHED, *ANNOUNCED, *TOPICS, *TAPS, *PLACES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
async def test_the_bot_is_sent_what_telegram_sends(
    row: Row, telegram: FakeTelegram, api: CallApi, clock: StandingClock
) -> None:
    telegram.updates.clear()

    if isinstance(acting := row.act(Stage(telegram, api, clock)), Awaitable):
        await acting

    sent = telegram.updates.take(0, 100, telegram.now())
    assert [{name: update[name] for name in update if name != "update_id"} for update in sent] == (
        row.updates
    )
    for update in sent:
        # Missing what is always there would be a TypeError; the rest must have a name.
        assert unnamed(ptb.Update.de_json(update, None)) == set()


# --- Nothing that the bot reads is left out -------------------------------------------------------

READERS = ("bot/handlers", "bot/intake")
READ = (
    ptb.Update,
    ptb.Message,
    ptb.CallbackQuery,
    ptb.ChatMemberUpdated,
    ptb.ChatMember,
    ptb.Chat,
    ptb.User,
    ptb.MessageEntity,
    ptb.ForumTopicEdited,
    ptb.ForumTopicCreated,
)
RENAMED = {"from_user": "from"}
OUR_OWN = {"contact", "language"}
"""Names that our own objects in these folders share with fields of Telegram's."""
NOT_IMITATED = {"animation", "audio", "media_group_id", "video", "video_note"}
"""Fields that only tell what a message without words is; nobody in the playground sends these."""


def fields() -> set[str]:
    return {
        name
        for kind in READ
        for name in inspect.signature(kind.__init__).parameters
        if name not in {"self", "api_kwargs"}
    }


def read_by_the_bot() -> set[str]:
    files = [path for folder in READERS for path in Path(folder).rglob("*.py")]
    assert len(files) > 10
    names = {
        node.attr
        for path in files
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
    }
    return names & fields()


def keys(found: object) -> Iterator[str]:
    if isinstance(found, dict):
        yield from found
        for value in found.values():
            yield from keys(value)
    if isinstance(found, list):
        for value in found:
            yield from keys(value)


def test_every_field_that_the_bot_reads_is_in_a_row() -> None:
    shown = {key for row in ROWS for update in row.updates for key in keys(update)} | {"update_id"}

    assert {
        RENAMED.get(name, name) for name in read_by_the_bot()
    } - OUR_OWN - NOT_IMITATED - shown == set()
