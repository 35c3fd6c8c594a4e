"""Every method of the Bot API that the bot uses, row by row: each whole answer is compared."""

import contextlib
import inspect
import io
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from telegram import ChatFullInfo, ChatMember, File, Message, TelegramObject, Update, User

from bot.botapi.client import BotApi, Document, Stored
from bot.botapi.errors import Refused
from bot.playground.api import METHODS
from bot.playground.keyboards import FIELDS, PROMPT_FIELDS
from bot.playground.server import PlaygroundServer
from bot.playground.telegram import FakeTelegram
from bot.playground.world import Request
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from tests.playground.methods import (
    answer_callback_query,
    delete_message,
    delete_webhook,
    edit_message_text,
    get_chat,
    get_chat_member,
    get_file,
    get_me,
    get_updates,
    send_document,
    send_message,
    send_photo,
    set_message_reaction,
    set_my_commands,
)
from tests.playground.methods.table import Row, Stage, fields_in, tags_in, unnamed
from tests.playground.world import AMINA, BOT, GROUP, TOKEN, CallApi, Json, StandingClock

TABLES: dict[str, tuple[Row, ...]] = {
    "answerCallbackQuery": answer_callback_query.ROWS,
    "deleteMessage": delete_message.ROWS,
    "deleteWebhook": delete_webhook.ROWS,
    "editMessageText": edit_message_text.ROWS,
    "getChat": get_chat.ROWS,
    "getChatMember": get_chat_member.ROWS,
    "getFile": get_file.ROWS,
    "getMe": get_me.ROWS,
    "getUpdates": get_updates.ROWS,
    "sendDocument": send_document.ROWS,
    "sendMessage": send_message.ROWS,
    "sendPhoto": send_photo.ROWS,
    "setMessageReaction": set_message_reaction.ROWS,
    "setMyCommands": set_my_commands.ROWS,
}

SHAPES: dict[str, type[TelegramObject]] = {
    "editMessageText": Message,
    "getChat": ChatFullInfo,
    "getChatMember": ChatMember,
    "getFile": File,
    "getMe": User,
    "getUpdates": Update,
    "sendDocument": Message,
    "sendMessage": Message,
    "sendPhoto": Message,
}
"""What a method returns, in the classes of python-telegram-bot; the other methods return True."""

CASES = [
    pytest.param(method, row, id=f"{method}: {row.id}")
    for method, rows in TABLES.items()
    for row in rows
]


async def answered(
    method: str,
    row: Row,
    params: Mapping[str, Any],
    server: PlaygroundServer,
    http: aiohttp.ClientSession,
) -> tuple[int, Json]:
    """Make the call of a row, and return the status and the answer."""
    url = f"{server.url}/bot{TOKEN}/{method}"
    body: dict[str, Any] = {"json": params}
    if row.file is not None:
        form = aiohttp.FormData({name: str(value) for name, value in params.items()})
        name, content = row.file
        form.add_field(row.upload, io.BytesIO(content), filename=name)
        body = {"data": form}
    async with http.post(url, **body) as response:
        return response.status, await response.json()


@pytest.mark.parametrize(("method", "row"), CASES)
async def test_the_answer_is_telegrams(
    method: str,
    row: Row,
    telegram: FakeTelegram,
    api: CallApi,
    clock: StandingClock,
    server: PlaygroundServer,
    http: aiohttp.ClientSession,
) -> None:
    more = row.before(Stage(telegram, api, clock))
    params = {**row.params, **((await more if inspect.isawaitable(more) else more) or {})}
    before = (telegram.revision, len(telegram.outgoing_log))

    status, answer = await answered(method, row, params, server, http)

    assert answer == row.answer
    assert status == answer.get("error_code", 200)
    if not answer["ok"]:
        assert (telegram.revision, len(telegram.outgoing_log)) == before, "it had an effect"
    elif method in SHAPES:
        results = answer["result"] if isinstance(answer["result"], list) else [answer["result"]]
        for result in results:
            assert unnamed(SHAPES[method].de_json(result, None)) == set()


# --- Nothing is left out --------------------------------------------------------------------------


def test_every_method_has_its_table() -> None:
    assert {method.name for method in METHODS.values()} == set(TABLES)


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.name)
def test_every_parameter_works_in_a_row(method: Any) -> None:
    tried = frozenset[str]().union(*(row.names for row in TABLES[method.name]))

    assert method.known - tried == set()


