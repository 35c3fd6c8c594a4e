"""A story: people's words, the real bot over real HTTP; only Telegram and the clock are faked."""

import asyncio
import html
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeAlias, TypeVar

from sqlalchemy import inspect, select
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import app
from bot.clock import VirtualClock
from bot.playground.server import PlaygroundServer
from bot.playground.state import Message
from bot.playground.telegram import FakeTelegram
from bot.seed import structure
from bot.seed.life import settled
from bot.seed.people import GROUP_CHAT, ONE_COUNTY, TOKEN
from tests.keys import key_dir
from tests.stories import chapters

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""Monday 23 November 2026, 09:00 in Nairobi."""
LEAD, DEPUTY, COORDINATOR, STRANGER = 10, 11, 12, 99
AMINA, PETER = 102, 103
"""Prime and alternate of Maji Bora Trust."""
IBRAHIM, FATUMA = 104, 106
GROUP = GROUP_CHAT
PATIENCE = 60.0
"""Seconds (real) after which a story that does not settle has failed."""
ISOLATES = str.maketrans("", "", "\u2068\u2069")
"""The invisible marks around names: what a person reads does not have them."""

Row = TypeVar("Row", bound=SQLModel)
Beginning: TypeAlias = Callable[["Story"], Awaitable[None]]
"""What happens before a story, and is the same for others."""


@dataclass(frozen=True)
class Shown:
    """A message as it stands on a phone."""

    id: int
    open: str
    """What is read without a tap: the first language."""
    folded: str
    """What stands in the expandable quote below it: the other languages."""
    buttons: list[list[str]]


def read(text: str) -> str:
    """Return a text as a person reads it, without the invisible marks around names."""
    return text.translate(ISOLATES)


def shown(message: Message) -> Shown:
    """Return a message as it stands on a phone."""
    opened, _, folded = message.html.partition("<blockquote expandable>")
    return Shown(
        message.id,
        as_read(opened),
        as_read(folded),
        [[read(button.text) for button in row] for row in message.buttons],
    )


def as_read(source: str) -> str:
    """Return what is read of a text in Telegram's HTML."""
    return read(html.unescape(re.sub(r"<[^<>]+>", "", source))).strip()


