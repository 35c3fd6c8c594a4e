"""A season of one county, played against a program in another process that may die at any moment.

The small Telegram lives in the test's process and survives. Time stands still unless the season
moves it: on to what it tells next, or to where Telegram's limits let a message through that they
hold back.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import lock
from bot.keys import KeyRing
from bot.models import Meeting, Occasion, OccasionState, OutboxMessage, OutboxState
from bot.models.columns import UTCDateTime
from bot.outbox import sender
from bot.playground.server import PlaygroundServer
from bot.playground.telegram import FakeTelegram
from bot.playground.world import Request
from bot.seed import structure
from bot.seed.people import GROUP_CHAT, ONE_COUNTY
from bot.stand_ins import StandIns
from tests.keys import key_dir, stand_ins
from tests.stories.lives import PATIENCE, Lives, Nursery, until
from tests.stories.victim import Order, SharedClock

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""Monday 23 November 2026, 09:00 in Nairobi."""
LEAD, AMINA, IBRAHIM, FATUMA = 10, 102, 104, 106
GROUP = GROUP_CHAT


LEASE = 2.0
"""Seconds (real) for which a program holds a message on PostgreSQL: a call takes far less here."""
_LONG_AGO = literal(datetime(2000, 1, 1, tzinfo=UTC), UTCDateTime())


class Halted(Exception):
    """The season cannot go on: nothing moves, or what a person wants to answer is not there."""


