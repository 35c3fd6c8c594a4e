"""The whole program: how it begins and stops, and what only shows when all its parts run."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot import app
from bot.botapi.client import BotApi
from bot.botapi.errors import TokenRefused
from bot.clock import VirtualClock
from bot.database import AWAY, Database, Transaction
from bot.models import Chat, OutboxMessage, OutboxState, Run
from bot.playground.faults import Fault, FaultKind
from bot.playground.server import PlaygroundServer
from bot.playground.telegram import FakeTelegram
from bot.seed import structure
from bot.seed.people import BOT_USERNAME, ONE_COUNTY, TOKEN
from tests.keys import key_dir
from tests.stories.story import AMINA, GROUP, LEAD, MONDAY, STRANGER, Story, told


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    """Begin a story in the seeded coalition."""
    async with told(database_url) as story:
        yield story


@asynccontextmanager
async def began(
    database_url: str, *faults: Fault, token: str = TOKEN
) -> AsyncIterator[app.Program]:
    """Begin a program that does not run yet, while Telegram fails in these ways."""
    clock = VirtualClock(MONDAY)
    telegram = FakeTelegram(clock.now)
    structure.add_to(telegram, ONE_COUNTY)
    for fault in faults:
        telegram.faults.add(fault)
    async with (
        PlaygroundServer(telegram) as server,
        app.program(
            database_url=database_url,
            token=token,
            api_address=server.url,
            clock=clock,
            key_dir=key_dir(database_url),
        ) as program,
    ):
        yield program


# --- beginning and stopping --------------------------------------------------------------------


async def test_after_a_proper_stop_nothing_is_taken_with_caution(database_url: str) -> None:
    cautious = []

    for _ in range(2):
        async with began(database_url) as program:
            cautious.append(program.intake.is_cautious)

    assert cautious == [False, False]


async def test_after_a_crash_what_was_left_behind_is_taken_with_caution(database_url: str) -> None:
    class Crash(BaseException):
        pass

    with pytest.raises(Crash):
        async with began(database_url):
            raise Crash
    async with began(database_url) as after:
        was_cautious = after.intake.is_cautious
    async with began(database_url) as later:
        is_cautious = later.intake.is_cautious

    assert (was_cautious, is_cautious) == (True, False)


async def test_a_program_leaves_a_note_only_while_it_runs(database_url: str) -> None:
    async with began(database_url) as program:
        database = program.toolbox.database
        while_it_runs = await database.run(
            lambda session: session.scalar(select(func.count()).select_from(Run))
        )
    database = Database(database_url)
    afterwards = await database.run(
        lambda session: session.scalar(select(func.count()).select_from(Run))
    )
    await database.close()

    assert (while_it_runs, afterwards) == (1, 0)


async def test_a_wrong_token_is_noticed_at_once(database_url: str) -> None:
    with pytest.raises(TokenRefused):
        async with began(database_url, token="1000:wrong"):
            pass


async def test_a_network_that_comes_up_later_than_the_program_is_waited_for(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "AWAY", 0.01)
    faults = [
        Fault(FaultKind.RESET_BEFORE, "getMe"),
        Fault(FaultKind.BAD_GATEWAY, "getMe"),
        Fault.too_many(1, method="deleteWebhook"),
    ]

    async with asyncio.timeout(10), began(database_url, *faults) as program:
        me = await program.toolbox.api.get_me()

    assert me["username"] == BOT_USERNAME


async def test_a_telegram_that_asks_for_patience_is_left_alone_as_long_as_it_asks(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        if seconds >= AWAY:
            waited.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", note)

    async with began(database_url, Fault.too_many(7, method="getMe")):
        pass

    assert waited == [7]


async def test_the_menu_is_there_for_each_kind_of_chat_and_each_language(story: Story) -> None:
    scopes = {"all_private_chats", "all_group_chats"}

    async with asyncio.timeout(10):
        while len(story.telegram.commands) < 8:
            await story.telegram.changed(story.telegram.revision, 1)

    assert {scope for scope, _ in story.telegram.commands} == scopes
    assert {language for _, language in story.telegram.commands} == {"", "en", "so", "sw"}
    private = {row["command"] for row in story.telegram.menu(STRANGER, STRANGER, "de")}
    assert {"help", "when", "meeting"} <= private


# --- the clock ---------------------------------------------------------------------------------


async def test_a_jump_stops_at_everything_that_falls_due(story: Story) -> None:
    await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
    await story.tap(LEAD, "✅")
    seen = story.telegram.outgoing_log[-1].at

    await story.travel(days=12)

    sent = [
        call.at
        for call in story.telegram.outgoing_log
        if call.method == "sendMessage" and call.at > seen
    ]
    # 3 December, 10:00 in Nairobi is 07:00 UTC.
    start = MONDAY.replace(month=12, day=3, hour=7)
    before = (timedelta(days=7), timedelta(days=1), timedelta(hours=1))
    # Nobody opened it: on the next morning, at 08:30 in Nairobi, it is asked what became of it.
    morning = start + timedelta(days=1, hours=-1, minutes=-30)
    assert sent == [*(start - ahead for ahead in before), morning]
    # What was written in confidence has its hour, too.
    release = MONDAY.replace(month=12, day=6, hour=18)
    assert await story.program.next_due() == release
    await story.travel(days=1, hours=13)
    assert await story.program.next_due() == morning + timedelta(days=3)


# --- chats that close --------------------------------------------------------------------------


async def test_a_group_that_lets_the_bot_back_in_hears_what_waited(story: Story) -> None:
    await story.write(LEAD, "/meeting 26 Nov 10:00 County Hall")
    await story.tap(LEAD, "✅")
    before = len(story.from_bot())
    story.telegram.kick(GROUP)
    # Wednesday, 08:00 UTC: the reminder of the day before fell due at 07:00.
    await story.travel_to(MONDAY.replace(day=25, hour=8))
    while_away = len(story.from_bot())

    story.telegram.bring_back(GROUP)
    await story.settle()

    assert (before, while_away, len(story.from_bot())) == (before, before, before + 2)
    assert story.last().buttons != []


async def test_a_person_who_comes_back_hears_what_waited(story: Story) -> None:
    await story.write(AMINA, "/help", chat=AMINA)
    story.telegram.block(AMINA)
    await story.settle()
    number = await _say(story, AMINA, "while you were away")
    await story.settle()
    closed = [chat.chat_id for chat in await story.rows(Chat) if chat.is_closed]

    story.telegram.unblock(AMINA)
    await story.settle()

    rows = {row.id: row.state for row in await story.rows(OutboxMessage)}
    assert (closed, rows[number]) == ([AMINA], OutboxState.DELIVERED)
    assert story.last(AMINA).text == "while you were away"


async def test_a_person_who_never_wrote_hears_what_waited_when_they_press_start(
    story: Story,
) -> None:
    await _say(story, STRANGER, "too early")
    await story.settle()
    too_early = story.said(STRANGER)

    await story.write(STRANGER, "/start", chat=STRANGER)

    assert too_early == []
    assert story.said(STRANGER)[0] == "too early"
    assert len(story.said(STRANGER)) == 2


# --- the network -------------------------------------------------------------------------------


async def test_nothing_waits_for_the_network_inside_a_transaction(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_transaction: set[asyncio.Task[Any] | None] = set()
    calls: dict[str, bool] = {}
    begin, call = Database.begin, BotApi.call

    @asynccontextmanager
    async def noted_begin(self: Database) -> AsyncIterator[Transaction]:
        async with begin(self) as transaction:
            in_transaction.add(asyncio.current_task())
            try:
                yield transaction
            finally:
                in_transaction.discard(asyncio.current_task())

    async def noted_call(self: BotApi, method: str, **parameters: Any) -> Any:
        calls[method] = calls.get(method, False) or asyncio.current_task() in in_transaction
        return await call(self, method, **parameters)

    monkeypatch.setattr(Database, "begin", noted_begin)
    monkeypatch.setattr(BotApi, "call", noted_call)
    async with told(database_url) as story:
        await story.write(LEAD, "/meeting 3 Dec 10:00 County Hall")
        await story.tap(LEAD, "✅")
        await story.tap(AMINA, "✅")
        await story.write(AMINA, "no", reply_to=story.last(with_button="✅").id)
        await story.travel(days=12)

    assert calls == dict.fromkeys(
        (
            "getMe",
            "deleteWebhook",
            "setMyCommands",
            "getUpdates",
            "sendMessage",
            "editMessageText",
            "answerCallbackQuery",
            "setMessageReaction",
        ),
        False,
    )


async def _say(story: Story, chat: int, text: str) -> int:
    """Decide to say something, as a service does."""
    now = story.clock.now()
    async with story.program.toolbox.database.transaction() as session:
        row = OutboxMessage(
            chat_id=chat,
            text=text,
            kind="test",
            not_before=now,
            expires_at=now + timedelta(days=1),
        )
        session.add(row)
        await session.flush()
        assert row.id is not None
        return row.id
