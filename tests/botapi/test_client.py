"""The client over real HTTP: what it sends, and what it makes of every way to fail."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.botapi.client import ALLOWED_UPDATES, BotApi, Document
from bot.botapi.errors import (
    AnotherPoller,
    CallFailed,
    Closed,
    Migrated,
    Refused,
    TokenRefused,
    TooMany,
    Unanswered,
    Unreachable,
)

TOKEN = "123456:a-secret_TOKEN"
JSON = "application/json"


@dataclass
class Server:
    """A server that answers whatever a test wants, and keeps what it was asked."""

    status: int = 200
    body: str = '{"ok": true, "result": {"message_id": 7}}'
    content_type: str = JSON
    calls: list[tuple[str, Any]] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer as the test wishes."""
        is_form = request.content_type.startswith("multipart/")
        body = dict(await request.post()) if is_form else await request.json()
        self.calls.append((request.path.rsplit("/", 1)[-1], body))
        if self.status == 0:
            assert request.transport is not None
            request.transport.abort()
        if self.status == -1:
            await asyncio.sleep(5)
        return web.Response(
            status=max(self.status, 200), text=self.body, content_type=self.content_type
        )


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """Lend a server on this machine."""
    server = Server()
    application = web.Application()
    application.router.add_post("/bot{token}/{method}", server.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = "http://{}:{}".format(*runner.addresses[0][:2])
    yield server
    await runner.cleanup()


@pytest.fixture
async def api(server: Server) -> AsyncIterator[BotApi]:
    """Lend a client of that server."""
    async with BotApi(token=TOKEN, address=server.url) as api:
        yield api


async def test_a_message_is_sent_as_html_without_previews_and_its_number_returned(
    api: BotApi, server: Server
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}

    number = await api.send_message(
        -5, "<b>Karibu</b>", keyboard=keyboard, thread_id=3, reply_to=9, is_silent=True
    )

    assert number == 7
    assert server.calls == [
        (
            "sendMessage",
            {
                "chat_id": -5,
                "text": "<b>Karibu</b>",
                "parse_mode": "HTML",
                "message_thread_id": 3,
                # Whoever deleted their words gets the answer all the same.
                "reply_parameters": {"message_id": 9, "allow_sending_without_reply": True},
                "reply_markup": keyboard,
                "disable_notification": True,
                "link_preview_options": {"is_disabled": True},
            },
        )
    ]


async def test_a_reply_can_be_asked_for_and_words_protected(api: BotApi, server: Server) -> None:
    await api.send_message(5, "Your words?", force_reply="Write here", is_protected=True)

    [(method, body)] = server.calls
    assert (method, body["protect_content"]) == ("sendMessage", True)
    assert body["reply_markup"] == {
        "force_reply": True,
        "input_field_placeholder": "Write here",
    }


async def test_a_message_is_deleted_by_its_number(api: BotApi, server: Server) -> None:
    server.body = '{"ok": true, "result": true}'

    await api.delete_message(5, 7)

    assert server.calls == [("deleteMessage", {"chat_id": 5, "message_id": 7})]


class Doubled:
    """Stands in for numbers in a way that is easy to read; 13 is forgotten."""

    def hide(self, chat_id: int, number: int, date: Any = None) -> int:
        return chat_id * 1_000_000 + number * 1_000 + (date or 0)

    def hide_all(self, told: Any) -> Any:
        return {"hidden": told}

    def find(self, chat_id: int, stand_in: int) -> int | None:
        return None if stand_in == 13 else stand_in * 2 + chat_id


@pytest.fixture
async def doubling(server: Server) -> AsyncIterator[BotApi]:
    """Lend a client that exchanges numbers."""
    async with BotApi(token=TOKEN, address=server.url, numbers=Doubled()) as api:
        yield api


async def test_every_number_that_goes_out_is_exchanged(doubling: BotApi, server: Server) -> None:
    file = Document("a.txt", "text/plain", b"a", "a")
    await doubling.send_message(5, "a", reply_to=9)
    await doubling.send_document(5, file, reply_to=9)
    await doubling.send_photo(5, file, reply_to=9)
    await doubling.edit_message(5, 7, "b")
    await doubling.delete_message(5, 7)
    await doubling.react(5, 7, "👍")

    found = [
        json.loads(body["reply_parameters"])
        if isinstance(body.get("reply_parameters"), str)
        else body.get("reply_parameters") or body["message_id"]
        for _, body in server.calls
    ]
    reply = {"message_id": 23, "allow_sending_without_reply": True}
    assert found == [reply, reply, reply, 19, 19, 19]


async def test_every_number_that_comes_in_is_exchanged(doubling: BotApi, server: Server) -> None:
    file = Document("a.txt", "text/plain", b"a", "a")
    server.body = '{"ok": true, "result": {"message_id": 7, "date": 3}}'

    sent = [
        await doubling.send_message(5, "a"),
        await doubling.send_document(5, file),
        await doubling.send_photo(5, file),
    ]
    server.body = '{"ok": true, "result": [{"update_id": 1}]}'

    assert sent == [5_007_003] * 3
    assert await doubling.get_updates(offset=None, wait=timedelta()) == [
        {"hidden": {"update_id": 1}}
    ]


async def test_a_message_whose_number_is_forgotten_is_as_one_that_was_deleted(
    doubling: BotApi, server: Server
) -> None:
    await doubling.send_message(5, "a", reply_to=13)
    assert "reply_parameters" not in server.calls[0][1]

    with pytest.raises(Refused) as edited:
        await doubling.edit_message(5, 13, "b")
    assert edited.value.is_message_gone
    with pytest.raises(Refused):
        await doubling.delete_message(5, 13)
    with pytest.raises(Refused):
        await doubling.react(5, 13, "👍")
    assert len(server.calls) == 1


async def test_what_is_not_given_is_not_sent(api: BotApi, server: Server) -> None:
    await api.send_message(5, "a")
    await api.edit_message(5, 7, "b")
    await api.answer_callback("1")

    assert [set(body) for _, body in server.calls] == [
        {"chat_id", "text", "parse_mode", "link_preview_options"},
        {"chat_id", "message_id", "text", "parse_mode", "link_preview_options"},
        {"callback_query_id"},
    ]


async def test_the_kinds_of_update_are_named_each_time_because_telegram_remembers_them(
    api: BotApi, server: Server
) -> None:
    server.body = '{"ok": true, "result": []}'

    await api.get_updates(offset=None, wait=timedelta(seconds=3))
    await api.get_updates(offset=8, wait=timedelta(seconds=3))

    asked = {"timeout": 3, "limit": 100, "allowed_updates": list(ALLOWED_UPDATES)}
    assert [body for _, body in server.calls] == [asked, {**asked, "offset": 8}]


async def test_the_backlog_is_kept(api: BotApi, server: Server) -> None:
    await api.delete_webhook()

    assert server.calls == [("deleteWebhook", {"drop_pending_updates": False})]


def refusal(code: int, description: str, parameters: str = "{}") -> str:
    """Return the body of an answer that is not success."""
    return (
        f'{{"ok": false, "error_code": {code}, "description": "{description}",'
        f' "parameters": {parameters}}}'
    )


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        pytest.param(400, refusal(400, "Bad Request: x"), Refused, id="400"),
        pytest.param(403, refusal(403, "Forbidden: kicked"), Closed, id="403"),
        pytest.param(401, refusal(401, "Unauthorized"), TokenRefused, id="401"),
        pytest.param(404, refusal(404, "Not Found"), TokenRefused, id="404"),
        pytest.param(409, refusal(409, "Conflict"), AnotherPoller, id="409"),
        pytest.param(429, refusal(429, "Too Many Requests"), TooMany, id="429"),
        pytest.param(500, refusal(500, "Internal"), Unreachable, id="500"),
        pytest.param(502, "<html>Bad Gateway</html>", Unreachable, id="a page of a proxy"),
        pytest.param(429, "slow down", Unreachable, id="a 429 of a proxy"),
        pytest.param(200, "<html>Log in to the hotel</html>", Unanswered, id="a page with 200"),
        pytest.param(200, '{"ok": tru', Unanswered, id="half an answer"),
        pytest.param(200, "[]", Unanswered, id="a list"),
        pytest.param(200, '{"ok": true}', Unanswered, id="no result"),
        pytest.param(0, "", Unanswered, id="the line breaks"),
    ],
)
async def test_each_way_to_fail_has_its_outcome(
    api: BotApi, server: Server, status: int, body: str, outcome: type[CallFailed]
) -> None:
    server.status, server.body = status, body

    with pytest.raises(CallFailed) as raised:
        await api.send_message(5, "a")

    assert type(raised.value) is outcome