@dataclass
class Season:
    """The world around the program, and what its people do."""

    telegram: FakeTelegram
    clock: SharedClock
    engine: AsyncEngine
    usual: Order
    """The order for a program in this world."""
    lives: Lives
    given: list[int] = field(default_factory=list)
    """The number of every update that Telegram had for the bot."""
    in_flight: set[tuple[int, int]] = field(default_factory=set)
    """The messages (chat, number) that Telegram had accepted, but a killed program not recorded."""

    async def settle(self) -> None:
        """Let everything happen that happens by itself at this time of the season.

        Raises:
            Halted: something still waits after `PATIENCE`.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                while not await self._is_settled():
                    self.lives.check()
                    await asyncio.sleep(0.008)
        except TimeoutError:
            raise Halted(await self._what_waits()) from None

    async def write(self, person: int, words: str, *, reply_to: str | None = None) -> None:
        """Let somebody write in the group, or reply to the newest message with a button."""
        message = self._newest(reply_to) if reply_to else None
        self.telegram.write(person, GROUP, words, reply_to=message)
        await self.settle()

    async def press(self, person: int, verb: str) -> None:
        """Let somebody press the newest button for `verb`, which may name some of its values."""
        self.tap(person, verb)
        await self.settle()

    def tap(self, person: int, verb: str) -> None:
        """Let somebody press a button, and do not wait."""
        message = self._newest(verb)
        [data, *_] = _data(self.telegram.message(GROUP, message), verb)
        self.telegram.tap(person, GROUP, message, data)

    def reply(self, person: int, words: str, *, to: str) -> None:
        """Let somebody reply to the newest message with a button `to`, and do not wait."""
        self.telegram.write(person, GROUP, words, reply_to=self._newest(to))

    async def until(self, when: datetime) -> None:
        """Let time pass at one stroke."""
        assert when > self.clock.now()
        self.clock.set(when)
        await self.settle()

    async def meeting(self, place: str) -> int:
        """Return the number of the meeting at a place, as its buttons bear it.

        Raises:
            Halted: there is none.
        """
        async with self.engine.connect() as connection:
            rows = await connection.execute(
                select(col(Meeting.id)).where(col(Meeting.place) == place)
            )
            found = rows.scalar()
        if found is None:
            raise Halted("there is no meeting at", place)
        return found

    async def a_while(self) -> None:
        """Let three minutes pass: people do not write all at once, and limits give way."""
        await self.until(self.clock.now() + timedelta(minutes=3))

    async def note_in_flight(self, chats: Iterable[int] = (GROUP,)) -> None:
        """Remember which messages Telegram accepted and the (dead) program has not recorded."""
        async with AsyncSession(self.engine) as session:
            numbers = await self.numbers(session)
            rows = await session.execute(
                select(col(OutboxMessage.chat_id), col(OutboxMessage.message_id)).where(
                    col(OutboxMessage.message_id).is_not(None)
                )
            )
            recorded = {(chat, numbers.find(chat, stand_in)) for chat, stand_in in rows}
        self.in_flight |= {(m.chat_id, m.id) for m in self.said(chats)} - recorded

    async def numbers(self, session: AsyncSession) -> StandIns:
        """Return what tells Telegram's numbers of the messages that rows speak of."""
        return await stand_ins(session, KeyRing(Path(self.usual.key_dir)), self.clock)

    def said(self, chats: Iterable[int] = (GROUP,)) -> list[Any]:
        """Return the messages of the bot in some chats."""
        bot = self.telegram.bot.id
        return [m for chat in chats for m in self.telegram.messages(chat) if m.author_id == bot]

    def _newest(self, verb: str) -> int:
        for message in reversed(self.said()):
            if _data(message, verb):
                return int(message.id)
        raise Halted("no message has a button for", verb)

    def done(self) -> int:
        """Return how many updates the bot has acknowledged."""
        return len(self.given) - len(self.telegram.updates)

    async def progress(self) -> None:
        """Wait until the bot acknowledges an update."""
        done = self.done()
        await until(lambda: self.done() > done)

    async def _is_settled(self) -> bool:
        if not self.lives.is_up or len(self.telegram.updates):
            return False
        async with AsyncSession(self.engine) as session:
            # Nobody claims a message meanwhile: it would arrive later than its program thinks.
            await lock(session, ["pace"])
            held_back, leased, due = await self._waiting(session)
            if held_back and not leased:
                moment = await sender._next_at(session, self.clock.now())
                self.clock.set(moment or self.clock.now())
        return not (held_back or leased or due)

    async def _waiting(self, session: AsyncSession) -> tuple[int, int, int]:
        ready = col(OutboxMessage.state) == OutboxState.READY
        # Leases run by the time of the database, which is this machine's.
        is_leased = func.coalesce(col(OutboxMessage.lease_until), _LONG_AGO) > datetime.now(UTC)
        is_due = (col(Occasion.state) == OccasionState.WAITING) & (
            col(Occasion.due_at) <= self.clock.now()
        )
        statement = select(
            *(
                select(func.count()).select_from(table).where(*conditions).scalar_subquery()
                for table, conditions in (
                    (OutboxMessage, (ready, ~is_leased)),
                    (OutboxMessage, (ready, is_leased)),
                    (Occasion, (is_due,)),
                )
            )
        )
        held_back, leased, due = (await session.execute(statement)).one()
        return held_back, leased, due

    async def _what_waits(self) -> str:
        async with AsyncSession(self.engine) as session:
            held_back, leased, due = await self._waiting(session)
        return (
            f"after {self.lives.kills} kills there still wait {len(self.telegram.updates)} updates,"
            f" {held_back} messages (and {leased} in hand), {due} occasions; the program is"
            f" {'up' if self.lives.is_up else 'down'}\n{self.lives.nursery.last_words()}"
        )


