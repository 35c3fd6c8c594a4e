"""The one way in: `take(updates)` returns when every update has had its effects, or was set aside.

    several updates -> one transaction, a savepoint each -> commit -> acknowledged
        one fails -> its savepoint is rolled back, the others stay -> counted -> alone, 5 times
        still fails -> set aside; the person is told
        refused for a reason we foresaw -> rolled back, explained, done
        the database was away -> the whole transaction again

After a crash the updates that come again are taken one by one, and each attempt is committed before
it begins: an update that kills the program is set aside, too.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, TypeAlias

import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Transaction, is_transient, lock
from bot.errors import BotError
from bot.handlers.desk import Desk
from bot.intake.dispatch import Dispatcher
from bot.services import updates
from bot.toolbox import Toolbox

log = structlog.get_logger()

TOGETHER = 50
"""How many waiting updates share a transaction: one wait for the disk serves them all."""
PAUSES = (0.0, 0.1, 0.5, 1.0, 2.0)
"""Seconds to wait before each new attempt at a failing update."""
AWAY = 2.0
"""Seconds to wait while the database is away; nothing is acknowledged meanwhile."""

RawUpdate: TypeAlias = dict[str, Any]


class UpdateFailed(BotError):
    """An update was set aside after its last attempt: our fault, not the person's."""


class Intake:
    """Takes updates; the transports (polling now) only fetch and acknowledge."""

    def __init__(self, toolbox: Toolbox, dispatcher: Dispatcher) -> None:
        """Prepare."""
        self._toolbox = toolbox
        self._dispatcher = dispatcher
        self.is_cautious = False
        """Set after an unclean stop, until what was left behind has been taken."""

    async def take(self, batch: Sequence[RawUpdate]) -> None:
        """Return when every update has had its effects exactly once, or was set aside."""
        if self.is_cautious:
            for update in batch:
                await self._alone(update)
            return
        for start in range(0, len(batch), TOGETHER):
            for failed, error in await self._until_stored(batch[start : start + TOGETHER]):
                await self._again(failed, error)

    async def _alone(self, update: RawUpdate) -> None:
        attempts = await self._toolbox.database.run(lambda session: _attempt(session, update))
        if not attempts:
            return
        if attempts > updates.ATTEMPTS:
            await self._set_aside(update)
            return
        for failed, error in await self._until_stored([update]):
            await self._again(failed, error)

    async def _again(self, update: RawUpdate, error: BaseException) -> None:
        """Try a failed update by itself until it succeeds or has used its attempts up."""
        while True:
            log.error("update.failed", kind=updates.kind_of(update), error=_name(error))
            cause = error
            attempts = await self._toolbox.database.run(
                lambda session, cause=cause: updates.count_failure(session, update, cause)  # type: ignore[misc] # mypy cannot type a default
            )
            if attempts >= updates.ATTEMPTS:
                await self._set_aside(update)
                return
            await asyncio.sleep(PAUSES[attempts])
            failed = await self._until_stored([update])
            if not failed:
                return
            [(_, error)] = failed

    async def _until_stored(
        self, batch: Sequence[RawUpdate]
    ) -> list[tuple[RawUpdate, BaseException]]:
        """Take updates together; wait as long as it takes while the database is away."""
        while True:
            try:
                return await self._toolbox.database.persist(lambda: self._together(batch))
            except Exception as error:
                if not is_transient(error):
                    raise
                log.error("database.away", error=_name(error))  # noqa: TRY400 - a traceback of each try would bury the cause
                await asyncio.sleep(AWAY)

    async def _together(self, batch: Sequence[RawUpdate]) -> list[tuple[RawUpdate, BaseException]]:
        failed: list[tuple[RawUpdate, BaseException]] = []
        async with self._toolbox.database.begin() as transaction:
            await lock(transaction.connection, _conversations(batch))
            ids = [int(update["update_id"]) for update in batch]
            done = await updates.seen(transaction.connection, ids)
            turn = await updates.turns(transaction.connection)
            for update in batch:
                if update["update_id"] in done:
                    continue
                try:
                    await self._one(transaction, update, turn)
                    done.add(update["update_id"])
                except IntegrityError as error:
                    if "update_mark" not in str(error.orig).lower():
                        failed.append((update, error))
                    # else: another program took it between our look and our mark.
                except Exception as error:
                    if is_transient(error):
                        raise
                    failed.append((update, error))
        self._toolbox.sender.nudge()
        return failed

    async def _one(self, transaction: Transaction, update: RawUpdate, turn: int) -> None:
        try:
            async with transaction.savepoint() as session:
                desk = self._desk(session)
                await updates.mark(session, update["update_id"], turn=turn)
                await self._dispatcher.dispatch(desk, update)
                await self._forget_attempts(session, update)
        except BotError as refusal:
            async with transaction.savepoint() as session:
                await updates.mark(session, update["update_id"], turn=turn)
                await self._dispatcher.explain(self._desk(session), update, refusal)
                await self._forget_attempts(session, update)

    async def _forget_attempts(self, session: Any, update: RawUpdate) -> None:
        if self.is_cautious:
            await updates.succeeded(session, update["update_id"])

    async def _set_aside(self, update: RawUpdate) -> None:
        """Give up on an update, and tell the person that it was our fault."""
        now = self._toolbox.clock.now()
        async with self._toolbox.database.begin() as transaction:
            async with transaction.savepoint() as session:
                turn = await updates.turns(transaction.connection)
                await updates.mark(session, update["update_id"], turn=turn)
                await updates.set_aside(session, update["update_id"], now)
            # An update that cannot even be read has nobody who could be told.
            with suppress(Exception):
                async with transaction.savepoint() as session:
                    await self._dispatcher.explain(self._desk(session), update, UpdateFailed())
        log.error("update.set_aside", kind=updates.kind_of(update))
        self._toolbox.sender.nudge()

    def _desk(self, session: Any) -> Desk:
        return Desk(session=session, now=self._toolbox.clock.now(), toolbox=self._toolbox)


async def _attempt(session: AsyncSession, update: RawUpdate) -> int:
    """Count one more attempt at an update and return how many there were; 0 if it was taken.

    A program that dies between the commit and the acknowledgement is given it again.
    """
    if await updates.seen(await session.connection(), [int(update["update_id"])]):
        return 0
    return await updates.count_failure(session, update)


def _conversations(batch: Sequence[RawUpdate]) -> set[str]:
    """Name the conversations that these updates go on with: a person in a chat."""
    return {f"conversation:{chat}:{user}" for chat, user in map(_who_and_where, batch)}


def _who_and_where(update: RawUpdate) -> tuple[Any, Any]:
    """Read chat and sender from raw JSON, which may be malformed in any way."""
    for value in update.values():
        if isinstance(value, dict):
            message = value.get("message", value)
            chat = message.get("chat") if isinstance(message, dict) else None
            return _id(chat), _id(value.get("from"))
    return None, None


def _id(thing: Any) -> Any:
    return thing.get("id") if isinstance(thing, dict) else None


def _name(error: BaseException) -> str:
    return type(error).__name__
