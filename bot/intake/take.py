"""The one way in: `take(updates)` returns when every update has had its effects, or was set aside.

    several updates -> one transaction, a savepoint each -> commit -> acknowledged
        one fails -> its savepoint is rolled back, the others stay -> counted -> alone, 5 times
        still fails -> set aside; the person is told
        refused for a reason we foresaw -> rolled back, explained, done
        the database was away -> the whole transaction again
    said in confidence -> apart from all this (`bot.handlers.feedback`)

After a crash the updates that come again are taken one by one, and each attempt is committed before
it begins: an update that kills the program is set aside, too.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias, TypeVar

import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import AWAY, Transaction, is_transient, lock
from bot.errors import BotError
from bot.handlers.desk import Desk
from bot.handlers.feedback import Confidence
from bot.intake.dispatch import Dispatcher
from bot.keys import KeyRing
from bot.services import updates
from bot.services.updates import KeysElsewhere, Marks
from bot.toolbox import Toolbox

log = structlog.get_logger()

TOGETHER = 50
"""How many waiting updates share a transaction: one wait for the disk serves them all."""
PAUSES = (0.0, 0.1, 0.5, 1.0, 2.0)
"""Seconds to wait before each new attempt at a failing update."""

T = TypeVar("T")
RawUpdate: TypeAlias = dict[str, Any]


class UpdateFailed(BotError):
    """An update was set aside after its last attempt: our fault, not the person's."""


