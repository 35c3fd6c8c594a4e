"""The database: how a transaction is opened, and the only place that commits one.

One update, one click, one tick: one transaction. Rows, outgoing messages and what falls due are
saved together or not at all. Nothing waits for the network inside a transaction; what has to happen
outside is registered with `after_commit()`.
"""

import asyncio
import hashlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, closing, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import structlog
from sqlalchemy import event, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import inline_sqlite
from bot.models.columns import UTCDateTime

log = structlog.get_logger()

T = TypeVar("T")
Callback: TypeAlias = Callable[[], Awaitable[None]]

_CALLBACKS = "after_commit"
_LAST_THINGS = "before_commit"
_TRANSIENT_STATES = ("08", "40001", "40P01", "53", "55P03", "57P")
"""SQLSTATE prefixes: connection lost, serialisation failure, deadlock, no resources, stopping."""
_TRANSIENT_WORDS = (
    "locked",
    "busy",
    "disk i/o error",
    "disk is full",
    "unable to open",
)
RETRIES = (0.05, 0.2, 0.5, 1.0, 2.0)
"""Seconds to wait before each new attempt at a transaction that failed for no fault of its own."""
COPIED_IN_MEMORY = 128 * 2**20
"""Bytes of an SQLite database up to which it is rewritten by way of a copy in memory."""
AWAY = 2.0
"""Seconds between two attempts of what goes on trying while the database is away."""


Work: TypeAlias = Callable[[AsyncSession], Awaitable[None]]


class DatabaseAway(ConnectionError):
    """No connection to the database can be made."""


@dataclass
class Transaction:
    """An open transaction, to which several pieces of work are added, each behind a savepoint."""

    connection: AsyncConnection
    callbacks: list[Callback] = field(default_factory=list)
    last_things: dict[str, Work] = field(default_factory=dict)
    """What is done once before the commit, however many pieces of work asked for it."""

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[AsyncSession]:
        """Open a session of its own that can fail without harming what came before it.

        A fresh session each time: one that is shared breaks after its first rollback.
        """
        async with AsyncSession(
            bind=self.connection,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
        ) as session:
            callbacks: list[Callback] = []
            last_things: dict[str, Work] = {}
            session.info.update({_CALLBACKS: callbacks, _LAST_THINGS: last_things})
            yield session
            await session.commit()
            self.callbacks.extend(callbacks)
            self.last_things.update(last_things)

    async def do_last_things(self) -> None:
        """Do what was left for the end; one that fails must not undo what people have sent.

        Raises:
            Exception: the database was at fault; the whole transaction is to be tried again.
        """
        while self.last_things:
            # In one order, as everybody who writes to several things.
            name = min(self.last_things)
            work = self.last_things.pop(name)
            try:
                async with self.savepoint() as session:
                    await work(session)
            except Exception as error:
                if is_transient(error):
                    raise
                log.error("transaction.last_thing_failed", error=type(error).__name__)  # noqa: TRY400 - the text of an error could name a person


