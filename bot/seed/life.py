"""Living through time: people act, the real program answers, and the clock goes on.

What is said, listed and counted in the playground is never written by hand: it is what the program
says when people do this. Nothing here takes longer than the work itself: the clock jumps, and what
Telegram's limits hold back goes out as soon as the clock has moved on a little.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from bot import app
from bot.clock import VirtualClock
from bot.playground.server import PlaygroundServer
from bot.playground.state import Message
from bot.playground.telegram import FakeTelegram
from bot.seed import structure
from bot.seed.people import TOKEN, Partnership

LONG_POLL = timedelta(seconds=20)
READ_UNTIL = timedelta(days=1)
"""What is older than this everybody has read at the end."""
_OVER_SOON = timedelta(minutes=3)
"""Telegram lets 20 messages a minute into a group: all that a moment causes is out by then."""


@dataclass(frozen=True)
class Act:
    """What somebody does: they write `words`, in a reply if `on` or `to` is named, or else tap."""

    at: datetime
    person: int
    chat: int
    """A group's, or in private the person's own id."""
    words: str = ""
    on: str = ""
    """A button, by its verb and some of its values: `answer:coming`.

    The newest message that has it is meant.
    """
    to: str = ""
    """Words of the bot: the newest message that has them is meant."""
    file: bytes = b""
    """A picture, with `words` as its caption; of so many `seconds` a voice note."""
    seconds: int = 0


async def live(
    world: Partnership,
    acts: Iterable[Act],
    *,
    telegram_file: Path,
    database_url: str,
    key_dir: Path,
    since: datetime,
    until: datetime,
) -> Sequence[Act]:
    """Live from `since` to `until` on new files; the database is migrated, but holds nothing.

    Returns what somebody wanted to do and could not, because nothing had the button for it.
    """
    clock = VirtualClock(since)
    telegram = FakeTelegram(clock.now, telegram_file)
    try:
        structure.add_to(telegram, world)
        await structure.set_up(database_url, world, clock.now())
        async with (
            PlaygroundServer(telegram) as server,
            app.program(
                database_url=database_url,
                token=TOKEN,
                api_address=server.url,
                clock=clock,
                key_dir=key_dir,
                long_poll=LONG_POLL,
            ) as program,
        ):
            life = _Life(telegram, clock, program)
            # As in the first minutes of any program: from now on it is known who hears what when.
            await program.ticker.tidy()
            # If the program fails, nobody waits for its answers.
            async with asyncio.TaskGroup() as parts:
                running = parts.create_task(program.run())
                await life.through(acts, until)
                running.cancel()
        _have_read(telegram, until - READ_UNTIL)
    finally:
        telegram.close()
    return life.left_out


async def settled(telegram: FakeTelegram) -> None:
    """Return when the bot has acknowledged every update of the small Telegram."""
    while len(telegram.updates):  # noqa: ASYNC110 - an acknowledgement gives no sign
        await asyncio.sleep(0.002)


@dataclass
class _Life:
    telegram: FakeTelegram
    clock: VirtualClock
    program: app.Program
    left_out: list[Act] = field(default_factory=list)

    async def through(self, acts: Iterable[Act], until: datetime) -> None:
        """Act after act, by way of everything that falls due; what comes too late is left out."""
        await self._settle()
        lived = sorted((act for act in acts if act.at < until), key=lambda act: act.at)
        for at, together in groupby(lived, key=lambda act: act.at):
            await self._fall_due(at)
            self.clock.set(at)
            for act in together:
                self._act(act)
            await self._settle()
        await self.program.travel(self.clock, until)

    async def _fall_due(self, until: datetime) -> None:
        """Let everything happen that falls due; what people did before is dealt with already."""
        while (due := await self.program.next_due()) is not None and due <= until:
            self.clock.set(due)
            await self.program.settle()

    def _act(self, act: Act) -> None:
        meant = self._meant(act)
        if meant is None and (act.on or act.to):
            self.left_out.append(act)
            return
        person, chat = act.person, act.chat
        message, button = meant or (None, "")
        reply_to = message.id if message else None
        if act.seconds:
            self.telegram.send_voice(person, chat, act.file, seconds=act.seconds, reply_to=reply_to)
        elif act.file:
            self.telegram.send_photo(person, chat, act.file, caption=act.words, reply_to=reply_to)
        elif act.words or message is None:
            self.telegram.write(person, chat, act.words, reply_to=reply_to)
        else:
            self.telegram.tap(person, chat, message.id, button)

    def _meant(self, act: Act) -> tuple[Message, str] | None:
        """Return the message that is meant, and what its button carries."""
        verb, *values = act.on.split(":")
        for message in reversed(self.telegram.messages(act.chat)):
            is_own = message.author_id == self.telegram.bot.id
            if act.to and is_own and act.to in message.text:
                return message, ""
            for row in message.buttons if act.on else ():
                for button in row:
                    carried_verb, *carried = (button.data or "").split(":")
                    if carried_verb == verb and set(values) <= set(carried):
                        return message, button.data or ""
        return None

    async def _settle(self) -> None:
        """Let everything be answered before anybody does anything else.

        What falls due meanwhile comes on the way to the next act.
        """
        over = self.clock.now() + _OVER_SOON
        toolbox = self.program.toolbox
        while True:
            await settled(self.telegram)
            await toolbox.sender.settle()
            await toolbox.calls_are_over()
            held_back = toolbox.sender.next_at
            if held_back is None or held_back > over:
                return
            self.clock.set(held_back)


def _have_read(telegram: FakeTelegram, until: datetime) -> None:
    """Let everybody have seen what was written before an instant."""
    for person in telegram.people():
        for chat in telegram.chats_of(person.id):
            seen = [message.id for message in telegram.messages(chat.id) if message.date < until]
            if seen:
                telegram.read(person.id, chat.id, seen[-1])