class Intake:
    """Takes updates; the transports (polling now) only fetch and acknowledge."""

    def __init__(
        self,
        toolbox: Toolbox,
        dispatcher: Dispatcher,
        confidence: Confidence,
        *,
        followed: Callable[[int], None] = lambda _count: None,
    ) -> None:
        """Prepare; `followed` is told how many things people have just done openly."""
        self._toolbox = toolbox
        self.confidence = confidence
        self._dispatcher = dispatcher
        self._followed = followed
        self.is_cautious = False
        """Set after an unclean stop, until what was left behind has been taken."""

    async def take(self, batch: Sequence[RawUpdate]) -> None:
        """Return when every update has had its effects exactly once, or was set aside."""
        others: list[RawUpdate] = []
        for update in batch:
            # In the order in which people acted: what came before may have asked a question.
            if await self._concerns(update):
                await self._take_others(others)
                others = []
                await self._in_confidence(update)
            else:
                others.append(update)
        await self._take_others(others)

    async def _concerns(self, update: RawUpdate) -> bool:
        """Tell whether an update is said in confidence, however long the database stays away.

        Of what cannot even be looked at, nobody can say that it is not.
        """
        while True:
            try:
                return await self.confidence.concerns(update)
            except Exception as error:  # noqa: BLE001 - it must not be logged; it is counted
                if not is_transient(error):
                    return True
                await asyncio.sleep(AWAY)

    async def _in_confidence(self, update: RawUpdate) -> None:
        """Take what is said in confidence: alone, unlogged, and without a row that tells of it."""
        attempts, incoming = 0, None
        while True:
            try:
                incoming = self._dispatcher.read(update)
                await self.confidence.take(update, incoming)
            except KeysElsewhere:
                # Unmarked it could be taken twice: it waits for a program that has the keys.
                raise
            except Exception as error:  # noqa: BLE001 - it must not be logged; it is counted
                attempts += not is_transient(error)
                if attempts >= updates.ATTEMPTS:
                    # It must end here, or the same update would end every program that takes it.
                    with suppress(Exception):
                        await self.confidence.give_up(update, incoming, error)
                    return
                await asyncio.sleep(AWAY if is_transient(error) else PAUSES[attempts])
            else:
                return

    async def _take_others(self, batch: Sequence[RawUpdate]) -> None:
        if self.is_cautious:
            for update in batch:
                await self._alone(update)
            return
        for start in range(0, len(batch), TOGETHER):
            for failed, error in await self._until_stored(batch[start : start + TOGETHER]):
                await self._again(failed, error)

    async def _alone(self, update: RawUpdate) -> None:
        """Take an update of which the program may have died: the attempt is committed first."""
        keys = self._toolbox.keys
        attempts = await self._stored(lambda session: _attempt(session, update, keys))
        if attempts > updates.ATTEMPTS:
            await self._set_aside(update)
        elif attempts:
            for failed, error in await self._until_stored([update], is_counted=True):
                await self._again(failed, error, is_counted=True)

    async def _again(
        self, update: RawUpdate, error: BaseException, *, is_counted: bool = False
    ) -> None:
        """Try a failed update by itself until it succeeds or has used its attempts up."""
        while True:
            log.error("update.failed", kind=updates.kind_of(update), error=_name(error))
            attempts = await self._stored(_failure(update, error, is_counted=is_counted))
            if attempts >= updates.ATTEMPTS:
                await self._set_aside(update)
                return
            await asyncio.sleep(PAUSES[attempts])
            failed = await self._until_stored([update], is_counted=True)
            if not failed:
                return
            [(_, error)] = failed
            is_counted = False

    async def _stored(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        database = self._toolbox.database
        return await database.insist(lambda: database.once(work))

    async def _until_stored(
        self, batch: Sequence[RawUpdate], *, is_counted: bool = False
    ) -> list[tuple[RawUpdate, BaseException]]:
        """Take updates together, however long the database stays away; return what failed."""
        return await self._toolbox.database.insist(
            lambda: self._together(batch, is_counted=is_counted)
        )

    async def _together(
        self, batch: Sequence[RawUpdate], *, is_counted: bool
    ) -> list[tuple[RawUpdate, BaseException]]:
        failed: list[tuple[RawUpdate, BaseException]] = []
        taken = 0
        async with self._toolbox.database.begin() as transaction:
            await lock(transaction.connection, _conversations(batch))
            ids = [int(update["update_id"]) for update in batch]
            how = await updates.marks(transaction.connection, self._toolbox.keys)
            done = await updates.seen(transaction.connection, ids, how)
            for update in batch:
                if update["update_id"] in done:
                    continue
                # Statements on SQLite do not give way by themselves: let what is being sent go on.
                await asyncio.sleep(0)
                try:
                    await self._one(transaction, update, how, is_counted=is_counted)
                    done.add(update["update_id"])
                    taken += 1
                except IntegrityError as error:
                    if "update_mark" not in str(error.orig).lower():
                        failed.append((update, error))
                    # else: another program took it between our look and our mark.
                except Exception as error:
                    if is_transient(error):
                        raise
                    failed.append((update, error))
        self._followed(taken)
        self._toolbox.sender.nudge()
        return failed

    async def _one(
        self, transaction: Transaction, update: RawUpdate, how: Marks, *, is_counted: bool
    ) -> None:
        try:
            async with transaction.savepoint() as session:
                desk = self._desk(session)
                await updates.mark(session, update["update_id"], how)
                await self._dispatcher.dispatch(desk, update)
                if is_counted:
                    await updates.succeeded(session, update["update_id"])
        except BotError as refusal:
            async with transaction.savepoint() as session:
                await updates.mark(session, update["update_id"], how)
                await self._dispatcher.explain(self._desk(session), update, refusal)
                if is_counted:
                    await updates.succeeded(session, update["update_id"])

    async def _set_aside(self, update: RawUpdate) -> None:
        """Give up on an update, and tell the person that it was our fault."""
        await self._toolbox.database.insist(lambda: self._give_up(update))
        log.error("update.set_aside", kind=updates.kind_of(update))
        self._toolbox.sender.nudge()

    async def _give_up(self, update: RawUpdate) -> None:
        now = self._toolbox.clock.now()
        async with self._toolbox.database.begin() as transaction:
            await lock(transaction.connection, _conversations([update]))
            how = await updates.marks(transaction.connection, self._toolbox.keys)
            if await updates.seen(transaction.connection, [int(update["update_id"])], how):
                return  # Another program took it, or set it aside, meanwhile.
            async with transaction.savepoint() as session:
                await updates.mark(session, update["update_id"], how)
                await updates.set_aside(session, update["update_id"], now)
            # An update that cannot even be read has nobody who could be told.
            with suppress(Exception):
                async with transaction.savepoint() as session:
                    await self._dispatcher.explain(self._desk(session), update, UpdateFailed())

    def _desk(self, session: Any) -> Desk:
        return Desk(session=session, now=self._toolbox.clock.now(), toolbox=self._toolbox)


async def _attempt(session: AsyncSession, update: RawUpdate, keys: KeyRing) -> int:
    """Count one more attempt at an update and return how many there were; 0 if it was taken.

    A program that dies between the commit and the acknowledgement is given it again.
    """
    connection = await session.connection()
    how = await updates.marks(connection, keys)
    if await updates.seen(connection, [int(update["update_id"])], how):
        return 0
    return await updates.count_attempt(session, update)


def _failure(
    update: RawUpdate, error: BaseException, *, is_counted: bool
) -> Callable[[AsyncSession], Awaitable[int]]:
    return lambda session: updates.count_failure(session, update, error, is_counted=is_counted)


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
