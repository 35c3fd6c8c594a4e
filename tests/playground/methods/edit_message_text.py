"""editMessageText."""

from tests.playground.methods.table import (
    AMINA_CHAT,
    BUTTONS,
    GROUP_CHAT,
    LATER,
    MARKED,
    PROMPT,
    UPGRADED,
    Row,
    Stage,
    bad,
    block,
    deactivate,
    kick,
    mute,
    ok,
    refused,
    said,
    unknown,
    upgrade,
)
from tests.playground.world import AMINA, BARAKA, GROUP, MARKUP, NOBODY, Json

_MINE = {"chat_id": AMINA, "message_id": 2}
_CHANGE = {**_MINE, "text": "changed"}
_OURS = {"chat_id": GROUP, "message_id": 2, "text": "changed"}
_NOT_MODIFIED = bad(
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)


def _changed(chat: Json = AMINA_CHAT, text: str = "changed", **fields: object) -> Json:
    return ok(said(2, chat, text, edit_date=LATER, **fields))


async def _sent(stage: Stage) -> None:
    await stage.sent()


async def _with_button(stage: Stage) -> None:
    await stage.sent(reply_markup=MARKUP)


async def _bold(stage: Stage) -> None:
    await stage.sent(text="<b>hello</b>", parse_mode="HTML")


async def _as_reply(stage: Stage) -> None:
    await stage.sent(reply_parameters={"message_id": 1})


async def _deleted(stage: Stage) -> None:
    stage.telegram.delete(AMINA, await stage.sent())


async def _prompt(stage: Stage) -> None:
    await stage.sent(reply_markup=PROMPT)


async def _just_now(stage: Stage) -> None:
    await stage.sent()
    stage.clock.move(-4.5)


async def _in_group(stage: Stage) -> None:
    await stage.sent(GROUP)


async def _muted(stage: Stage) -> None:
    await stage.sent(GROUP)
    mute(stage)


async def _kicked(stage: Stage) -> None:
    await stage.sent(GROUP)
    kick(stage)


async def _upgraded(stage: Stage) -> None:
    await stage.sent(GROUP)
    upgrade(stage)


async def _blocked(stage: Stage) -> None:
    await stage.sent()
    block(stage)


async def _deactivated(stage: Stage) -> None:
    await stage.sent()
    deactivate(stage)


def _joined(stage: Stage) -> None:
    stage.telegram.leave(BARAKA, GROUP)


def _file(stage: Stage) -> None:
    stage.telegram.write(AMINA, AMINA, "mine")
    message = stage.telegram.message(AMINA, 2)
    assert message is not None
    message.author_id = stage.telegram.bot.id
    message.document = {"file_id": "file-1", "file_unique_id": "unique-1"}


_NO_PREVIEW = {"is_disabled": True}
_OTHER = {"inline_keyboard": [[{"text": "Gone", "callback_data": "no"}]]}