class Database:
    """SQLite or PostgreSQL behind one surface."""

    def __init__(self, url: str) -> None:
        """Prepare an engine for `url`; nothing is opened yet."""
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgresql_engine(url)
        # SQLite has one writer. Waiting for it here is fair and costs nothing; waiting inside
        # SQLite means polling, and a lost race is an error.
        self._writer = asyncio.Lock() if self.is_sqlite else None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        """Open a transaction for several pieces of work; commit when the block ends well."""
        async with (
            self._writer or nullcontext(),
            self._connected() as connection,
            connection.begin() as outer,
        ):
            transaction = Transaction(connection)
            yield transaction
            await transaction.do_last_things()
            await outer.commit()
        for callback in transaction.callbacks:
            await callback()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction for one piece of work; commit when the block ends well."""
        async with (
            self.begin() as transaction,
            AsyncSession(
                bind=transaction.connection,
                expire_on_commit=False,
                join_transaction_mode="rollback_only",
            ) as session,
        ):
            session.info.update(
                {_CALLBACKS: transaction.callbacks, _LAST_THINGS: transaction.last_things}
            )
            yield session
            await session.flush()

    async def run(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Do `work` in a transaction; try the whole again when the database was at fault."""
        return await self.persist(lambda: self.once(work))

    async def once(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Do `work` in a transaction, at the first attempt or not at all."""
        async with self.transaction() as session:
            return await work(session)

    async def persist(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Call `attempt`, a whole transaction, until the database lets it through.

        Raises:
            Exception: whatever the attempt raised for a reason of its own, or the database's last
                word when it stayed away for all the retries.
        """
        for delay in RETRIES:
            try:
                return await attempt()
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("database.retry", error=type(error).__name__, delay=delay)
                await asyncio.sleep(delay)
        return await attempt()

    async def insist(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Call `attempt`, a whole transaction, however long the database stays away.

        Raises:
            Exception: whatever the attempt raised for a reason of its own.
        """
        while True:
            try:
                return await self.persist(attempt)
            except Exception as error:
                if not is_transient(error):
                    raise
                log.error("database.away", error=type(error).__name__)  # noqa: TRY400 - a traceback of each try would bury the cause
                await asyncio.sleep(AWAY)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        async with AsyncExitStack() as closing:
            try:
                connection = await closing.enter_async_context(self.engine.connect())
            except OSError as error:
                # asyncpg lets a refused connection, or a socket that is missing, through as it is.
                raise DatabaseAway from error
            yield connection

    async def connect_apart(self) -> AsyncConnection:
        """Return a connection to PostgreSQL outside of every transaction; the caller closes it.

        Raises:
            DatabaseAway: see there.
        """
        try:
            connection = await self.engine.connect()
        except OSError as error:
            raise DatabaseAway from error
        return await connection.execution_options(isolation_level="AUTOCOMMIT")

    async def rewrite(self, table: str) -> bool:
        """Rewrite what was deleted and changed out of the files: of a table, or all of SQLite's.

        Returns whether nothing is left: somebody who reads (a backup) may still need it, or there
        is no room on the disk. Then it is to be tried again later.
        """
        if self._writer is not None:
            async with self._writer:
                return await asyncio.to_thread(_vacuum, Path(str(make_url(self.url).database)))
        connection = await self.connect_apart()
        try:
            return await _vacuum_full(connection, table)
        except DBAPIError as error:
            log.warning("database.not_rewritten", reason=type(error.orig).__name__, remedy=_ROOM)
            return False
        finally:
            # Not back into the pool with a setting of its own.
            await connection.invalidate()
            await connection.close()

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def after_commit(session: AsyncSession, callback: Callback) -> None:
    """Have `callback` awaited once the transaction of `session` is safely stored.

    It is for what cannot be taken back, such as a call to Telegram; it must not raise.
    """
    session.info[_CALLBACKS].append(callback)


def before_commit(session: AsyncSession, name: str, work: Work) -> None:
    """Have `work` done once at the end of the transaction of `session`, in a session of its own.

    For what shows the sum of what many people sent in one transaction: it is written but once. The
    last one who asks under a `name` wins; nothing is done for work that is rolled back.
    """
    session.info[_LAST_THINGS][name] = work


@asynccontextmanager
async def savepoint(session: AsyncSession) -> AsyncIterator[None]:
    """Let a piece of work within a session fail without harming what came before it.

    What it registered for before and after the commit is forgotten together with its rows.
    """
    callbacks, last_things = session.info[_CALLBACKS], session.info[_LAST_THINGS]
    callbacks_before, last_things_before = list(callbacks), dict(last_things)
    try:
        async with session.begin_nested():
            yield
    except BaseException:
        callbacks[:] = callbacks_before
        last_things.clear()
        last_things.update(last_things_before)
        raise


class DatabaseTime(FunctionElement[datetime]):
    """The database's own time, within a statement."""

    type = UTCDateTime()
    inherit_cache = True


@compiles(DatabaseTime, "postgresql")
def _time_of_postgresql(*_: Any, **__: Any) -> str:
    return "clock_timestamp()"


@compiles(DatabaseTime, "sqlite")
def _time_of_sqlite(*_: Any, **__: Any) -> str:
    # In the form in which instants are stored, so that they can be compared.
    return "strftime('%Y-%m-%d %H:%M:%f000', 'now')"


async def time(session: AsyncSession) -> datetime:
    """Return the database's own time in UTC, the only one that several processes share."""
    moment: datetime = (await session.execute(select(DatabaseTime()))).scalar_one()
    return moment


async def lock(session_or_connection: AsyncSession | AsyncConnection, names: Iterable[str]) -> None:
    """Hold the named locks until the transaction ends, taken in one order to avoid deadlocks.

    On SQLite there is nothing to do: a transaction is the only writer.
    """
    if is_sqlite(session_or_connection):
        return
    keys = sorted({advisory_key(name) for name in names})
    for key in keys:
        await session_or_connection.execute(_ADVISORY_LOCK, {"key": key})


def is_transient(error: BaseException) -> bool:
    """Tell whether the database was away or asks us to try the same transaction again."""
    if isinstance(error, ConnectionError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state.startswith(_TRANSIENT_STATES)
    words = str(error.orig).lower()
    return isinstance(error, OperationalError) and any(word in words for word in _TRANSIENT_WORDS)


def sqlite_code(error: BaseException) -> str:
    """Return SQLite's name of what went wrong, like SQLITE_FULL; empty if it was not SQLite."""
    code: str | None = getattr(getattr(error, "orig", None) or error, "sqlite_errorname", None)
    return code or ""


_NO_WORDS_IN_ERRORS = True
"""The values of a statement that failed are names and texts, and its error ends up in a log."""
_PREPARED = 500
"""How many statements each connection to PostgreSQL keeps prepared: there are more than the
driver's usual 100, and one that is not kept costs another journey to the server each time."""
_ROOM = "nothing is lost, it is tried again; make room on the disk of the database if this stays"
_NEXT_TRANSACTION = text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
_KEPT_FROM = text("SELECT relfrozenxid::text::bigint FROM pg_class WHERE oid = to_regclass(:table)")
_ADVISORY_LOCK = text("SELECT pg_advisory_xact_lock(:key)")


def advisory_key(name: str) -> int:
    """Return the number by which PostgreSQL knows a lock."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)


def is_sqlite(session: AsyncSession | AsyncConnection) -> bool:
    """Tell whether a session or a connection is one of SQLite."""
    bind = session if isinstance(session, AsyncConnection) else session.get_bind()
    return bind.dialect.name == "sqlite"


def _vacuum(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            _keep_copy_inside(connection, file)
            connection.execute("VACUUM")
            # Whoever reads may do so for long, and nobody can write while this waits.
            connection.execute("PRAGMA busy_timeout=200")
            [is_held, _, _] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        log.warning("database.not_rewritten", reason=sqlite_code(error), remedy=_ROOM)
        return False
    return not is_held


def _keep_copy_inside(connection: sqlite3.Connection, file: Path) -> None:
    """Let the copy that VACUUM makes for a moment be in memory, or else beside the database.

    By itself it would be a file without a name in /var/tmp or /tmp: on another disk, or on one that
    is too small.
    """
    [pages] = connection.execute("PRAGMA page_count").fetchone()
    [size] = connection.execute("PRAGMA page_size").fetchone()
    if pages * size <= COPIED_IN_MEMORY:
        connection.execute("PRAGMA temp_store=MEMORY")
        return
    # Of the two ways to say so, the other one is read only when a process begins.
    folder = str(file.parent.absolute()).replace("'", "''")
    connection.execute(f"PRAGMA temp_store_directory='{folder}'")


async def _vacuum_full(connection: AsyncConnection, table: str) -> bool:
    """Write a table into a new file; tell whether nobody needs any older row of it any more."""
    # Who waits for the table would keep others waiting behind it.
    await connection.execute(text("SET lock_timeout = '2s'"))
    # All that was stored by now has a lower number.
    begun: int = await connection.scalar(_NEXT_TRANSACTION)
    await connection.execute(text(f"VACUUM (FULL) {table}"))
    # Rows that a transaction from this number on might see were kept, deleted or not.
    kept_from: int = await connection.scalar(_KEPT_FROM, {"table": table})
    # Numbers of transactions go round.
    return (kept_from - begun) % 2**32 < 2**31


def _sqlite_engine(url: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        connect_args={"async_creator_fn": inline_sqlite.connect},
        hide_parameters=_NO_WORDS_IN_ERRORS,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        for pragma in (
            "journal_mode=WAL",
            # NORMAL may lose an acknowledged commit when the power fails.
            "synchronous=FULL",
            "foreign_keys=ON",
            # What is deleted is overwritten: a page that is free must not keep anybody's words.
            "secure_delete=ON",
            # What a statement puts aside for a moment would be a file in /var/tmp or /tmp.
            "temp_store=MEMORY",
            "busy_timeout=5000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        # A plain BEGIN takes the write lock too late, and fails when somebody else came between.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql_engine(url: str) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=5,
        max_overflow=5,
        # The one that was used last has the most statements prepared.
        pool_use_lifo=True,
        hide_parameters=_NO_WORDS_IN_ERRORS,
        connect_args={"prepared_statement_cache_size": _PREPARED},
    )
