"""sendMessage."""

from tests.playground.methods.table import (
    AMINA_CHAT,
    BARAKA_USER,
    FORUM_CHAT,
    GROUP_CHAT,
    MARKED,
    NOW,
    PROMPT,
    STARTED,
    SUPER_CHAT,
    UPGRADED,
    Row,
    Stage,
    bad,
    block,
    deactivate,
    kick,
    leave,
    make_forum,
    mute,
    ok,
    refused,
    said,
    unknown,
    upgrade,
)
from tests.playground.world import (
    AMINA,
    BARAKA,
    GROUP,
    MARKUP,
    NOBODY,
    STRANGER,
    SUPERGROUP,
    Json,
)

_HELLO = {"chat_id": AMINA, "text": "hello"}
_TO_FORUM = {"chat_id": SUPERGROUP, "text": "hello"}
_HTML = {"chat_id": AMINA, "parse_mode": "HTML"}
_DONE = ok(said(2, AMINA_CHAT))
_IS_TOO_LONG = bad("message is too long")


def _keyboard(*rows: list[Json]) -> Json:
    return {"inline_keyboard": [list(row) for row in rows]}


def _button(**fields: object) -> Json:
    return {"text": "a", "callback_data": "x"} | fields


def _with(markup: object) -> Json:
    return {**_HELLO, "reply_markup": markup}


def _shown(markup: Json) -> Json:
    return ok(said(2, AMINA_CHAT, reply_markup=markup))


# --- The text -------------------------------------------------------------------------------------


def _text(words: str, source: str | None = None, **fields: object) -> Row:
    """Return the row of a text that is sent as it is, or of the source that it is parsed from."""
    params = {"chat_id": AMINA, "text": words} if source is None else {**_HTML, "text": source}
    name = f"{words[:20]!r} of {len(words)} characters"
    return Row(name, params, ok(said(2, AMINA_CHAT, words, **fields)))


def _styled(words: str, source: str, *entities: Json) -> Row:
    return _text(words, source, entities=list(entities))


def _entity(kind: str, offset: int, length: int, **fields: object) -> Json:
    return {"offset": offset, "length": length, "type": kind} | fields


_BOLDS = [_entity("bold", 2 * number, 1) for number in range(100)]

