"""A post office: the real outbox and sender, over real HTTP, against a small Telegram."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.botapi.client import BotApi
from bot.clock import VirtualClock
from bot.database import Database
from bot.models import Method, OutboxMessage, OutboxState
from bot.outbox import chats, post
from bot.outbox.sender import Sender
from bot.playground.server import PlaygroundServer
from bot.playground.state import Call
from bot.playground.telegram import FakeTelegram
from tests.parts import make_sender

TOKEN = "7000000001:playground-token"
NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
AMINA, BARAKA = 11, 12
WAJIR, GARISSA = -500, -501
PATIENCE = 20.0
"""Seconds (real) after which an office that does not settle has failed."""


@dataclass
class Office:
    """What a test of the sender works with."""

    database: Database
    telegram: FakeTelegram
    clock: VirtualClock
    api: BotApi
    sender: Sender
    running: asyncio.Task[None]

    async def put(
        self,
        chat_id: int,
        text: str,
        *,
        due_in: timedelta = timedelta(0),
        expires_in: timedelta = timedelta(days=1),
        **columns: Any,
    ) -> int:
        """Write a message down, as a service does, and return its number."""
        now = self.clock.now()

        async def work(session: AsyncSession) -> int:
            row = OutboxMessage(
                chat_id=chat_id,
                text=text,
                kind="test",
                not_before=now + due_in,
                expires_at=now + expires_in,
                **columns,
            )
            session.add(row)
            await session.flush()
            assert row.id is not None
            return row.id

        return await self.database.run(work)

    async def react(self, chat_id: int, message_id: int) -> int:
        """Write a reaction down."""
        return await self.put(chat_id, "👍", method=Method.REACTION, reply_to=message_id)

    async def revise(self, number: int, text: str) -> None:
        """Change what a live message shows."""

        async def work(session: AsyncSession) -> None:
            row = await session.get_one(OutboxMessage, number, with_for_update=True)
            await post.revise(session, row, text=text, keyboard=None, now=self.clock.now())

        await self.database.run(work)

    async def settle(self, **ahead: float) -> None:
        """Deliver what can be delivered while the clock goes on as far as `ahead` (a timedelta)."""
        until = self.clock.now() + timedelta(**ahead)
        async with asyncio.timeout(PATIENCE):
            while True:
                await self.idle()
                due = self.sender.next_at
                if due is None or due > until:
                    break
                self.clock.set(due)
            self.clock.set(until)
            await self.idle()

    async def idle(self) -> None:
        """Return when nothing more can be delivered before the clock moves."""
        settling = asyncio.create_task(self.sender.settle())
        try:
            await asyncio.wait({settling, self.running}, return_when=asyncio.FIRST_COMPLETED)
            if self.running.done():
                self.running.result()
        finally:
            settling.cancel()

    async def let_leases_run_out(self) -> None:
        """Let the database's time, which nobody can move, seem to have gone on."""

        async def work(session: AsyncSession) -> None:
            passed = datetime.now(UTC) - timedelta(minutes=1)
            await session.execute(update(OutboxMessage).values(lease_until=passed))

        await self.database.run(work)

    async def row(self, number: int) -> OutboxMessage:
        """Return a message of the outbox as it stands now."""
        return await self.database.run(lambda session: session.get_one(OutboxMessage, number))

    async def state(self, number: int) -> OutboxState:
        """Return how far a message has come."""
        return (await self.row(number)).state

    async def rows(self, table: type[SQLModel]) -> list[Any]:
        """Return all rows of a table."""

        async def work(session: AsyncSession) -> list[Any]:
            return list((await session.execute(select(table))).scalars())

        return await self.database.run(work)

    async def reopen(self, chat_id: int) -> None:
        """Let a chat be open again, as the news of a return does."""
        await self.database.run(lambda session: chats.reopen(session, chat_id))

    def said(self, chat_id: int) -> list[str]:
        """Return what the bot's messages in a chat say now, oldest first."""
        return [m.text for m in self.telegram.messages(chat_id) if m.author_id == 7000000001]

    def sent(self, chat_id: int | None = None) -> list[Call]:
        """Return the messages that were sent (not edited), to one chat or to all."""
        return [
            call
            for call in self.telegram.outgoing_log
            if call.method == "sendMessage" and chat_id in {None, call.chat_id}
        ]


def furnished(clock: VirtualClock) -> FakeTelegram:
    """Return a small Telegram with two people, who have written to the bot, and two groups."""
    telegram = FakeTelegram(clock.now)
    telegram.add_bot(TOKEN, "baraza_bot", "Baraza")
    for number, name in ((AMINA, "Amina"), (BARAKA, "Baraka")):
        telegram.add_user(number, name)
        telegram.write(number, number, "/start")
    for number, name in ((WAJIR, "Wajir"), (GARISSA, "Garissa")):
        telegram.add_group(number, name, members=[AMINA, BARAKA])
    return telegram


@asynccontextmanager
async def opened(
    database_url: str,
    *,
    telegram: FakeTelegram | None = None,
    clock: VirtualClock | None = None,
    address: str | None = None,
    lease: timedelta = timedelta(seconds=90),
    **told: Any,
) -> AsyncIterator[Office]:
    """Open an office; a second one is given the `telegram`, `clock` and `address` of the first.

    `told` replaces what the sender calls with news for the services.
    """
    clock = clock or VirtualClock(NOON)
    telegram = telegram or furnished(clock)
    server = PlaygroundServer(telegram)
    async with AsyncExitStack() as closing:
        database = Database(database_url)
        closing.push_async_callback(database.close)
        if address is None:
            await closing.enter_async_context(server)
        api = await closing.enter_async_context(BotApi(token=TOKEN, address=address or server.url))
        sender = make_sender(database, api, clock, lease=lease, **told)
        running = asyncio.create_task(sender.run())
        try:
            yield Office(database, telegram, clock, api, sender, running)
            if running.done():
                running.result()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            for call in tuple(sender._calls):
                call.cancel()
            await sender.stop()