ROWS = (
    Row("another text", _CHANGE, _changed(), before=_sent),
    Row(
        "another text with markup",
        {**_MINE, "text": "<b>hello</b>", "parse_mode": "HTML"},
        _changed(text="hello", entities=[{"offset": 0, "length": 5, "type": "bold"}]),
        before=_sent,
    ),
    *(
        Row(
            name,
            {**_MINE, "text": source, "parse_mode": "HTML"},
            _changed(text=words, entities=list(marks)),
            before=_sent,
        )
        for name, source, words, marks in MARKED
    ),
    Row("the markup gone", {**_MINE, "text": "hello"}, _changed(text="hello"), before=_bold),
    Row(
        "other buttons",
        {**_MINE, "text": "hello", "reply_markup": _OTHER},
        _changed(text="hello", reply_markup=_OTHER),
        before=_with_button,
    ),
    Row(
        "buttons of every kind",
        {**_MINE, "text": "hello", "reply_markup": BUTTONS},
        _changed(text="hello", reply_markup=BUTTONS),
        before=_with_button,
    ),
    Row("buttons not given vanish", _CHANGE, _changed(), before=_with_button),
    Row(
        "without a preview",
        {**_CHANGE, "link_preview_options": _NO_PREVIEW},
        _changed(link_preview_options=_NO_PREVIEW),
        before=_sent,
    ),
    Row("the answer does not repeat what was replied to", _CHANGE, _changed(), before=_as_reply),
    Row("in a group", _OURS, _changed(GROUP_CHAT), before=_in_group),
    Row(
        "where only administrators may write",
        _OURS,
        _changed(GROUP_CHAT | {"all_members_are_administrators": False}),
        before=_muted,
    ),
    Row("4096 letters", {**_MINE, "text": "a" * 4096}, _changed(text="a" * 4096), before=_sent),
    Row("4097 letters", {**_MINE, "text": "a" * 4097}, bad("MESSAGE_TOO_LONG"), before=_sent),
    Row(
        "4098 units of emoji", {**_MINE, "text": "😀" * 2049}, bad("MESSAGE_TOO_LONG"), before=_sent
    ),
    Row("the same", {**_MINE, "text": " hello\n"}, _NOT_MODIFIED, before=_sent),
    Row(
        "the same with the same buttons",
        {**_MINE, "text": "hello", "reply_markup": MARKUP},
        _NOT_MODIFIED,
        before=_with_button,
    ),
    Row("no text", _MINE, bad("message text is empty"), before=_sent),
    Row("nothing to be seen", {**_MINE, "text": " "}, bad("text must be non-empty"), before=_sent),
    Row(
        "the message before an empty text",
        {"chat_id": AMINA, "message_id": 77, "text": " "},
        bad("message to edit not found"),
    ),
    Row(
        "data of 65 bytes",
        {
            **_CHANGE,
            "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "x" * 65}]]},
        },
        bad("BUTTON_DATA_INVALID"),
        before=_sent,
    ),
    Row("no message", {"chat_id": AMINA, "text": "new"}, bad("message to edit not found")),
    Row(
        "an unknown message",
        {"chat_id": AMINA, "message_id": 77, "text": "new"},
        bad("message to edit not found"),
    ),
    Row("a deleted message", _CHANGE, bad("message to edit not found"), before=_deleted),
    Row(
        "somebody else's message",
        {"chat_id": AMINA, "message_id": 1, "text": "new"},
        bad("message can't be edited"),
    ),
    Row("a piece of news", _OURS, bad("message can't be edited"), before=_joined),
    Row("what asks for a reply", _CHANGE, bad("message can't be edited"), before=_prompt),
    Row(
        "into what asks for a reply",
        {**_CHANGE, "reply_markup": PROMPT},
        bad("inline keyboard expected"),
        before=_sent,
    ),
    Row("a file", _CHANGE, bad("there is no text in the message to edit"), before=_file),
    Row("neither chat nor message", {"text": "new"}, bad("message identifier is not specified")),
    Row("no chat", {"message_id": 2, "text": "new"}, bad("chat_id is empty")),
    Row("nobody", {"chat_id": NOBODY, "message_id": 2, "text": "new"}, bad("chat not found")),
    Row(
        "blocked", _CHANGE, refused(403, "Forbidden: bot was blocked by the user"), before=_blocked
    ),
    Row(
        "a deleted account",
        _CHANGE,
        refused(403, "Forbidden: user is deactivated"),
        before=_deactivated,
    ),
    Row(
        "a group that threw the bot out",
        _OURS,
        refused(403, "Forbidden: bot was kicked from the group chat"),
        before=_kicked,
    ),
    Row("a group that is now another", _OURS, UPGRADED, before=_upgraded),
    Row(
        "within a second",
        _CHANGE,
        refused(429, "Too Many Requests: retry after 1", retry_after=1),
        before=_just_now,
    ),
    unknown("inline_message_id", "editMessageText"),
)