TEXTS = (
    _text("hello"),
    _text("a" * 4096),
    _text("😀" * 2048),
    Row("4097 letters", {**_HELLO, "text": "a" * 4097}, _IS_TOO_LONG),
    Row("4098 units of emoji", {**_HELLO, "text": "😀" * 2049}, _IS_TOO_LONG),
    _styled(
        "😀" * 2047 + "é<",
        "<b>" + "😀" * 2047 + "é&lt;</b>",
        _entity("bold", 0, 4096),
    ),
    Row(
        "4097 units after parsing",
        {**_HTML, "text": "<b>" + "a" * 4096 + "&lt;</b>"},
        _IS_TOO_LONG,
    ),
    Row(
        "32768 bytes",
        {**_HTML, "text": "<b>" * 10922 + "aa"},
        bad("can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    ),
    Row("32769 bytes", {**_HELLO, "text": "a" * 32769}, bad("text is too long")),
    _styled(
        "Hi 😀 x",
        "<b>Hi</b> 😀 <i>x</i>",
        _entity("bold", 0, 2),
        _entity("italic", 6, 1),
    ),
    _styled(
        "Amina",
        f'<a href="tg://user?id={BARAKA}">Amina</a>',
        _entity("text_mention", 0, 5, user=BARAKA_USER),
    ),
    _text("Nobody", f'<a href="tg://user?id={NOBODY}">Nobody</a>'),
    _styled(("a " * 101).strip(), "<b>a</b> " * 101, *_BOLDS),
    *(
        Row(name, {**_HTML, "text": source}, ok(said(2, AMINA_CHAT, words, entities=list(marks))))
        for name, source, words, marks in MARKED
    ),
    Row(
        "commands and links are found",
        {**_HELLO, "text": "/when or https://example.org/a.b?c=1."},
        ok(
            said(
                2,
                AMINA_CHAT,
                "/when or https://example.org/a.b?c=1.",
                entities=[_entity("bot_command", 0, 5), _entity("url", 9, 27)],
            )
        ),
    ),
    Row("blanks around it", {**_HELLO, "text": " hello\n"}, _DONE),
    Row("no mode at all", {**_HELLO, "parse_mode": "None"}, _DONE),
    Row("no text", {"chat_id": AMINA}, bad("message text is empty")),
    Row("an empty text", {"chat_id": AMINA, "text": ""}, bad("message text is empty")),
    Row("nothing to be seen", {**_HELLO, "text": " \n\u2003"}, bad("text must be non-empty")),
    Row("nothing but marks", {**_HTML, "text": "<b></b>"}, bad("text must be non-empty")),
    Row("a mode of nobody", {**_HELLO, "parse_mode": "Latin"}, bad("unsupported parse_mode")),
    Row(
        "a tag of nobody",
        {**_HTML, "text": "<p>a</p>"},
        bad('can\'t parse entities: Unsupported start tag "p" at byte offset 0'),
    ),
    Row(
        "half a surrogate pair",
        {**_HELLO, "text": "\ud83d"},
        bad("strings must be encoded in UTF-8"),
    ),
)

# --- What goes with it ----------------------------------------------------------------------------

_NO_PREVIEW = {"is_disabled": True}

BESIDES = (
    Row("silently", {**_HELLO, "disable_notification": True}, _DONE),
    Row("not silently", {**_HELLO, "disable_notification": "no"}, _DONE),
    Row(
        "without a preview",
        {**_HELLO, "link_preview_options": _NO_PREVIEW},
        ok(said(2, AMINA_CHAT, link_preview_options=_NO_PREVIEW)),
    ),
    Row("with a preview", {**_HELLO, "link_preview_options": {"is_disabled": False}}, _DONE),
    Row(
        "a preview that is no JSON",
        {**_HELLO, "link_preview_options": "{"},
        bad("can't parse link preview options JSON object"),
    ),
    Row(
        "a preview that is a list",
        {**_HELLO, "link_preview_options": []},
        bad("object expected as link preview options"),
    ),
    Row(
        "a preview that is a word",
        {**_HELLO, "link_preview_options": {"is_disabled": "yes"}},
        bad('field "is_disabled" must be of type Boolean'),
    ),
    Row(
        "a preview that is not imitated",
        {**_HELLO, "link_preview_options": {"show_above_text": True}},
        bad('the playground knows no field "show_above_text" of LinkPreviewOptions'),
    ),
    Row(
        "the preview before the text",
        {"chat_id": AMINA, "link_preview_options": "{"},
        bad("can't parse link preview options JSON object"),
    ),
    Row(
        "to a message",
        {**_HELLO, "reply_parameters": {"message_id": 1}},
        ok(said(2, AMINA_CHAT, reply_to_message=STARTED)),
    ),
    Row(
        "to a number in quotes",
        {**_HELLO, "reply_parameters": {"message_id": "1"}},
        ok(said(2, AMINA_CHAT, reply_to_message=STARTED)),
    ),
    Row("to message zero", {**_HELLO, "reply_parameters": {"message_id": 0}}, _DONE),
    Row("to nothing", {**_HELLO, "reply_parameters": {}}, _DONE),
    Row(
        "to what is gone, if need be alone",
        {
            **_HELLO,
            "reply_parameters": {"message_id": 77, "allow_sending_without_reply": True},
        },
        _DONE,
    ),
    Row(
        "to what is gone",
        {**_HELLO, "reply_parameters": {"message_id": 77}},
        bad("message to be replied not found"),
    ),
    Row(
        "to what is not said",
        {**_HELLO, "reply_parameters": {"allow_sending_without_reply": True}},
        bad('can\'t find field "message_id"'),
    ),
    Row(
        "to no number",
        {**_HELLO, "reply_parameters": {"message_id": []}},
        bad('field "message_id" must be a Number'),
    ),
    Row(
        "a reply that says perhaps",
        {
            **_HELLO,
            "reply_parameters": {"message_id": 1, "allow_sending_without_reply": "perhaps"},
        },
        bad('field "allow_sending_without_reply" must be of type Boolean'),
    ),
    Row(
        "a reply that is no JSON",
        {**_HELLO, "reply_parameters": "{"},
        bad("can't parse reply parameters JSON object"),
    ),
    Row(
        "a reply that is a list",
        {**_HELLO, "reply_parameters": []},
        bad("object expected as reply parameters"),
    ),
    Row(
        "a quote",
        {**_HELLO, "reply_parameters": {"quote": "x", "message_id": 1}},
        bad('the playground knows no field "quote" of ReplyParameters'),
    ),
    Row(
        "the reply before the buttons",
        {**_HELLO, "reply_parameters": [], "reply_markup": "{"},
        bad("object expected as reply parameters"),
    ),
    Row(
        "the buttons before the chat",
        {**_HELLO, "chat_id": NOBODY, "reply_markup": "{"},
        bad("can't parse reply keyboard markup JSON object"),
    ),
    Row(
        "the chat before an empty text",
        {"chat_id": NOBODY, "text": " "},
        bad("chat not found"),
    ),
    Row(
        "so that it cannot be passed on",
        {**_HELLO, "protect_content": True},
        ok(said(2, AMINA_CHAT, has_protected_content=True)),
    ),
    Row("so that it can", {**_HELLO, "protect_content": "no"}, _DONE),
    unknown("entities", "sendMessage"),
)

# --- Buttons --------------------------------------------------------------------------------------

_FULLEST = _keyboard(*[[_button(callback_data="x" * 64)] * 8] * 12, [_button()] * 4)
_LONG_LABEL = "x" * 10195
_URL = {"text": "a", "url": "https://example.org/"}

BUTTONS = (
    Row("one", _with(MARKUP), _shown(MARKUP)),
    Row("a hundred, eight in a row", _with(_FULLEST), _shown(_FULLEST)),
    Row("nine in a row", _with(_keyboard([_button()] * 9)), bad("reply markup is too long")),
    Row(
        "a hundred and one", _with(_keyboard(*[[_button()]] * 101)), bad("reply markup is too long")
    ),
    Row(
        "10 KB",
        _with(_keyboard([_button(text=_LONG_LABEL)])),
        _shown(_keyboard([_button(text=_LONG_LABEL)])),
    ),
    Row(
        "one byte more",
        _with(_keyboard([_button(text=_LONG_LABEL + "xxxxxxxxxxxxxx")])),
        bad("reply markup is too long"),
    ),
    Row(
        "data of 64 bytes",
        _with(_keyboard([_button(callback_data="ក" * 21 + "x")])),
        _shown(_keyboard([_button(callback_data="ក" * 21 + "x")])),
    ),
    Row(
        "data of 65 bytes",
        _with(_keyboard([_button(callback_data="x" * 65)])),
        bad("BUTTON_DATA_INVALID"),
    ),
    Row(
        "data of 22 letters in 66 bytes",
        _with(_keyboard([_button(callback_data="ក" * 22)])),
        bad("BUTTON_DATA_INVALID"),
    ),
    Row("an address", _with(_keyboard([_URL])), _shown(_keyboard([_URL]))),
    Row(
        "an address and data: the address counts",
        _with(_keyboard([_button(url="https://example.org/")])),
        _shown(_keyboard([_URL])),
    ),
    Row(
        "a style",
        _with(_keyboard([_button(style="primary")])),
        _shown(_keyboard([_button(style="primary")])),
    ),
    Row("no rows", _with(_keyboard()), _DONE),
    Row("no label", _with(_keyboard([_button(text="")])), _DONE),
    Row("nothing", _with(None), bad("object expected as reply markup")),
    Row("a list", _with([]), bad("object expected as reply markup")),
    Row("no JSON", _with("{"), bad("can't parse reply keyboard markup JSON object")),
    Row(
        "rows that are a word",
        _with({"inline_keyboard": "a"}),
        bad('field "inline_keyboard" must be of type Array'),
    ),
    Row(
        "a row that is a button",
        _with({"inline_keyboard": [_button()]}),
        bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
    ),
    Row(
        "a button that is a word",
        _with({"inline_keyboard": [["a"]]}),
        bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
    ),
    Row(
        "a button that says nothing",
        _with(_keyboard([{"callback_data": "x"}])),
        bad("can't parse inline keyboard button: Can't find field \"text\""),
    ),
    Row(
        "a button that says yes and no",
        _with(_keyboard([_button(text=[])])),
        bad('can\'t parse inline keyboard button: Field "text" must be of type String'),
    ),
    Row(
        "a button that does nothing",
        _with(_keyboard([{"text": "a"}])),
        bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        ),
    ),
    Row(
        "empty data",
        _with(_keyboard([{"text": "a", "callback_data": ""}])),
        bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        ),
    ),
    Row(
        "an address that leads nowhere",
        _with(_keyboard([{"text": "a", "url": "http://localhost"}])),
        bad("inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL"),
    ),
    Row(
        "the chat before the address",
        {**_with(_keyboard([{"text": "a", "url": "http://localhost"}])), "chat_id": NOBODY},
        bad("chat not found"),
    ),
    Row(
        "a style of nobody",
        _with(_keyboard([_button(style="pink")])),
        bad("can't parse inline keyboard button: invalid button style specified"),
    ),
    Row(
        "an app",
        _with(_keyboard([_button(web_app={})])),
        bad('the playground knows no field "web_app" of InlineKeyboardButton'),
    ),
    Row(
        "a keyboard of the phone",
        _with({"keyboard": []}),
        bad('the playground knows no field "keyboard" of a reply markup'),
    ),
)

