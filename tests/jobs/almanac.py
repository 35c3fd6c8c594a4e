"""An almanac: planned meetings, the real ticker and the real database, and a clock that is set."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.botapi.client import BotApi
from bot.clock import VirtualClock
from bot.database import Database
from bot.domain.reminders import PrivateKind
from bot.domain.roles import Actor, Role
from bot.domain.write_ups import MorningKind
from bot.jobs.ticker import Ticker
from bot.models import Group, Meeting, Occasion, OutboxMessage
from bot.outbox.directly import Directly
from bot.outbox.post import Place
from bot.seed import structure
from bot.seed.people import ONE_COUNTY, TOKEN, ZONE
from bot.services import meetings, proposals
from bot.toolbox import Toolbox
from tests.keys import prepare
from tests.parts import make_sender

MONDAY = datetime(2026, 11, 23, 6, tzinfo=UTC)
"""Monday 23 November 2026, 09:00 in Nairobi."""
THURSDAY = datetime(2026, 11, 26, 10)
SEEDED = 1
"""The group of the playground's seed: Wajir, Africa/Nairobi."""


@dataclass
class Almanac:
    """What a test of the ticker works with."""

    database: Database
    clock: VirtualClock
    toolbox: Toolbox
    ticker: Ticker

    async def found(self, name: str, zone: str = ZONE) -> int:
        """Found another group and return its number."""

        async def work(session: AsyncSession) -> int:
            group = Group(coalition_id=1, name=name, zone=zone, languages=["en"], chat_id=-777)
            session.add(group)
            await session.flush()
            assert group.id is not None
            return group.id

        return await self.database.run(work)

    async def plan(self, starts: datetime = THURSDAY, *, group: int = SEEDED) -> int:
        """Let the lead plan a meeting at a wall time, and return its number."""
        now = self.clock.now()

        async def work(session: AsyncSession) -> int:
            where = await session.get_one(Group, group)
            asked_in = Place(where.chat_id, ("en",))
            proposal = await proposals.propose(
                session, where, starts=starts, ends=None, place="Hall", asked_in=asked_in, now=now
            )
            assert proposal.id is not None
            meeting = await proposals.confirm(session, proposal.id, lead(group), now=now)
            assert meeting.id is not None
            return meeting.id

        return await self.database.run(work)

    async def move(self, meeting_id: int, starts: datetime) -> None:
        """Let the lead move a meeting."""
        now = self.clock.now()

        async def work(session: AsyncSession) -> None:
            meeting = await session.get_one(Meeting, meeting_id)
            group = await session.get_one(Group, meeting.group_id)
            proposal = await proposals.propose(
                session,
                group,
                starts=starts,
                ends=None,
                place="",
                asked_in=Place(group.chat_id, ("en",)),
                now=now,
                meeting=meeting,
            )
            assert proposal.id is not None
            await proposals.confirm(session, proposal.id, lead(meeting.group_id), now=now)

        await self.database.run(work)

    async def cancel(self, meeting_id: int) -> None:
        """Let the lead cancel a meeting."""

        async def work(session: AsyncSession) -> None:
            meeting = await session.get_one(Meeting, meeting_id)
            actor = lead(meeting.group_id)
            await meetings.cancel(session, meeting_id, meeting.version, actor, now=self.clock.now())

        await self.database.run(work)

    async def tick(self, at: datetime) -> None:
        """Set the clock, and let the ticker look."""
        self.clock.set(at)
        await self.ticker.tick()

    async def occasions(self) -> dict[str, str]:
        """Return how far each occasion that speaks in a group has come, by its key."""
        return {row.key: row.state.value for row in await self._in_groups()}

    async def due(self) -> dict[str, datetime]:
        """Return when each occasion that speaks in a group falls due, by its key."""
        return {row.key: row.due_at for row in await self._in_groups()}

    async def _in_groups(self) -> list[Occasion]:
        asked = {*PrivateKind, *MorningKind}
        return [row for row in await self.rows(Occasion) if row.kind not in asked]

    async def said(self, kind: str) -> list[OutboxMessage]:
        """Return the messages of a kind that are to be said."""
        return [row for row in await self.rows(OutboxMessage) if row.kind == kind]

    async def rows(self, table: type[SQLModel]) -> list[Any]:
        """Return all rows of a table."""

        async def work(session: AsyncSession) -> list[Any]:
            return list((await session.execute(select(table))).scalars())

        return await self.database.run(work)


def lead(group: int) -> Actor:
    """Return somebody who leads a group."""
    return Actor(telegram_id=10, member_id=1, language="en", roles={group: Role.LEAD})


@asynccontextmanager
async def opened(database_url: str, clock: VirtualClock | None = None) -> AsyncIterator[Almanac]:
    """Open an almanac on a database with the playground's coalition."""
    await structure.store(database_url, ONE_COUNTY)
    async with AsyncExitStack() as closing:
        database = Database(database_url)
        closing.push_async_callback(database.close)
        clock = clock or VirtualClock(MONDAY)
        api = BotApi(token=TOKEN, address="http://127.0.0.1:9")
        sender = make_sender(database, api, clock)
        keys = await prepare(database, clock.now())
        toolbox = Toolbox(database, clock, api, sender, keys, Directly(clock))
        yield Almanac(database, clock, toolbox, Ticker(toolbox))
