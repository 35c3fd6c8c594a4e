"""The other programs on the same PostgreSQL: which keys some living program has.

A key in a file is lost only when nobody who lives has it. So each program that has one shows it by
a lock of its session, shared with the others; who has it not looks whether it could have the lock
for itself. The database lets go of the locks of a program that dies, and no row remembers any.

A program that is only starting, or whose connection was cut, has a while to show itself again.
SQLite has one program: there nobody else has anything.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from sqlalchemy import TextClause, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database, advisory_key, is_sqlite

PATIENCE = timedelta(seconds=30)
"""How long nobody must have shown a key before it is taken for lost."""
BEAT = timedelta(seconds=5)
"""How often a program looks whether the others still see it: several times within `PATIENCE`."""

_UNSEEN_ENDS = (
    # A machine that is gone says no goodbye; by default it would be missed after two hours.
    "SET tcp_keepalives_idle = 20",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
    "SET idle_session_timeout = 0",
)
_SHARE = text("SELECT pg_advisory_lock_shared(:key)")
_TRY_TO_SHARE = text("SELECT pg_try_advisory_lock_shared(:key)")
_UNSHARE = text("SELECT pg_advisory_unlock_shared(:key)")
_TRY_ALONE = text("SELECT pg_try_advisory_lock(:key)")
_END_ALONE = text("SELECT pg_advisory_unlock(:key)")
# A key of 64 bits stands in two columns (PostgreSQL, pg_locks).
_HOLDERS = text(
    "SELECT count(DISTINCT pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND mode = 'ShareLock' AND granted "
    "AND ((classid::bigint << 32) | objid::bigint) = :key"
)


class Whose(StrEnum):
    """Who has a key that this program has not."""

    OTHERS = "others"
    UNKNOWN = "unknown"
    """Nobody shows it, but not for long enough."""
    NOBODY = "nobody"


class Others(Protocol):
    """What a program shows the others of its keys, and sees of theirs."""

    async def show(self, key: str) -> None:
        """Let the others see that this program has a key."""

    async def whose(self, key: str) -> Whose:
        """Tell who has a key that this program has not; if nobody, it is this one's from now on."""

    def is_shown(self, key: str) -> bool:
        """Tell whether the others see that this program has a key."""

    async def run(self) -> None:
        """Stay visible, as long as this program lives."""

    async def close(self) -> None:
        """Let go of everything."""


class Nobody:
    """There are no others."""

    async def show(self, key: str) -> None:
        """Show nobody."""

    async def whose(self, _key: str) -> Whose:
        """Tell that nobody else has a key."""
        return Whose.NOBODY

    def is_shown(self, _key: str) -> bool:
        """Tell that there is nobody to see anything."""
        return True

    async def run(self) -> None:
        """Have nothing to do."""

    async def close(self) -> None:
        """Have nothing to let go of."""


NOBODY = Nobody()


class Neighbours:
    """The others on a PostgreSQL."""

    def __init__(self, database: Database, *, patience: timedelta = PATIENCE) -> None:
        """Prepare; a connection is made when there is something to show or to ask."""
        self._database = database
        self._patience = patience.total_seconds()
        self._connection: AsyncConnection | None = None
        self._turn = asyncio.Lock()
        self._shown: set[str] = set()
        self._missed_since: dict[str, float] = {}

    def is_shown(self, key: str) -> bool:
        """Tell whether the others see that this program has a key, or will within a `BEAT`."""
        return key in self._shown

    async def show(self, key: str) -> None:
        """Let the others see, as long as this program lives, that it has a key."""
        async with self._turn:
            self._missed_since.pop(key, None)
            if key not in self._shown:
                # Who has it alone, has it for a moment only.
                await self._ask(_SHARE, key)
                self._shown.add(key)

    async def whose(self, key: str) -> Whose:
        """Tell who has a key that this program has not; if nobody, it is this one's from now on."""
        async with self._turn:
            if key in self._shown:
                self._shown.discard(key)
                await self._ask(_UNSHARE, key)
            if not await self._ask(_TRY_ALONE, key):
                self._missed_since.pop(key, None)
                return Whose.OTHERS
            now = asyncio.get_running_loop().time()
            is_long = now - self._missed_since.setdefault(key, now) >= self._patience
            if is_long:
                await self._ask(_SHARE, key)
                self._shown.add(key)
            await self._ask(_END_ALONE, key)
        return Whose.NOBODY if is_long else Whose.UNKNOWN

    async def run(self) -> None:
        """Stay visible, for ever: what a cut connection let go is taken again."""
        while True:
            await asyncio.sleep(BEAT.total_seconds())
            # The database is away: the next time, then.
            with suppress(OSError, SQLAlchemyError):
                await self.look()

    async def look(self) -> None:
        """Make sure that the others see what they should, also after the connection was cut."""
        async with self._turn:
            if self._connection is not None:
                with suppress(OSError, SQLAlchemyError):
                    await self._connection.execute(select(1))
                    return
                await self._part()
            try:
                if self._shown:
                    await self._connected()
            except BaseException:
                await self._part()
                raise

    async def close(self) -> None:
        """Let go of everything."""
        async with self._turn:
            await self._part()

    async def _connected(self) -> AsyncConnection:
        """Return the connection; a new one shows first what the one before it showed."""
        if self._connection is None:
            self._connection = await self._database.connect_apart()
            for setting in _UNSEEN_ENDS:
                await self._connection.execute(text(setting))
            for key in sorted(self._shown):
                if not await self._connection.scalar(_TRY_TO_SHARE, _number(key)):
                    # Another program has taken it for lost meanwhile: the next tick sees to it.
                    self._shown.discard(key)
        return self._connection

    async def _ask(self, statement: TextClause, key: str) -> bool:
        try:
            connection = await self._connected()
            found = await connection.scalar(statement, _number(key))
        except BaseException:
            # Whatever it held, or half held, is let go with it.
            await self._part()
            raise
        return bool(found)

    async def _part(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(OSError, SQLAlchemyError):
                # Not back into the pool: its locks would stay.
                await connection.invalidate()
                await connection.close()


def others_of(database: Database, *, patience: timedelta = PATIENCE) -> Others:
    """Return the other programs on a database."""
    return NOBODY if database.is_sqlite else Neighbours(database, patience=patience)


async def holders(session: AsyncSession, key: str) -> int:
    """Count the living programs that show a key; none where there can be only one."""
    if is_sqlite(session):
        return 0
    return await session.scalar(_HOLDERS, _number(key)) or 0


def _number(key: str) -> dict[str, int]:
    return {"key": advisory_key(key)}