# --- A reply that is asked for -------------------------------------------------------------------

PROMPTS = (
    # The server never tells of a markup that is no inline keyboard.
    Row("for a reply", _with({"force_reply": True}), _DONE),
    Row("for somebody's reply, with words in the box", _with(PROMPT), _DONE),
    Row("for 64 characters", _with(PROMPT | {"input_field_placeholder": "é" * 64}), _DONE),
    Row("for a number in the box", _with(PROMPT | {"input_field_placeholder": 7}), _DONE),
    Row(
        "for 65 characters",
        _with(PROMPT | {"input_field_placeholder": "é" * 65}),
        bad("the playground takes 64 characters of an input_field_placeholder"),
    ),
    Row("for no reply", _with({"force_reply": False}), _DONE),
    Row("for words without a reply", _with({"input_field_placeholder": "Your words"}), _DONE),
    Row("for a reply beside buttons: these count", _with(PROMPT | MARKUP), _shown(MARKUP)),
    Row("for a reply beside no rows", _with(PROMPT | _keyboard()), _DONE),
    Row(
        "for a reply perhaps",
        _with({"force_reply": "perhaps"}),
        bad('field "force_reply" must be of type Boolean'),
    ),
    Row(
        "for somebody's reply perhaps, which is looked at first",
        _with({"force_reply": "perhaps", "selective": 1}),
        bad('field "selective" must be of type Boolean'),
    ),
    Row(
        "for a reply to a list",
        _with({"force_reply": True, "input_field_placeholder": []}),
        bad('field "input_field_placeholder" must be of type String'),
    ),
    Row(
        "for a reply beside a button that is a word: the button is looked at first",
        _with({"force_reply": "perhaps", "inline_keyboard": [["a"]]}),
        bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
    ),
)