@dataclass
class Story:
    """One coalition with its bot, and the verbs of a story."""

    telegram: FakeTelegram
    clock: VirtualClock
    program: app.Program
    server: PlaygroundServer

    async def settle(self, within: timedelta = timedelta(seconds=70)) -> None:
        """Let everything happen that happens by itself, apart from what falls due later.

        The clock moves on while Telegram's limits (20 messages a minute in a group) ask for it.
        """
        async with asyncio.timeout(PATIENCE):
            until = self.clock.now() + within
            while True:
                await settled(self.telegram)
                await self.program.settle()
                paced = self.program.next_sending
                if paced is None or paced > until:
                    return
                self.clock.set(paced)

    async def write(
        self, person: int, text: str, *, chat: int = GROUP, reply_to: int | None = None
    ) -> int:
        """Let a person write, and the bot react."""
        message_id = self.telegram.write(person, chat, text, reply_to=reply_to)
        await self.settle()
        return message_id

    async def sticker(self, person: int, *, chat: int = GROUP, reply_to: int | None = None) -> None:
        """Let a person send a sticker, and the bot react."""
        self.telegram.send_sticker(person, chat, "👍", reply_to=reply_to)
        await self.settle()

    async def ask(
        self, person: int, text: str, *, chat: int = GROUP, reply_to: int | None = None
    ) -> str:
        """Let a person write, and return the bot's new messages in that chat as they are read."""
        before = {m.id for m in self.from_bot(chat)}
        await self.write(person, text, chat=chat, reply_to=reply_to)
        return "\n\n".join(read(m.text) for m in self.from_bot(chat) if m.id not in before)

    async def correct(self, person: int, message: int, text: str, *, chat: int = GROUP) -> None:
        """Let a person edit what they wrote, and the bot react."""
        self.telegram.edit(person, chat, message, text)
        await self.settle()

    async def forge(
        self, person: int, data: str, *, chat: int = GROUP, message: int | None = None
    ) -> str:
        """Press a button that nobody was shown; return what the person was told."""
        target = message or self.last(chat).id
        query = self.telegram.tap(person, chat, target, data, force=True)
        await self.settle()
        return self.toast(query)

    def toast(self, query: str) -> str:
        """Return what a person was shown for a tap, as it is read."""
        toast = self.telegram.toast(query)
        return read(toast.text) if toast else ""

    def data_of(self, message: Message, label: str) -> str:
        """Return what a button (by the start of its label) carries."""
        buttons = [button for row in message.buttons for button in row]
        data = next(button.data for button in buttons if read(button.text).startswith(label))
        assert data is not None
        return data

    async def tap(
        self, person: int, label: str, *, chat: int = GROUP, message: int | None = None
    ) -> str:
        """Let a person tap a button (by the start of its label); return what they were shown."""
        target = self.message(message, chat) if message else self.last(chat, with_button=label)
        query = self.telegram.tap(person, chat, target.id, self.data_of(target, label))
        await self.settle()
        return self.toast(query)

    async def travel(self, **delta: float) -> None:
        """Jump ahead by a `timedelta` by way of everything that falls due."""
        await self.settle()
        async with asyncio.timeout(PATIENCE):
            await self.program.travel(self.clock, self.clock.now() + timedelta(**delta))

    async def travel_to(self, when: datetime) -> None:
        """Jump to an instant by way of everything that falls due."""
        await self.settle()
        async with asyncio.timeout(PATIENCE):
            await self.program.travel(self.clock, when)

    def said(self, chat: int = GROUP) -> list[str]:
        """Return what the bot's messages in a chat say now, oldest first."""
        return [m.text for m in self.from_bot(chat)]

    def from_bot(self, chat: int = GROUP) -> list[Message]:
        """Return the bot's messages in a chat, oldest first."""
        bot = self.telegram.bot.id
        return [m for m in self.telegram.messages(chat) if m.author_id == bot]

    def last(self, chat: int = GROUP, *, with_button: str | None = None) -> Message:
        """Return the newest message of the bot, or the newest with a button."""
        messages = self.from_bot(chat)
        if with_button is not None:
            messages = [
                m
                for m in messages
                for row in m.buttons
                for b in row
                if read(b.text).startswith(with_button)
            ]
        assert messages, f"the bot has said nothing with {with_button!r}: {self.said(chat)}"
        return messages[-1]

    def message(self, message_id: int, chat: int = GROUP) -> Message:
        """Return one message."""
        found = self.telegram.message(chat, message_id)
        assert found is not None
        return found

    def number(self, stand_in: int | None, chat: int = GROUP) -> int | None:
        """Return Telegram's number of a message that a row speaks of."""
        return None if stand_in is None else self.program.stand_ins.find(chat, stand_in)

    async def rows(self, table: type[Row]) -> list[Row]:
        """Return all rows of a table, by their keys: a database has no order of its own."""

        async def read(session: AsyncSession) -> list[Row]:
            keys = inspect(table).primary_key
            return list((await session.execute(select(table).order_by(*keys))).scalars())

        return await self.program.toolbox.database.run(read)


@asynccontextmanager
async def told(
    database_url: str,
    beginning: Beginning | None = None,
    *,
    start: datetime = MONDAY,
    clock: VirtualClock | None = None,
    telegram: FakeTelegram | None = None,
    is_seeded: bool = True,
) -> AsyncIterator[Story]:
    """Begin a story on a migrated database, with the playground's coalition unless told otherwise.

    The people and their chat exist in any case; without the seed the bot knows none of them. What
    happens in the `beginning` that many stories share is lived once: each of them goes on from
    there, as a program goes on that was started anew.
    """
    if beginning is not None:
        begun = await chapters.begun(database_url, beginning, partial(told, start=start))
        async with told(
            database_url, clock=begun.clock, telegram=begun.telegram, is_seeded=False
        ) as story:
            yield story
        return
    clock = clock or VirtualClock(start)
    if telegram is None:
        telegram = FakeTelegram(clock.now)
        structure.add_to(telegram, ONE_COUNTY)
    if is_seeded:
        await chapters.seeded(database_url)
    async with (
        PlaygroundServer(telegram) as server,
        app.program(
            database_url=database_url,
            token=TOKEN,
            api_address=server.url,
            clock=clock,
            key_dir=key_dir(database_url),
            long_poll=timedelta(seconds=5),
            patience=timedelta(0),
        ) as program,
    ):
        running = asyncio.create_task(program.run())
        try:
            story = Story(telegram, clock, program, server)
            await story.settle()
            yield story
            # What fails in confidence is not logged, and must not be hidden from us.
            assert not program.toolbox.failures
            if running.done():
                running.result()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
