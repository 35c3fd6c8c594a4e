"""SQLite without a thread for every call.

A statement on a local file takes some 20 microseconds; handing it to another thread and back, as
aiosqlite does, costs ten times that. So statements run right here, in the event loop; only COMMIT,
which waits for the disk, goes to a thread. Measured in docs/decisions/0001-databases.md.

The classes have the surface that SQLAlchemy's aiosqlite dialect uses, and nothing more.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Self


class InlineCursor:
    """A cursor whose coroutines are finished before they are awaited."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        """Wrap a cursor of the standard library."""
        self._cursor = cursor
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        """Return this cursor."""
        return self

    @property
    def description(self) -> Any:
        """Describe the columns of the result, if there is one."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """Return how many rows the last statement changed."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """Return the id of the row inserted last."""
        return self._cursor.lastrowid

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Self:
        """Run one statement, now."""
        self._cursor.execute(statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> Self:
        """Run one statement for each set of parameters, now."""
        self._cursor.executemany(statement, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        return self._cursor.fetchall()

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return at most `size` of the rows that are left; by default one."""
        return self._cursor.fetchmany(size or 1)

    async def close(self) -> None:
        """Free the statement."""
        self._cursor.close()


class InlineConnection:
    """A connection that blocks the loop for a statement, but not for a commit."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Wrap a connection of the standard library, opened without `check_same_thread`."""
        self._connection = connection
        self._conn = connection
        self._stored = connection.total_changes
        """How many rows this connection had changed at the end of the last transaction."""

    @property
    def isolation_level(self) -> str | None:
        """Return how the driver would open transactions; None, because we say BEGIN ourselves."""
        return self._connection.isolation_level

    def cursor(self) -> InlineCursor:
        """Open a cursor."""
        return InlineCursor(self._connection.cursor())

    async def create_function(
        self, name: str, arguments: int, function: Callable[..., Any], **options: Any
    ) -> None:
        """Register a function for use in SQL."""
        self._connection.create_function(name, arguments, function, **options)

    async def commit(self) -> None:
        """Wait for the disk in a thread; where nothing was changed there is none to wait for.

        A task that is cancelled meanwhile still waits: nobody else may use the connection before
        the commit is over.
        """
        if not self._connection.in_transaction:
            return
        store = self._connection.commit
        if self._connection.total_changes == self._stored:
            store()
            return
        commit = asyncio.get_running_loop().run_in_executor(None, store)
        try:
            await asyncio.shield(commit)
        except asyncio.CancelledError:
            await asyncio.wait([commit])
            raise
        finally:
            self._stored = self._connection.total_changes

    async def rollback(self) -> None:
        """Take back what was not committed."""
        self._connection.rollback()
        self._stored = self._connection.total_changes

    async def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def stop(self) -> None:
        """Close the file at once (SQLAlchemy, when a connection is collected as garbage)."""
        self._connection.close()


async def connect(database: str, **options: Any) -> InlineConnection:
    """Open a file; the signature is that of `aiosqlite.connect`."""
    options["check_same_thread"] = False
    return InlineConnection(sqlite3.connect(database, isolation_level=None, **options))