# --- Chats ----------------------------------------------------------------------------------------


def _to(chat: object) -> Json:
    return {"chat_id": chat, "text": "hello"}


async def _just_now(stage: Stage) -> None:
    await stage.sent()
    stage.clock.move(-4.5)


async def _twenty(stage: Stage) -> None:
    for _ in range(20):
        await stage.sent(GROUP)
        stage.clock.move(-3)


def _come_back(stage: Stage) -> None:
    kick(stage)
    stage.telegram.bring_back(GROUP)
    stage.telegram.bring_back(SUPERGROUP)


CHATS = (
    Row("a group", _to(GROUP), ok(said(2, GROUP_CHAT))),
    Row("a supergroup counts for itself", _to(SUPERGROUP), ok(said(1, SUPER_CHAT))),
    Row("no chat", {"text": "hello"}, bad("chat_id is empty")),
    Row("nobody", _to(NOBODY), bad("chat not found")),
    Row("no group", _to(-NOBODY), bad("chat not found")),
    Row("a name", _to("@wajir"), bad("chat not found")),
    Row("somebody the bot never met", _to(STRANGER), bad("chat not found")),
    Row(
        "somebody who never wrote",
        _to(BARAKA),
        refused(403, "Forbidden: bot can't initiate conversation with a user"),
    ),
    Row("blocked", _to(AMINA), refused(403, "Forbidden: bot was blocked by the user"), block),
    Row(
        "a deleted account", _to(AMINA), refused(403, "Forbidden: user is deactivated"), deactivate
    ),
    Row(
        "a deleted account before the reply",
        {**_HELLO, "reply_parameters": {"message_id": 77}},
        refused(403, "Forbidden: user is deactivated"),
        before=deactivate,
    ),
    Row(
        "an empty text before the block",
        {**_HELLO, "text": " "},
        bad("text must be non-empty"),
        block,
    ),
    Row(
        "a group that threw the bot out",
        _to(GROUP),
        refused(403, "Forbidden: bot was kicked from the group chat"),
        before=kick,
    ),
    Row("a group that took it back", _to(GROUP), ok(said(4, GROUP_CHAT)), before=_come_back),
    Row(
        "a supergroup that took it back",
        _to(SUPERGROUP),
        ok(said(3, SUPER_CHAT)),
        before=_come_back,
    ),
    Row(
        "a supergroup that threw the bot out",
        _to(SUPERGROUP),
        refused(403, "Forbidden: bot was kicked from the supergroup chat"),
        before=kick,
    ),
    Row(
        "a group without the bot",
        _to(GROUP),
        refused(403, "Forbidden: bot is not a member of the group chat"),
        before=leave,
    ),
    Row(
        "a supergroup without the bot",
        _to(SUPERGROUP),
        refused(403, "Forbidden: bot is not a member of the supergroup chat"),
        before=leave,
    ),
    Row("a group that is now another", _to(GROUP), UPGRADED, before=upgrade),
    Row(
        "the group that it is now",
        _to(-1000000000500),
        ok(said(2, {"id": -1000000000500, "title": "Wajir", "type": "supergroup"})),
        before=upgrade,
    ),
    Row(
        "where only administrators may write",
        _to(GROUP),
        bad("not enough rights to send text messages to the chat"),
        before=mute,
    ),
    Row(
        "a long text where only administrators may write",
        {"chat_id": GROUP, "text": "a" * 4097},
        _IS_TOO_LONG,
        before=mute,
    ),
    Row(
        "a second message within a second",
        _to(AMINA),
        refused(429, "Too Many Requests: retry after 1", retry_after=1),
        before=_just_now,
    ),
    Row(
        "the 21st message within a minute",
        _to(GROUP),
        refused(429, "Too Many Requests: retry after 20", retry_after=20),
        before=_twenty,
    ),
)

