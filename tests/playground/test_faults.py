"""Telegram failing on purpose: what the bot sees, and whether it happened all the same."""

import asyncio
import contextlib

import aiohttp
import pytest

from bot.playground.faults import Fault, FaultKind
from bot.playground.server import PlaygroundServer
from bot.playground.telegram import FakeTelegram
from bot.playground.world import Request
from tests.playground.world import AMINA, GROUP, TOKEN, CallApi


async def attempt(
    server: PlaygroundServer, http: aiohttp.ClientSession, text: str = "a", chat: int = AMINA
) -> tuple[int, str] | str:
    """Send a message and return status and body, or the name of the exception."""
    call = {"chat_id": chat, "text": text}
    timeout = aiohttp.ClientTimeout(total=0.5)
    try:
        async with http.post(
            f"{server.url}/bot{TOKEN}/sendMessage", json=call, timeout=timeout
        ) as answer:
            return answer.status, await answer.text()
    except (aiohttp.ClientError, TimeoutError) as error:
        return type(error).__name__


@pytest.mark.parametrize(
    ("kind", "outcomes", "happened"),
    [
        (FaultKind.RESET_BEFORE, {"ServerDisconnectedError", "ClientOSError"}, False),
        (FaultKind.DROP_AFTER, {"ServerDisconnectedError", "ClientOSError"}, True),
        (FaultKind.RESET_MID_BODY, {"ClientPayloadError", "ClientOSError"}, True),
        (FaultKind.SILENCE_AFTER, {"TimeoutError"}, True),
    ],
)
async def test_broken_line_leaves_what_happened(
    kind: FaultKind,
    outcomes: set[str],
    server: PlaygroundServer,
    telegram: FakeTelegram,
    *,
    happened: bool,
) -> None:
    telegram.faults.add(Fault(kind, method="sendMessage"))

    # A fresh session: a client may quietly try again on a kept connection that died.
    async with aiohttp.ClientSession() as fresh:
        outcome = await attempt(server, fresh)

    assert outcome in outcomes
    assert (len(telegram.outgoing_log), len(telegram.faults)) == (int(happened), 0)


async def test_flood_wait_is_answered_once(api: CallApi, telegram: FakeTelegram) -> None:
    telegram.faults.add(Fault.too_many(9861, method="sendMessage", chat_id=AMINA))

    refused = await api("sendMessage", chat_id=AMINA, text="a")
    accepted = await api("sendMessage", chat_id=AMINA, text="a")

    assert (refused["error_code"], refused["parameters"]) == (429, {"retry_after": 9861})
    assert accepted["ok"]
    assert telegram.refusals == 0


async def test_gateway_answers_with_a_page(
    server: PlaygroundServer, http: aiohttp.ClientSession, telegram: FakeTelegram
) -> None:
    telegram.faults.add(Fault(FaultKind.BAD_GATEWAY))

    outcome = await attempt(server, http)

    assert isinstance(outcome, tuple)
    assert outcome[0] == 502
    assert outcome[1].startswith("<html>")
    assert telegram.outgoing_log == []


async def test_any_refusal_can_be_queued(api: CallApi, telegram: FakeTelegram) -> None:
    telegram.faults.add(Fault(FaultKind.ERROR), times=2)

    answers = [await api("getMe") for _ in range(3)]

    assert [answer.get("error_code") for answer in answers] == [500, 500, None]
    assert answers[0]["description"] == "Internal Server Error"


async def test_fault_waits_for_its_method_and_chat(api: CallApi, telegram: FakeTelegram) -> None:
    telegram.faults.add(Fault(FaultKind.ERROR, method="sendmessage", chat_id=GROUP))

    other_chat = await api("sendMessage", chat_id=AMINA, text="a")
    other_method = await api("getMe")
    meant = await api("sendMessage", chat_id=GROUP, text="a")

    assert (other_chat["ok"], other_method["ok"], meant["ok"]) == (True, True, False)


async def test_faults_can_be_cleared(api: CallApi, telegram: FakeTelegram) -> None:
    telegram.faults.add(Fault(FaultKind.ERROR), times=5)
    telegram.faults.clear()

    assert (await api("getMe"))["ok"]


async def test_hooks_stand_before_the_effect_and_before_the_answer(
    api: CallApi, telegram: FakeTelegram
) -> None:
    moments = []

    async def before(request: Request) -> None:
        moments.append(("before", request.method, len(telegram.outgoing_log)))

    async def after(request: Request) -> None:
        moments.append(("after", request.params["text"], len(telegram.outgoing_log)))

    telegram.before, telegram.after = before, after
    await api("sendmessage", chat_id=AMINA, text="a")

    assert moments == [("before", "sendMessage", 0), ("after", "a", 1)]


async def test_caller_killed_between_effect_and_answer_finds_it_done(
    server: PlaygroundServer, telegram: FakeTelegram
) -> None:
    accepted = asyncio.Event()

    async def after(_request: Request) -> None:
        accepted.set()
        await asyncio.sleep(0.2)

    telegram.after = after
    async with aiohttp.ClientSession() as session:
        call = asyncio.create_task(attempt(server, session))
        await accepted.wait()
        call.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await call

    assert [message.text for message in telegram.messages(AMINA)] == ["/start", "a"]
