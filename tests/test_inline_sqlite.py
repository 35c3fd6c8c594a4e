"""SQLite in the event loop: only a commit leaves it."""

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from bot.inline_sqlite import InlineConnection, connect


class Slow:
    """A connection whose commit takes as long as a bad disk, and tells in which thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.may_end = threading.Event()
        self.thread: int | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def commit(self) -> None:
        self.thread = threading.get_ident()
        self.may_end.wait(5)
        self._connection.commit()


async def opened(tmp_path: Path) -> tuple[InlineConnection, Slow]:
    connection = await connect(str(tmp_path / "a.db"))
    slow = Slow(connection._connection)
    connection._connection = slow  # type: ignore[assignment] # it stands in for the disk
    cursor = connection.cursor()
    await cursor.execute("CREATE TABLE t (n INTEGER)")
    await cursor.execute("BEGIN IMMEDIATE")
    await cursor.executemany("INSERT INTO t VALUES (?)", [(1,), (2,)])
    return connection, slow


async def test_a_commit_waits_for_the_disk_in_a_thread_while_the_loop_goes_on(
    tmp_path: Path,
) -> None:
    connection, slow = await opened(tmp_path)

    committing = asyncio.create_task(connection.commit())
    await asyncio.sleep(0.05)
    was_waiting = not committing.done()
    slow.may_end.set()
    await committing

    assert (was_waiting, slow.thread == threading.get_ident()) == (True, False)
    await connection.close()


async def test_a_cancelled_commit_is_over_before_anybody_else_uses_the_connection(
    tmp_path: Path,
) -> None:
    connection, slow = await opened(tmp_path)
    committing = asyncio.create_task(connection.commit())
    await asyncio.sleep(0.02)

    committing.cancel()
    await asyncio.sleep(0.02)
    still_waiting = not committing.done()
    slow.may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await committing

    assert (still_waiting, connection._connection.in_transaction) == (True, False)
    await connection.close()
    stored = sqlite3.connect(tmp_path / "a.db")
    assert stored.execute("SELECT n FROM t").fetchall() == [(1,), (2,)]
    stored.close()


async def test_a_rollback_takes_back_what_was_not_committed(tmp_path: Path) -> None:
    connection, _ = await opened(tmp_path)

    await connection.rollback()

    cursor = connection.cursor()
    await cursor.execute("SELECT count(*) FROM t")
    assert await cursor.fetchall() == [(0,)]
    await cursor.close()
    await connection.close()


async def test_committing_nothing_costs_no_thread(tmp_path: Path) -> None:
    connection, slow = await opened(tmp_path)
    await connection.rollback()

    await connection.commit()

    assert slow.thread is None
    await connection.close()


async def test_a_transaction_that_only_read_costs_no_thread_and_the_next_change_waits_for_the_disk(
    tmp_path: Path,
) -> None:
    connection, slow = await opened(tmp_path)
    slow.may_end.set()
    cursor = connection.cursor()
    threads = []

    for statement in ("SELECT n FROM t", "DELETE FROM t WHERE n = 9", "DELETE FROM t"):
        await connection.commit()
        threads.append(slow.thread != threading.get_ident())
        await cursor.execute("BEGIN IMMEDIATE")
        await cursor.execute(statement)
        await cursor.fetchall()
    await connection.commit()
    threads.append(slow.thread != threading.get_ident())

    # What was inserted; what was read; what changed no row; what changed two.
    assert threads == [True, False, False, True]
    await cursor.close()
    await connection.close()