NESTED = {
    "link_preview_options": {"is_disabled"},
    "reply_markup": {*PROMPT_FIELDS, *(f"inline_keyboard.{name}" for name in FIELDS)},
    "reply_parameters": {"message_id", "allow_sending_without_reply"},
}
"""The fields that the playground takes within parameters of several methods."""
REFUSED = {"editMessageText": {f"reply_markup.{name}" for name in PROMPT_FIELDS}}
"""Fields that Telegram takes elsewhere, and in a method never."""


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.name)
def test_every_field_of_a_parameter_works_in_a_row(method: Any) -> None:
    tried = frozenset[str]().union(*(row.names for row in TABLES[method.name]))
    wanted = {f"{name}.{each}" for name in method.known & set(NESTED) for each in NESTED[name]}

    assert wanted - tried == REFUSED.get(method.name, set())


def test_rows_have_names_of_their_own() -> None:
    assert len({case.id for case in CASES}) == len(CASES)


# A keyboard as the bot makes it, with everything that a button of it ever says.
KEYBOARD = renderer().keyboard(keyboards.answers(1), languages=["en"])

CALLS: dict[str, dict[str, Any]] = {
    "answer_callback": {"query_id": "1", "text": "Thanks", "as_alert": True},
    "delete_message": {"chat_id": AMINA, "message_id": 1},
    "delete_webhook": {},
    "edit_message": {"chat_id": AMINA, "message_id": 2, "text": "b", "keyboard": KEYBOARD},
    "get_me": {},
    "get_updates": {"offset": 1},
    "may_write": {"chat_id": GROUP, "bot_id": BOT},
    "react": {"chat_id": AMINA, "message_id": 1, "emoji": "👍"},
    "send_document": {
        "chat_id": AMINA,
        "document": Document("a.ics", "text/calendar", b"BEGIN", "<b>a</b>"),
        "thread_id": 5,
        "reply_to": 1,
        "is_silent": True,
    },
    "send_message": {
        "chat_id": AMINA,
        "text": "a",
        "keyboard": KEYBOARD,
        "force_reply": None,
        "thread_id": 5,
        "reply_to": 1,
        "is_silent": True,
        "is_protected": True,
    },
    "send_photo": {
        "chat_id": AMINA,
        "photo": Stored("photo-1", "<b>a</b>"),
        "keyboard": KEYBOARD,
        "thread_id": 5,
        "reply_to": 1,
        "is_silent": True,
        "is_protected": True,
    },
    "set_my_commands": {
        "commands": [{"command": "when", "description": "When is it?"}],
        "scope": "default",
        "language": "sw",
    },
}
"""Every call that the bot's own client can make, with everything that can be said in it."""
INSTEAD = [("send_message", CALLS["send_message"] | {"keyboard": None, "force_reply": "a"})]
"""What can be said in place of something else."""
NO_WAIT = timedelta()
NO_CALLS = {"call", "server_time"}
"""What calls whatever it is told to, and what asks for no more than the time."""


def client_methods() -> Iterator[str]:
    for name, _ in inspect.getmembers(BotApi, inspect.iscoroutinefunction):
        if not name.startswith("_") and name not in NO_CALLS:
            yield name


def test_every_call_of_the_bot_is_known_here() -> None:
    assert set(client_methods()) == set(CALLS)


@pytest.mark.parametrize(("name", "said"), [*CALLS.items(), *INSTEAD])
async def test_every_parameter_that_the_bot_sends_works_in_a_row(
    name: str, said: dict[str, Any], telegram: FakeTelegram, server: PlaygroundServer
) -> None:
    sent: list[Request] = []

    async def before(request: Request) -> None:
        sent.append(request)

    telegram.before = before
    wanted = set(inspect.signature(getattr(BotApi, name)).parameters) - {"self", "wait"}
    assert wanted == set(said)

    arguments = dict(said) | ({"wait": NO_WAIT} if name == "get_updates" else {})
    async with BotApi(token=TOKEN, address=server.url) as api:
        with contextlib.suppress(Refused):
            await getattr(api, name)(**arguments)

    assert sent
    for request in sent:
        tried = frozenset[str]().union(*(row.names for row in TABLES[request.method]))
        assert set(fields_in(request.params)) - tried == set()


# --- The marks in texts ---------------------------------------------------------------------------

ROOT = Path(__file__).parents[3]


def marks_of_the_bot() -> frozenset[str]:
    """Return every tag that stands in a template of a message, or that rendering adds to it."""
    templates = (ROOT / "templates" / "chat").rglob("*.html")
    rendering = (ROOT / "bot" / "rendering").glob("*.py")
    return frozenset[str]().union(*(tags_in(file.read_text()) for file in [*templates, *rendering]))


def test_the_marks_of_the_bot_are_found() -> None:
    assert marks_of_the_bot() >= {"a href", "b", "blockquote expandable", "code", "pre", "s"}


@pytest.mark.parametrize("method", ["editMessageText", "sendDocument", "sendMessage", "sendPhoto"])
def test_every_mark_that_the_bot_sends_works_in_a_row(method: str) -> None:
    tried = frozenset[str]().union(*(row.tags for row in TABLES[method]))

    assert marks_of_the_bot() - tried == set()
