"""The ticker looks for occasions that fall due, and does the housekeeping."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import is_transient, savepoint
from bot.jobs import TICK, TIDY, TIMETABLE
from bot.jobs.dummies import go_on_without
from bot.models import Occasion, OccasionState
from bot.services import (
    digests_due,
    feedback,
    follow_up,
    occasions,
    reminders,
    reports_due,
    series_meetings,
    updates,
    upkeep,
)
from bot.services.feedback import KeyOfBatchLost
from bot.services.updates import KeysElsewhere
from bot.toolbox import Toolbox

log = structlog.get_logger()

ATTEMPTS = 5
LOOK_AGAIN = timedelta(minutes=1)
"""How long a key that is not here, or a full disk, is left alone: each look is logged."""


class Ticker:
    """Brings about what falls due, each occasion once, whoever else runs on the same database."""

    def __init__(self, toolbox: Toolbox) -> None:
        """Prepare; `start` begins to tick."""
        self._toolbox = toolbox
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        # A jump of the playground's clock ticks, too: never two at a time in one program.
        self._busy = asyncio.Lock()
        self._unable_since: datetime | None = None

    def start(self) -> None:
        """Tick until `stop`."""
        for work, pause in ((self.tick, TICK), (self.tidy, TIDY)):
            self._scheduler.add_job(
                work,
                "interval",
                seconds=pause.total_seconds(),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        self._scheduler.start()

    async def stop(self) -> None:
        """Stop ticking, and wait for the tick that is under way."""
        self._scheduler.pause()
        async with self._busy:
            # Not before: a shutdown cancels the tick that is under way.
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Bring about everything that is due by now."""
        async with self._busy:
            with _next_time_if_away():
                # Most looks find nothing: they cost one statement.
                await self._keep_confidence()
                is_due = await self._toolbox.database.run(self._too_late)
                while is_due:
                    self._toolbox.sender.nudge()
                    is_due = await self._toolbox.database.run(self._portion)

    async def _keep_confidence(self) -> None:
        """Release what was written in confidence when its hour has come."""
        now = self._toolbox.clock.now()
        if self._unable_since is not None and abs(now - self._unable_since) < LOOK_AGAIN:
            return
        self._unable_since = None
        try:
            # What was not here when it was looked for last may have come back.
            is_here = self._toolbox.others.is_shown(feedback.SHOWN)
            without: Exception | None = None if is_here else KeyOfBatchLost()
            if is_here:
                await self._release_if_due(now)
        except (KeyOfBatchLost, OSError) as error:
            if is_transient(error):
                raise
            without = error
        if without is not None:
            self._unable_since = now
            await go_on_without(self._toolbox, without)

    async def _release_if_due(self, now: datetime) -> None:
        keys, database = self._toolbox.keys, self._toolbox.database
        if await database.run(lambda session: feedback.is_release_due(session, now)):
            await database.run(lambda session: feedback.release(session, keys, now))
            await feedback.compact(database)
            for error, count in self._toolbox.failures.items():
                log.error("feedback.failed", error=error, count=count)
            self._toolbox.failures.clear()

    async def tidy(self) -> None:
        """Do a portion of the housekeeping."""
        now = self._toolbox.clock.now()

        async def work(session: AsyncSession) -> None:
            await updates.take_turns(session, self._toolbox.keys, now)
            await upkeep.tidy(session, now)
            await follow_up.wake_all(session, now=now)
            await digests_due.keep(session, now=now)
            await reports_due.keep(session, now=now)

        with _next_time_if_away():
            await self._toolbox.database.run(work)
            await feedback.compact(self._toolbox.database)

    async def _too_late(self, session: AsyncSession) -> bool:
        """Skip all at once what a downtime made useless: that is one apology a chat.

        Returns whether anything was due, of use or not.
        """
        now = self._toolbox.clock.now()
        if not await occasions.is_any_due(session, now):
            return False
        await self._bring_all(session, await occasions.too_late(session, now), now)
        return True

    async def _portion(self, session: AsyncSession) -> bool:
        now = self._toolbox.clock.now()
        due = await occasions.due(session, now)
        await self._bring_all(session, due, now)
        return bool(due)

    async def _bring_all(
        self, session: AsyncSession, due: Sequence[Occasion], now: datetime
    ) -> None:
        missed = [one for one in due if not await self._bring(session, one, now)]
        if missed:
            log.warning("occasions.skipped", count=len(missed))
            await self._own_up(session, missed, now)

    async def _bring(self, session: AsyncSession, occasion: Occasion, now: datetime) -> bool:
        """Bring one occasion about behind a savepoint; the others must not suffer from it."""
        # Read now: a rollback empties what was changed behind the savepoint.
        key, kind = occasion.key, occasion.kind
        # Statements on SQLite do not give way by themselves: let what is being sent go on.
        await asyncio.sleep(0)
        try:
            async with savepoint(session):
                return await TIMETABLE[kind](session, occasion, now=now)
        except Exception as error:
            if is_transient(error):
                raise
            log.error("occasion.failed", kind=kind, error=type(error).__name__)  # noqa: TRY400 - the text of an error could name a person
        taken = await occasions.take(session, key)
        if taken is None:
            return True
        taken.attempts += 1
        if taken.attempts < ATTEMPTS:
            return True
        occasions.end(taken, OccasionState.SKIPPED, now)
        return False

    async def _own_up(
        self, session: AsyncSession, missed: Sequence[Occasion], now: datetime
    ) -> None:
        """Tell each chat what was missed; one that cannot be told must not stop the others."""
        try:
            async with savepoint(session):
                await reminders.say_missed(session, missed, now=now)
                await series_meetings.try_again(session, missed, now=now)
        except Exception as error:
            if is_transient(error):
                raise
            log.error("occasions.not_owned_up", count=len(missed), error=type(error).__name__)  # noqa: TRY400 - as above
            for part in _halves(missed):
                await self._own_up(session, part, now)


def _halves(missed: Sequence[Occasion]) -> list[Sequence[Occasion]]:
    middle = len(missed) // 2
    return [missed[:middle], missed[middle:]] if middle else []


@contextmanager
def _next_time_if_away() -> Iterator[None]:
    """Leave to the next tick what the database does not let through now: it waits in its table."""
    try:
        yield
    except KeysElsewhere as error:
        log.error("keys.elsewhere", remedy=str(error))  # noqa: TRY400 - as below
    except Exception as error:
        if not is_transient(error):
            raise
        log.error("database.away", error=type(error).__name__)  # noqa: TRY400 - a traceback of each tick would bury the cause