# --- Topics and threads ---------------------------------------------------------------------------

_OPENED: Json = {
    "message_id": 2,
    "from": STARTED["from"],
    "chat": FORUM_CHAT,
    "date": NOW,
    "message_thread_id": 2,
    "forum_topic_created": {"name": "Water", "icon_color": 7322096},
    "is_topic_message": True,
}
_TOPIC: Json = {"message_thread_id": 2, "is_topic_message": True}


def _open(stage: Stage) -> None:
    make_forum(stage)
    assert stage.telegram.open_topic(SUPERGROUP, "Water") == 2


def _close(stage: Stage) -> None:
    _open(stage)
    stage.telegram.close_topic(SUPERGROUP, 2)


def _reopen(stage: Stage) -> None:
    _close(stage)
    stage.telegram.reopen_topic(SUPERGROUP, 2)


def _delete(stage: Stage) -> None:
    _open(stage)
    stage.telegram.delete_topic(SUPERGROUP, 2)


def _close_general(stage: Stage) -> None:
    _open(stage)
    stage.telegram.close_topic(SUPERGROUP, 1)


def _ask_in_topic(stage: Stage) -> None:
    _open(stage)
    stage.telegram.write(AMINA, SUPERGROUP, "/help", topic=2)


def _thread(stage: Stage) -> None:
    stage.telegram.write(AMINA, SUPERGROUP, "/help")
    stage.telegram.write(AMINA, SUPERGROUP, "/help", reply_to=1)