@asynccontextmanager
async def season(
    database_url: str,
    nursery: Nursery,
    folder: Path,
    *,
    order: Callable[[int, Order], Order | None] = lambda _life, usual: usual,
    after: Callable[[Lives, Request], Awaitable[None]] | None = None,
    serve: Callable[[FakeTelegram], PlaygroundServer] = PlaygroundServer,
) -> AsyncIterator[Season]:
    """Begin a season on a migrated database, with one program.

    `order(life, usual)` says how each life of the program is to be, if any; `after(lives, call)` is
    awaited between the effect of each call that Telegram accepts and its answer.
    """
    await structure.store(database_url, ONE_COUNTY)
    clock = SharedClock.new(folder / "clock", MONDAY)
    telegram = FakeTelegram(clock.now)
    structure.add_to(telegram, ONE_COUNTY)
    engine = create_async_engine(database_url)
    async with serve(telegram) as server:
        # On SQLite a lease ends with the program; on PostgreSQL somebody has to wait for its end.
        lease = LEASE if engine.dialect.name == "postgresql" else PATIENCE
        usual = Order(
            database_url,
            server.url,
            str(key_dir(database_url)),
            str(folder / "clock"),
            lease=lease,
        )
        lives = Lives(nursery, lambda life: order(life, usual))
        told = Season(telegram, clock, engine, usual, lives)
        lives.at_death = told.note_in_flight
        _watch(told, after)
        try:
            async with lives:
                yield told
        finally:
            await engine.dispose()


def _watch(told: Season, after: Callable[[Lives, Request], Awaitable[None]] | None) -> None:
    """Note each update that waits for the bot, and when a program has begun to ask for them."""
    push = told.telegram.updates.push

    def noted(body: dict[str, Any], expires: datetime) -> int:
        number = push(body, expires)
        told.given.append(number)
        return number

    async def before(call: Request) -> None:
        if call.method == "getUpdates":
            told.lives.is_up = True

    accepted = 0

    async def after_call(call: Request) -> None:
        nonlocal accepted
        is_accepted = len(told.telegram.outgoing_log) > accepted
        accepted = len(told.telegram.outgoing_log)
        if after is not None and is_accepted:
            await after(told.lives, call)

    told.telegram.updates.push = noted  # type: ignore[method-assign] # the queue tells nobody
    told.telegram.before, told.telegram.after = before, after_call


def _data(message: Any, verb: str) -> list[str]:
    """Return what the buttons of a message carry that are for `verb`."""
    carried = [button.data or "" for row in message.buttons for button in row]
    return [data for data in carried if f"{data}:".startswith(f"{verb}:")]


async def play_season(told: Season) -> None:
    """Tell the whole season.

    One meeting is planned, answered, moved, answered again and reminded of; one is cancelled after
    it was announced; of one the invitation is missed, of one the day's reminder.

    Raises:
        Halted: it cannot go on.
    """
    await told.settle()
    hall = await _plan(told, "3 Dec 10:00", "County Hall")
    # Three at once: they share a transaction.
    told.tap(AMINA, f"answer:{hall}:coming")
    told.reply(IBRAHIM, "yes", to=f"answer:{hall}")
    told.tap(FATUMA, f"answer:{hall}:cannot")
    await told.settle()
    await told.press(FATUMA, f"answer:{hall}:phone")
    await told.a_while()
    await told.press(LEAD, f"change:{hall}")
    await told.write(LEAD, "4 Dec 11:00", reply_to=f"cancel:{hall}")
    await told.press(LEAD, "confirm")
    await told.a_while()
    told.tap(AMINA, f"answer:{hall}:coming")
    told.reply(IBRAHIM, "no", to=f"answer:{hall}")
    await told.settle()
    await told.a_while()
    office = await _plan(told, "10 Dec 9:00", "Water Office")
    # The day before the first meeting, at the hour of the meeting.
    await told.until(datetime(2026, 12, 3, 8, 0, tzinfo=UTC))
    await told.press(AMINA, f"answer:{hall}:phone")
    await told.press(LEAD, f"change:{office}")
    await told.press(LEAD, f"cancel:{office}")
    await told.press(LEAD, f"cancel-sure:{office}")
    await told.until(datetime(2026, 12, 4, 7, 0, tzinfo=UTC))
    await told.a_while()
    await _plan(told, "9 Dec 9:00", "Market")
    # Past the day's reminder (by more than it may be late) and the hour's, in one jump.
    await told.until(datetime(2026, 12, 9, 5, 30, tzinfo=UTC))


async def _plan(told: Season, when: str, place: str) -> int:
    await told.write(LEAD, f"/meeting {when} {place}")
    await told.press(LEAD, "confirm")
    await told.a_while()
    return await told.meeting(place)


