"""sendDocument; files of 50 MB and more stand in `test_api.py`."""

import json

from tests.playground.methods.table import (
    AMINA_CHAT,
    BOT_USER,
    BUTTONS,
    FORUM_CHAT,
    GROUP_CHAT,
    MARKED,
    NOW,
    PROMPT,
    STARTED,
    UPGRADED,
    Row,
    Stage,
    bad,
    block,
    kick,
    make_forum,
    mute,
    ok,
    refused,
    unknown,
    upgrade,
)
from tests.playground.world import AMINA, BARAKA, GROUP, MARKUP, NOBODY, SUPERGROUP, Json

_TO_AMINA = {"chat_id": AMINA}
_ICS = ("meeting.ics", b"BEGIN")
_DOCUMENT = {
    "file_name": "meeting.ics",
    "mime_type": "text/calendar",
    "file_id": "file-1",
    "file_unique_id": "unique-1",
    "file_size": 5,
}


def _sent(number: int = 2, chat: Json = AMINA_CHAT, **fields: object) -> Json:
    message = {"message_id": number, "from": BOT_USER, "chat": chat, "date": NOW}
    return ok(message | {"document": _DOCUMENT} | fields)


def _open(stage: Stage) -> None:
    make_forum(stage)
    stage.telegram.open_topic(SUPERGROUP, "Water")


async def _just_now(stage: Stage) -> None:
    await stage.sent()
    stage.clock.move(-4.5)


_OPENED = {
    "message_id": 2,
    "from": STARTED["from"],
    "chat": FORUM_CHAT,
    "date": NOW,
    "message_thread_id": 2,
    "forum_topic_created": {"name": "Water", "icon_color": 7322096},
    "is_topic_message": True,
}

ROWS = (
    Row("a file", _TO_AMINA, _sent(), file=_ICS),
    Row(
        "the ending of the name says what it is",
        _TO_AMINA,
        _sent(document=_DOCUMENT | {"file_name": "sheet.pdf", "mime_type": "application/pdf"}),
        file=("sheet.pdf", b"BEGIN"),
    ),
    Row(
        "a caption",
        {**_TO_AMINA, "caption": "<b>Here</b> it is", "parse_mode": "HTML"},
        _sent(caption="Here it is", caption_entities=[{"offset": 0, "length": 4, "type": "bold"}]),
        file=_ICS,
    ),
    *(
        Row(
            f"a caption: {name}",
            {**_TO_AMINA, "caption": source, "parse_mode": "HTML"},
            _sent(caption=words, caption_entities=list(marks)),
            file=_ICS,
        )
        for name, source, words, marks in MARKED
    ),
    Row("a caption of blanks", {**_TO_AMINA, "caption": " "}, _sent(), file=_ICS),
    Row(
        "1024 letters",
        {**_TO_AMINA, "caption": "é" * 1024},
        _sent(caption="é" * 1024),
        file=_ICS,
    ),
    Row(
        "1025 letters",
        {**_TO_AMINA, "caption": "é" * 1025},
        bad("message caption is too long"),
        file=_ICS,
    ),
    Row(
        "1026 units of emoji",
        {**_TO_AMINA, "caption": "😀" * 513},
        bad("message caption is too long"),
        file=_ICS,
    ),
    Row(
        "a caption with a tag of nobody",
        {**_TO_AMINA, "caption": "<p>", "parse_mode": "HTML"},
        bad('can\'t parse entities: Unsupported start tag "p" at byte offset 0'),
        file=_ICS,
    ),
    Row(
        "a button",
        {**_TO_AMINA, "reply_markup": json.dumps(MARKUP)},
        _sent(reply_markup=MARKUP),
        file=_ICS,
    ),
    Row(
        "buttons of every kind",
        {**_TO_AMINA, "reply_markup": json.dumps(BUTTONS)},
        _sent(reply_markup=BUTTONS),
        file=_ICS,
    ),
    Row(
        "for a reply",
        {**_TO_AMINA, "reply_markup": json.dumps(PROMPT)},
        _sent(),
        file=_ICS,
    ),
    Row(
        "so that it cannot be passed on",
        {**_TO_AMINA, "protect_content": "true"},
        _sent(has_protected_content=True),
        file=_ICS,
    ),
    Row("silently", {**_TO_AMINA, "disable_notification": "true"}, _sent(), file=_ICS),
    Row(
        "to a message",
        {**_TO_AMINA, "reply_parameters": '{"message_id": 1}'},
        _sent(reply_to_message=STARTED),
        file=_ICS,
    ),
    Row(
        "to what is gone",
        {**_TO_AMINA, "reply_parameters": '{"message_id": 77}'},
        bad("message to be replied not found"),
        file=_ICS,
    ),
    Row(
        "to a message, if need be alone",
        {
            **_TO_AMINA,
            "reply_parameters": '{"message_id": 1, "allow_sending_without_reply": true}',
        },
        _sent(reply_to_message=STARTED),
        file=_ICS,
    ),
    Row(
        "to what is gone, if need be alone",
        {
            **_TO_AMINA,
            "reply_parameters": '{"message_id": 77, "allow_sending_without_reply": true}',
        },
        _sent(),
        file=_ICS,
    ),
    Row(
        "in a topic",
        {"chat_id": SUPERGROUP, "message_thread_id": 2},
        _sent(
            3,
            FORUM_CHAT,
            message_thread_id=2,
            is_topic_message=True,
            reply_to_message=_OPENED,
        ),
        file=_ICS,
        before=_open,
    ),
    Row(
        "in a topic that never was",
        {"chat_id": SUPERGROUP, "message_thread_id": 77},
        bad("message thread not found"),
        file=_ICS,
        before=_open,
    ),
    Row("to a group", {"chat_id": GROUP}, _sent(chat=GROUP_CHAT), file=_ICS),
    Row("an empty file", _TO_AMINA, bad("file must be non-empty"), file=("a.ics", b"")),
    Row("an empty file to nobody", {"chat_id": NOBODY}, bad("chat not found"), file=("a", b"")),
    Row("no file", _TO_AMINA, bad("there is no document in the request")),
    Row(
        "a file that was never sent",
        {**_TO_AMINA, "document": "file-1"},
        bad("wrong file identifier/HTTP URL specified"),
    ),
    Row("no chat", {}, bad("chat_id is empty"), file=_ICS),
    Row("nobody", {"chat_id": NOBODY}, bad("chat not found"), file=_ICS),
    Row(
        "somebody who never wrote",
        {"chat_id": BARAKA},
        refused(403, "Forbidden: bot can't initiate conversation with a user"),
        file=_ICS,
    ),
    Row(
        "blocked",
        _TO_AMINA,
        refused(403, "Forbidden: bot was blocked by the user"),
        file=_ICS,
        before=block,
    ),
    Row(
        "a group that threw the bot out",
        {"chat_id": GROUP},
        refused(403, "Forbidden: bot was kicked from the group chat"),
        file=_ICS,
        before=kick,
    ),
    Row("a group that is now another", {"chat_id": GROUP}, UPGRADED, file=_ICS, before=upgrade),
    Row(
        "where only administrators may write",
        {"chat_id": GROUP},
        bad("not enough rights to send documents to the chat"),
        file=_ICS,
        before=mute,
    ),
    Row(
        "within a second",
        _TO_AMINA,
        refused(429, "Too Many Requests: retry after 1", retry_after=1),
        file=_ICS,
        before=_just_now,
    ),
    unknown("thumbnail", "sendDocument"),
)
