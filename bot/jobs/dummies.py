"""Boxes that mean nothing, put where and when a submission could be.

Two kinds, and a look at the boxes alone cannot tell them from each other or from what is meant:

    about twenty a day, at any moment of day and night
    some a while after anything that people do openly: half a minute to forty minutes later

The second kind is for the habit that betrays most: to write in confidence right after something
else (`tools/anonymity` measures it). Never at a tick: its fraction of a second would show which
boxes are the clock's. What waits here waits in memory only; a stop forgets it.
"""

import asyncio
import heapq
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import is_transient
from bot.services import feedback, updates
from bot.services.feedback import KEEP_KEYS, KeyOfBatchLost
from bot.services.updates import KeysElsewhere
from bot.toolbox import Toolbox

log = structlog.get_logger()

LOOK = timedelta(hours=1)
"""So often it is looked, by real time, whether the clock was set back: else no moment comes."""


class Dummies:
    """Puts dummies at their moments."""

    def __init__(self, toolbox: Toolbox) -> None:
        """Prepare; `run` puts them."""
        self._toolbox = toolbox
        self._waiting: list[datetime] = []
        self._lately: list[datetime] = []
        self._looked_at = toolbox.clock.now()
        self._next = feedback.next_dummy(self._looked_at)
        self._changed = asyncio.Event()

    def follow(self, updates: int) -> None:
        """Let dummies follow, perhaps, what people have just done openly."""
        now = self._now()
        day_ago = now - timedelta(days=1)
        self._lately = [at for at in self._lately if at > day_ago]
        room = feedback.FOLLOWERS_A_DAY - len(self._lately)
        found = feedback.dummies_after(updates, now)[: max(room, 0)]
        for at in found:
            heapq.heappush(self._waiting, at)
        if found:
            self._lately += found
            self._changed.set()

    async def run(self) -> None:
        """Put dummies at their moments, for ever."""
        while True:
            self._changed.clear()
            waits: list[asyncio.Task[Any]] = [
                asyncio.create_task(self._changed.wait()),
                asyncio.create_task(self._toolbox.clock.sleep_until(self._next_at)),
            ]
            try:
                await asyncio.wait(
                    waits, return_when=asyncio.FIRST_COMPLETED, timeout=LOOK.total_seconds()
                )
            finally:
                for wait in waits:
                    wait.cancel()
            await self.put_due()

    @property
    def _next_at(self) -> datetime:
        return min([self._next, *self._waiting[:1]])

    def _now(self) -> datetime:
        """Return the time; if the clock was set back, what was planned by it is planned anew."""
        now = self._toolbox.clock.now()
        if now < self._looked_at:
            self._next = feedback.next_dummy(now)
            furthest = now + feedback.FOLLOWS_WITHIN[1]
            self._waiting = sorted(at for at in self._waiting if at <= furthest)
            self._lately = [at for at in self._lately if at <= furthest]
        self._looked_at = now
        return now

    async def put_due(self) -> None:
        """Put those whose moment has come."""
        now = self._now()
        count = 0
        while self._waiting and self._waiting[0] <= now:
            heapq.heappop(self._waiting)
            count += 1
        if self._next <= now:
            # From now on: who was asleep does not make up for it.
            self._next = feedback.next_dummy(now)
            count += 1
        for _ in range(count):
            await self._put()

    async def _put(self) -> None:
        database, keys = self._toolbox.database, self._toolbox.keys
        try:
            await database.run(lambda session: feedback.put_dummy(session, keys))
        except (KeyOfBatchLost, OSError) as error:
            if not is_transient(error):
                # The boxes may be another program's: the tick says so.
                with suppress(KeysElsewhere):
                    await begin_anew(self._toolbox, error)
        except Exception as error:
            if not is_transient(error) and not isinstance(error, KeysElsewhere):
                raise


async def begin_anew(toolbox: Toolbox, error: BaseException) -> None:
    """Go on with a new key where the old one cannot be used any more."""
    log.error("feedback.key_lost", error=type(error).__name__, remedy=KEEP_KEYS)
    keys, now = toolbox.keys, toolbox.clock.now()

    async def work(session: AsyncSession) -> None:
        # Where another program has other keys, the boxes are its: not lost, and not to be dropped.
        await updates.marks(await session.connection(), keys)
        await feedback.prepare(session, keys, now)

    await toolbox.database.run(work)