_HELP: Json = {
    "from": STARTED["from"],
    "date": NOW,
    "text": "/help",
    "entities": [{"offset": 0, "length": 5, "type": "bot_command"}],
}

TOPICS = (
    Row(
        "a topic",
        {**_TO_FORUM, "message_thread_id": 2},
        ok(said(3, FORUM_CHAT, reply_to_message=_OPENED, **_TOPIC)),
        before=_open,
    ),
    Row("the general topic is not named", _TO_FORUM, ok(said(3, FORUM_CHAT)), before=_open),
    Row(
        "the general topic by its number",
        {**_TO_FORUM, "message_thread_id": 1},
        bad("message thread not found"),
        before=_open,
    ),
    Row(
        "a topic that never was",
        {**_TO_FORUM, "message_thread_id": 77},
        bad("message thread not found"),
        before=_open,
    ),
    Row(
        "a topic that is deleted",
        {**_TO_FORUM, "message_thread_id": 2},
        bad("message thread not found"),
        before=_delete,
    ),
    Row(
        "a topic that is closed",
        {**_TO_FORUM, "message_thread_id": 2},
        bad("TOPIC_CLOSED"),
        before=_close,
    ),
    Row(
        "a topic that is open again",
        {**_TO_FORUM, "message_thread_id": 2},
        ok(said(5, FORUM_CHAT, reply_to_message=_OPENED, **_TOPIC)),
        before=_reopen,
    ),
    Row("the general topic, closed", _TO_FORUM, bad("TOPIC_CLOSED"), before=_close_general),
    Row(
        "a topic below zero counts as none",
        {**_TO_FORUM, "message_thread_id": -2},
        ok(said(3, FORUM_CHAT)),
        before=_open,
    ),
    Row(
        "the topic before the reply",
        {**_TO_FORUM, "message_thread_id": 77, "reply_parameters": {"message_id": 77}},
        bad("message thread not found"),
        before=_open,
    ),
    Row(
        "an answer in a topic",
        {**_TO_FORUM, "message_thread_id": 2, "reply_parameters": {"message_id": 3}},
        ok(
            said(
                4,
                FORUM_CHAT,
                reply_to_message={**_HELP, "message_id": 3, "chat": FORUM_CHAT, **_TOPIC},
                **_TOPIC,
            )
        ),
        before=_ask_in_topic,
    ),
    Row(
        "an answer stands in the topic of what it answers",
        {**_TO_FORUM, "reply_parameters": {"message_id": 3}},
        ok(
            said(
                4,
                FORUM_CHAT,
                reply_to_message={**_HELP, "message_id": 3, "chat": FORUM_CHAT, **_TOPIC},
                **_TOPIC,
            )
        ),
        before=_ask_in_topic,
    ),
    Row(
        "in a supergroup without topics the number is ignored",
        {**_TO_FORUM, "message_thread_id": 5},
        ok(said(1, SUPER_CHAT)),
    ),
    Row(
        "in a group the number is ignored",
        {**_to(GROUP), "message_thread_id": 5},
        ok(said(2, GROUP_CHAT)),
    ),
    Row(
        "in private there are no topics",
        {**_HELLO, "message_thread_id": 5},
        bad("message thread not found"),
    ),
    Row(
        "a thread of replies bears the number of its first message",
        {**_TO_FORUM, "reply_parameters": {"message_id": 2}},
        ok(
            said(
                3,
                SUPER_CHAT,
                message_thread_id=1,
                reply_to_message={
                    **_HELP,
                    "message_id": 2,
                    "chat": SUPER_CHAT,
                    "message_thread_id": 1,
                },
            )
        ),
        before=_thread,
    ),
)

ROWS = (*TEXTS, *BESIDES, *BUTTONS, *PROMPTS, *CHATS, *TOPICS)
