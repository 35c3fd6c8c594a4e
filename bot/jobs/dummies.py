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
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.database import is_transient
from bot.services import feedback
from bot.services.feedback import KeyOfBatchLost
from bot.services.updates import KeysAwaited, KeysElsewhere
from bot.toolbox import Toolbox

log = structlog.get_logger()

LOOK = timedelta(hours=1)
"""So often it is looked, by real time, whether the clock was set back: else no moment comes."""
USABLE = "make room on the disk of BARAZA_KEY_DIR, and let the user that runs Baraza write there"


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
        self._busy = asyncio.Lock()

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
        """Put those whose moment has come; return when also those under way are there."""
        async with self._busy:
            for _ in range(self._count_due()):
                await self._put()

    def _count_due(self) -> int:
        now = self._now()
        count = 0
        while self._waiting and self._waiting[0] <= now:
            heapq.heappop(self._waiting)
            count += 1
        if self._next <= now:
            # From now on: who was asleep does not make up for it.
            self._next = feedback.next_dummy(now)
            count += 1
        return count

    async def _put(self) -> None:
        database, keys = self._toolbox.database, self._toolbox.keys
        try:
            await database.run(lambda session: feedback.put_dummy(session, keys))
        except (KeyOfBatchLost, OSError) as error:
            if not is_transient(error):
                await go_on_without(self._toolbox, error)
        except KeysElsewhere:
            # The tick says so.
            pass
        except Exception as error:
            if not is_transient(error):
                raise


async def go_on_without(toolbox: Toolbox, error: BaseException) -> None:
    """Go on where the key of what waits cannot be used: with a new one, if nobody living has it."""
    if isinstance(error, OSError):
        # A disk that is full, or does not answer, has lost nothing: the same is tried again.
        log.error("keys.unusable", reason=error.strerror, remedy=USABLE)
        return
    keys, now, others = toolbox.keys, toolbox.clock.now(), toolbox.others
    try:
        await toolbox.database.run(
            lambda session: feedback.prepare(session, keys, now, others),
        )
    except KeysElsewhere as elsewhere:
        log.error("keys.elsewhere", remedy=str(elsewhere))  # noqa: TRY400 - a traceback of each try would bury the cause
    except KeysAwaited:
        # Whoever has it may be starting anew: the next tick looks again.
        pass
    except OSError as unusable:
        if is_transient(unusable):
            raise
        log.error("keys.unusable", reason=unusable.strerror, remedy=USABLE)  # noqa: TRY400 - as above