EFFECTS = """
    meeting County Hall, Fri 4 Dec 11:00, v2 planned
    meeting Water Office, Thu 10 Dec 09:00, v2 cancelled
    meeting Market, Wed 9 Dec 09:00, v1 planned
    proposal County Hall, Thu 3 Dec 10:00, confirmed
    proposal County Hall, Fri 4 Dec 11:00, confirmed
    proposal Water Office, Thu 10 Dec 09:00, confirmed
    proposal Market, Wed 9 Dec 09:00, confirmed
    answer County Hall v1, Amina Hassan: coming
    answer County Hall v1, Ibrahim Ali: coming
    answer County Hall v1, Fatuma Omar: phone
    answer County Hall v2, Amina Hassan: phone
    answer County Hall v2, Ibrahim Ali: cannot
    occasion question, County Hall v1: cancelled
    occasion invite, County Hall v1: cancelled
    occasion reminder-1d, County Hall v1: cancelled
    occasion reminder-1h, County Hall v1: cancelled
    occasion was-it-held, County Hall v1: cancelled
    occasion was-it-held, County Hall v2: posted
    occasion was-it-held-again, County Hall v2: waiting
    occasion was-it-held, Water Office v1: cancelled
    occasion was-it-held, Market v1: waiting
    said was-it-held: delivered
    occasion question, County Hall v2: cancelled
    occasion invite, County Hall v2: skipped
    occasion reminder-1d, County Hall v2: posted
    occasion reminder-1h, County Hall v2: posted
    occasion question, Water Office v1: cancelled
    occasion invite, Water Office v1: posted
    occasion reminder-1d, Water Office v1: cancelled
    occasion reminder-1h, Water Office v1: cancelled
    occasion question, Market v1: cancelled
    occasion reminder-1d, Market v1: skipped
    occasion reminder-1h, Market v1: posted
    said announced, County Hall v1: delivered
    said moved, County Hall v2: delivered
    said reminder-1d, County Hall v2: delivered
    said reminder-1h, County Hall v2: delivered
    said announced, Water Office v1: delivered
    said invite, Water Office v1: delivered
    said cancelled, Water Office v2: delivered
    said announced, Market v1: delivered
    said reminder-1h, Market v1: delivered
    said meetings/missed.html: delivered x2
    said question, County Hall v1: delivered
    said sure-to-cancel, Water Office v1: delivered
    said proposal question: delivered x4
    said reaction 👍: delivered
    said reaction 👌: delivered
"""
"""What the season leaves behind, however often the program was killed."""


async def play_meeting(told: Season) -> None:
    """Tell of one meeting only: planned, invited to, answered, reminded of twice.

    Raises:
        Halted: it cannot go on.
    """
    await told.settle()
    hall = await _plan(told, "3 Dec 10:00", "County Hall")
    await told.press(AMINA, f"answer:{hall}:coming")
    await told.until(datetime(2026, 11, 26, 7, 0, tzinfo=UTC))
    await told.until(datetime(2026, 12, 2, 7, 0, tzinfo=UTC))
    await told.until(datetime(2026, 12, 3, 6, 0, tzinfo=UTC))


EFFECTS_OF_MEETING = """
    meeting County Hall, Thu 3 Dec 10:00, v1 planned
    proposal County Hall, Thu 3 Dec 10:00, confirmed
    answer County Hall v1, Amina Hassan: coming
    occasion was-it-held, County Hall v1: waiting
    occasion question, County Hall v1: cancelled
    occasion invite, County Hall v1: posted
    occasion reminder-1d, County Hall v1: posted
    occasion reminder-1h, County Hall v1: posted
    said announced, County Hall v1: delivered
    said invite, County Hall v1: delivered
    said reminder-1d, County Hall v1: delivered
    said reminder-1h, County Hall v1: delivered
    said proposal question: delivered
"""
"""What `play_meeting` leaves behind."""