async def test_a_silence_counts_as_unanswered(api: BotApi, server: Server) -> None:
    server.status = -1

    with pytest.raises(Unanswered):
        await api.call("getMe", patience=timedelta(seconds=0.1))


async def test_nobody_there_counts_as_unreachable() -> None:
    async with BotApi(token=TOKEN, address="http://127.0.0.1:9") as api:
        with pytest.raises(Unreachable):
            await api.get_me()


async def test_a_429_says_how_long_to_wait(api: BotApi, server: Server) -> None:
    server.status, server.body = 429, refusal(429, "Too Many", '{"retry_after": 9876}')

    with pytest.raises(TooMany) as raised:
        await api.send_message(5, "a")

    assert raised.value.retry_after == timedelta(seconds=9876)


async def test_a_group_that_moved_says_where_to(api: BotApi, server: Server) -> None:
    server.status = 400
    server.body = refusal(400, "Bad Request: upgraded", '{"migrate_to_chat_id": -1007}')

    with pytest.raises(Migrated) as raised:
        await api.send_message(5, "a")

    assert raised.value.chat_id == -1007


@pytest.mark.parametrize("status", [0, -1, 200, 400, 401, 502])
async def test_no_error_ever_holds_the_token(api: BotApi, server: Server, status: int) -> None:
    server.status, server.body = status, "<html>"

    with pytest.raises(CallFailed) as raised:
        await api.call("getMe", patience=timedelta(seconds=0.1))

    told = _everything(raised.value)
    assert TOKEN not in told
    assert not re.search("secret", told)


def _everything(error: BaseException | None) -> str:
    """Return what a log line about an error could show, with what is chained to it and shown."""
    if error is None:
        return ""
    shown = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return f"{error!r} {error} {_everything(shown)}"
