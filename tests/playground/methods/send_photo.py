"""sendPhoto: a new picture, or again one that was sent before."""

import json
from functools import partial

from tests.playground.files import png
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
_PNG = png(40, 30)
_MOST = 10 << 20
_SIZE = {
    "file_id": "photo-1",
    "file_unique_id": "unique-1",
    "file_size": len(_PNG),
    "width": 40,
    "height": 30,
}


def _sent(number: int = 2, chat: Json = AMINA_CHAT, **fields: object) -> Json:
    message = {"message_id": number, "from": BOT_USER, "chat": chat, "date": NOW}
    return ok(message | {"photo": [_SIZE]} | fields)


def _open(stage: Stage) -> None:
    make_forum(stage)
    stage.telegram.open_topic(SUPERGROUP, "Water")


async def _just_now(stage: Stage) -> None:
    await stage.sent()
    stage.clock.move(-4.5)


def _kept(stage: Stage) -> None:
    """Let there be a picture, a file and a voice note that were sent before."""
    stage.telegram._files |= {"photo-1": _PNG, "file-2": b"BEGIN", "voice-3": b"OggS"}


_OPENED = {
    "message_id": 2,
    "from": STARTED["from"],
    "chat": FORUM_CHAT,
    "date": NOW,
    "message_thread_id": 2,
    "forum_topic_created": {"name": "Water", "icon_color": 7322096},
    "is_topic_message": True,
}

_New = partial(Row, file=("list.png", _PNG), upload="photo")

ROWS = (
    _New("a picture", _TO_AMINA, _sent()),
    _New(
        "a caption",
        {**_TO_AMINA, "caption": "<b>Here</b> it is", "parse_mode": "HTML"},
        _sent(caption="Here it is", caption_entities=[{"offset": 0, "length": 4, "type": "bold"}]),
    ),
    *(
        _New(
            f"a caption: {name}",
            {**_TO_AMINA, "caption": source, "parse_mode": "HTML"},
            _sent(caption=words, caption_entities=list(marks)),
        )
        for name, source, words, marks in MARKED
    ),
    _New("1024 letters", {**_TO_AMINA, "caption": "é" * 1024}, _sent(caption="é" * 1024)),
    _New(
        "1025 letters",
        {**_TO_AMINA, "caption": "é" * 1025},
        bad("message caption is too long"),
    ),
    _New("a button", {**_TO_AMINA, "reply_markup": json.dumps(MARKUP)}, _sent(reply_markup=MARKUP)),
    _New(
        "buttons of every kind",
        {**_TO_AMINA, "reply_markup": json.dumps(BUTTONS)},
        _sent(reply_markup=BUTTONS),
    ),
    _New("for a reply", {**_TO_AMINA, "reply_markup": json.dumps(PROMPT)}, _sent()),
    _New("silently", {**_TO_AMINA, "disable_notification": "true"}, _sent()),
    _New(
        "so that it cannot be passed on",
        {**_TO_AMINA, "protect_content": "true"},
        _sent(has_protected_content=True),
    ),
    _New(
        "to a message",
        {**_TO_AMINA, "reply_parameters": '{"message_id": 1}'},
        _sent(reply_to_message=STARTED),
    ),
    _New(
        "to what is gone",
        {**_TO_AMINA, "reply_parameters": '{"message_id": 77}'},
        bad("message to be replied not found"),
    ),
    _New(
        "to what is gone, if need be alone",
        {
            **_TO_AMINA,
            "reply_parameters": '{"message_id": 77, "allow_sending_without_reply": true}',
        },
        _sent(),
    ),
    _New(
        "in a topic",
        {"chat_id": SUPERGROUP, "message_thread_id": 2},
        _sent(
            3,
            FORUM_CHAT,
            message_thread_id=2,
            is_topic_message=True,
            reply_to_message=_OPENED,
        ),
        before=_open,
    ),
    _New(
        "in a topic that never was",
        {"chat_id": SUPERGROUP, "message_thread_id": 77},
        bad("message thread not found"),
        before=_open,
    ),
    _New("to a group", {"chat_id": GROUP}, _sent(chat=GROUP_CHAT)),
    Row(
        "a picture that was sent before",
        {**_TO_AMINA, "photo": "photo-1"},
        _sent(),
        before=_kept,
    ),
    Row(
        "a picture of nobody",
        {**_TO_AMINA, "photo": "photo-9"},
        bad("wrong file identifier/HTTP URL specified"),
        before=_kept,
    ),
    Row(
        "a file that was sent before",
        {**_TO_AMINA, "photo": "file-2"},
        bad("can't use file of type Document as Photo"),
        before=_kept,
    ),
    Row(
        "a voice note that was sent before",
        {**_TO_AMINA, "photo": "voice-3"},
        bad("can't use file of type VoiceNote as Photo"),
        before=_kept,
    ),
    Row("no picture", _TO_AMINA, bad("there is no photo in the request")),
    _New("an empty picture", _TO_AMINA, bad("file must be non-empty"), file=("a.png", b"")),
    _New("words", _TO_AMINA, bad("IMAGE_PROCESS_FAILED"), file=("a.png", b"BEGIN")),
    _New(
        "too long a strip",
        _TO_AMINA,
        bad("PHOTO_INVALID_DIMENSIONS"),
        file=("a.png", png(210, 10)),
    ),
    _New(
        "10 MB",
        _TO_AMINA,
        _sent(photo=[_SIZE | {"file_size": _MOST}]),
        file=("a.png", _PNG.ljust(_MOST, b"\0")),
    ),
    _New(
        "one byte more",
        _TO_AMINA,
        bad(
            f"file of size {_MOST + 1} bytes is too big for a photo;"
            f" the maximum size is {_MOST} bytes"
        ),
        file=("a.png", _PNG.ljust(_MOST + 1, b"\0")),
    ),
    _New("no chat", {}, bad("chat_id is empty")),
    _New("nobody", {"chat_id": NOBODY}, bad("chat not found")),
    _New(
        "somebody who never wrote",
        {"chat_id": BARAKA},
        refused(403, "Forbidden: bot can't initiate conversation with a user"),
    ),
    _New(
        "blocked",
        _TO_AMINA,
        refused(403, "Forbidden: bot was blocked by the user"),
        before=block,
    ),
    _New(
        "a group that threw the bot out",
        {"chat_id": GROUP},
        refused(403, "Forbidden: bot was kicked from the group chat"),
        before=kick,
    ),
    _New("a group that is now another", {"chat_id": GROUP}, UPGRADED, before=upgrade),
    _New(
        "where only administrators may write",
        {"chat_id": GROUP},
        bad("not enough rights to send photos to the chat"),
        before=mute,
    ),
    _New(
        "within a second",
        _TO_AMINA,
        refused(429, "Too Many Requests: retry after 1", retry_after=1),
        before=_just_now,
    ),
    unknown("has_spoiler", "sendPhoto"),
)
