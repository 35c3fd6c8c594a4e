"""Fetching and acknowledging, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.botapi.client import BotApi
from bot.botapi.errors import TokenRefused
from bot.clock import VirtualClock
from bot.database import Database
from bot.handlers.desk import Desk
from bot.handlers.feedback import Confidence
from bot.intake import polling
from bot.intake.dispatch import Dispatcher
from bot.intake.polling import Polling
from bot.intake.take import Intake
from bot.models import OutboxMessage
from bot.outbox.directly import Directly
from bot.playground.faults import Fault, FaultKind
from bot.playground.server import PlaygroundServer
from bot.playground.telegram import FakeTelegram
from bot.playground.world import FIRST_UPDATE_ID as FIRST
from bot.playground.world import Request
from bot.seed import structure
from bot.seed.people import ONE_COUNTY, TOKEN
from bot.toolbox import Toolbox
from tests.intake.counter import AMINA, ME, NOON, SIGHT, Counter, Killed
from tests.keys import prepare
from tests.parts import make_sender


@dataclass
class Post:
    """A small Telegram, and the way from it to the intake."""

    telegram: FakeTelegram
    counter: Counter
    polling: Polling
    api: BotApi

    @asynccontextmanager
    async def collecting(self) -> AsyncIterator[asyncio.Task[None]]:
        """Fetch updates for as long as the block lasts."""
        task = asyncio.create_task(self.polling.run())
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def collect(self) -> None:
        """Fetch until everything is acknowledged."""
        async with self.collecting() as task:
            await self.until(lambda: task.done() or not len(self.telegram.updates))
        if task.done() and not task.cancelled():
            task.result()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return when `condition` holds; ten seconds are too long."""
        async with asyncio.timeout(10):
            while not condition():
                await self.telegram.changed(self.telegram.revision, 0.02)

    def write(self, *texts: str) -> None:
        """Let Amina write to the bot."""
        for text in texts:
            self.telegram.write(AMINA, AMINA, text)

    async def taken(self) -> set[int]:
        """Return the updates that have had their effects."""
        taken = await self.counter.taken([*range(1, 100), *range(FIRST, FIRST + 1000)])
        assert None not in taken
        return {number for number in taken if number is not None}

    async def answers(self) -> int:
        """Return how many answers the bot has decided to give."""
        return len(await self.counter.rows(OutboxMessage))


@pytest.fixture
async def post(database_url: str) -> AsyncIterator[Post]:
    """Lend a post on a database with the playground's coalition."""
    await structure.store(database_url, ONE_COUNTY)
    clock = VirtualClock(NOON)
    telegram = FakeTelegram(clock.now)
    structure.add_to(telegram, ONE_COUNTY)
    async with AsyncExitStack() as closing:
        server = await closing.enter_async_context(PlaygroundServer(telegram))
        database = Database(database_url)
        closing.push_async_callback(database.close)
        api = await closing.enter_async_context(BotApi(token=TOKEN, address=server.url))
        sender = make_sender(database, api, clock)
        keys = await prepare(database, NOON)
        toolbox = Toolbox(database, clock, api, sender, keys, Directly(clock))
        dispatcher = Dispatcher(token=TOKEN, me=ME)
        await dispatcher.open()
        intake = Intake(toolbox, dispatcher, Confidence(toolbox, SIGHT, answered=()))
        counter = Counter(database, toolbox, dispatcher, intake)
        collector = Polling(toolbox, intake, long_poll=timedelta(seconds=1))
        yield Post(telegram, counter, collector, api)


def polls_of(post: Post) -> list[Mapping[str, Any]]:
    """Return the parameters of each getUpdates to come, as they arrive."""
    polls: list[Mapping[str, Any]] = []

    async def note(call: Request) -> None:
        if call.method == "getUpdates":
            polls.append(call.params)

    post.telegram.before = note
    return polls


async def test_nothing_is_acknowledged_before_it_is_stored(post: Post) -> None:
    acknowledged: list[tuple[int, set[int]]] = []

    async def look(call: Request) -> None:
        if call.params.get("offset"):
            acknowledged.append((call.params["offset"], await post.taken()))

    post.telegram.before = look
    post.write("one", "two")
    await post.collect()
    post.write("three")
    await post.collect()

    assert acknowledged
    assert all(max(stored, default=0) == offset - 1 for offset, stored in acknowledged)
    assert await post.answers() == 3


async def test_what_a_killed_program_had_fetched_is_fetched_again(post: Post) -> None:
    async def die(_desk: Desk, _text: str) -> None:
        if len(post.counter.seen) == 2:
            raise Killed

    post.counter.plant(die)
    post.write("one", "two", "three")

    with pytest.raises(Killed):
        await post.polling.run()
    left = (len(post.telegram.updates), await post.answers())
    await post.collect()

    assert left == (3, 0)
    assert (len(post.telegram.updates), await post.answers()) == (0, 3)


async def test_an_update_that_telegram_delivers_twice_has_its_effects_once(post: Post) -> None:
    post.write("one")
    await post.collect()
    [number] = await post.taken()

    post.telegram.redeliver(number)
    post.write("two")
    await post.collect()

    assert await post.answers() == 2


async def test_lower_ids_after_a_quiet_week_are_not_hidden_by_an_old_offset(post: Post) -> None:
    post.write("before")
    async with post.collecting():
        await post.until(lambda: not len(post.telegram.updates))
        # A poll that comes back empty: as in every night of a quiet week.
        polls = polls_of(post)
        await post.until(lambda: any("offset" not in poll for poll in polls))
        post.telegram.restart_update_ids(5)
        post.write("after")
        await post.until(lambda: not len(post.telegram.updates))

    assert 5 in await post.taken()
    assert await post.answers() == 2


async def test_many_waiting_updates_are_all_taken(post: Post) -> None:
    post.write(*(str(number) for number in range(130)))

    await post.collect()

    assert await post.answers() == 130


async def test_caution_ends_with_what_was_left_behind(post: Post) -> None:
    post.counter.intake.is_cautious = True
    post.write("left behind")
    await post.collect()

    assert not post.counter.intake.is_cautious
    assert await post.answers() == 1


async def test_caution_ends_when_nothing_waits(post: Post) -> None:
    post.counter.intake.is_cautious = True

    async with post.collecting():
        await post.until(lambda: not post.counter.intake.is_cautious)

    assert await post.answers() == 0


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.BAD_GATEWAY, "getUpdates"),
        Fault(FaultKind.ERROR, "getUpdates"),
        Fault(FaultKind.RESET_BEFORE, "getUpdates"),
        Fault(FaultKind.RESET_MID_BODY, "getUpdates"),
        Fault(FaultKind.DROP_AFTER, "getUpdates"),
        Fault.too_many(0, method="getUpdates"),
        Fault(FaultKind.ERROR, "getUpdates", code=409, description="Conflict"),
    ],
    ids=lambda fault: f"{fault.kind} {fault.code}",
)
async def test_a_poll_that_fails_is_tried_again_and_loses_nothing(
    post: Post, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "LONGEST_PAUSE", 0.06)
    post.telegram.faults.add(fault, times=2)
    post.write("one", "two")

    await post.collect()

    assert (await post.answers(), len(post.telegram.faults)) == (2, 0)


async def test_a_token_that_telegram_does_not_know_ends_the_polling(post: Post) -> None:
    post.api.token = "1000:revoked"

    with pytest.raises(TokenRefused):
        await asyncio.wait_for(post.polling.run(), 10)
