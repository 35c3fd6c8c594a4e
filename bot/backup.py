"""Copies of everything that a program knows, each in one file: an SQLite database.

A copy is consistent while the program runs. It can be restored into an empty database of either
kind, also by a newer program: the copy is migrated on the way. Key files are not in it, nor what
means nothing without them: sealed boxes and marks of updates. A copy of every night would show on
which day each of them came.
"""

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database, sqlite_code
from bot.migrations import upgrade
from bot.models import metadata

SQLITE = "sqlite+aiosqlite:///"
_AT_A_TIME = 1000
"""Rows held in memory while they are copied."""
_OF_PROGRAMS = frozenset({"run", "upkeep"})
"""Tables in which a program writes before anybody has done anything."""
WITHOUT_KEYS = frozenset(
    {
        "feedback_batch",
        "feedback_box",
        "installation",
        "mark_key",
        "update_mark_even",
        "update_mark_odd",
    }
)
"""Tables of which nothing is copied: their keys lie beside the database, and stay there."""
_NO_ROOM = {
    "SQLITE_FULL": "no space is left on its disk",
    "SQLITE_IOERR": "its disk is full, or fails",
    # The first thing that is written beside a copy on a full disk.
    "SQLITE_CANTOPEN": "its disk is full, or fails",
}
"""Why a copy cannot be written, by the beginning of SQLite's name of it."""
_SEQUENCE = text("SELECT pg_get_serial_sequence(:table, :column)")


class BackupUnusable(Exception):
    """A copy cannot be made or restored; the message says why, and what to do."""


def save(url: str, file: Path) -> None:
    """Copy the database at `url` into `file`, which appears, or is replaced, once it is complete.

    Raises:
        BackupUnusable: there is no database, it is damaged, or the file cannot be written.
        SQLAlchemyError, OSError: the database cannot be reached.
    """
    with _beside(file) as copy:
        source = Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None
        if source is not None:
            _look_at(source)
        try:
            if source is not None:
                _copy_file(source, copy)
            else:
                upgrade(f"{SQLITE}{copy}")
                asyncio.run(_copy_rows(url, f"{SQLITE}{copy}"))
            _check(copy, source or file)
            if source is not None:
                _leave_out(copy)
            _join_log(copy)
        except (sqlite3.Error, SQLAlchemyError) as error:
            if why := _no_room(error):
                raise _unwritable(file, why) from error
            raise
        try:
            _keep(copy, file)
        except OSError as error:
            raise _unwritable(file, error.strerror) from error


def restore(url: str, file: Path) -> None:
    """Fill the (empty) database at `url` with the copy in `file`, which stays as it is.

    Raises:
        BackupUnusable: the file is no copy, it is damaged or of a newer program, or the database
            is not empty.
        SQLAlchemyError, OSError: the database cannot be reached.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        try:
            shutil.copyfile(file, copy)
        except (FileNotFoundError, IsADirectoryError) as error:
            message = f"{file} is not there: name the file that `baraza backup` wrote"
            raise BackupUnusable(message) from error
        except OSError as error:
            message = f"{file} cannot be read, or not be copied to {folder}: {error.strerror}"
            raise BackupUnusable(message) from error
        try:
            _check(copy, file)
            upgrade(f"{SQLITE}{copy}")
        except CommandError:
            message = f"{file} was written by a newer Baraza: update this one first"
            raise BackupUnusable(message) from None
        except (sqlite3.Error, SQLAlchemyError) as error:
            if why := _no_room(error):
                raise _unwritable(copy, why) from error
            raise
        upgrade(url)
        asyncio.run(_copy_rows(f"{SQLITE}{copy}", url))


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """Lend the name of a file in the same folder, so that it can take the other's place at once."""
    if not file.parent.exists():
        message = f"{file} cannot be written: there is no folder {file.parent}, make it first"
        raise BackupUnusable(message)
    try:
        folder = tempfile.TemporaryDirectory(dir=file.parent, prefix=".baraza-")
    except OSError as error:
        raise _unwritable(file, error.strerror) from error
    with folder as name:
        yield Path(name) / "copy.db"


def _unwritable(file: Path, why: str | None) -> BackupUnusable:
    message = f"{file} cannot be written: {why}"
    return BackupUnusable(message)


def _no_room(error: Exception) -> str | None:
    code = sqlite_code(error)
    return next((why for known, why in _NO_ROOM.items() if code.startswith(known)), None)


def _look_at(source: Path) -> None:
    """Make sure that an SQLite database can be read, before anything is blamed on its copy."""
    if not source.exists():
        message = f"there is no database yet ({source}): nothing to copy"
        raise BackupUnusable(message)
    try:
        with closing(_reading(source)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.Error as error:
        code = sqlite_code(error)
        if code.startswith("SQLITE_BUSY"):
            message = f"{source} is held by another program: try again when that has ended"
        elif code.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
            raise _damaged(source) from None
        else:
            message = f"{source} cannot be read ({code}): run this as the user that runs Baraza"
        raise BackupUnusable(message) from error


def _reading(source: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{source}?mode=ro", uri=True)


def _copy_file(source: Path, target: Path) -> None:
    """Copy an SQLite database as it stands at one moment, while others write to it."""
    with (
        closing(_reading(source)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        try:
            reading.backup(writing)
        except sqlite3.DatabaseError as error:
            if _no_room(error):
                raise
            raise _damaged(source) from None


def _check(copy: Path, original: Path) -> None:
    """Make sure that a copy is whole.

    Raises:
        BackupUnusable: it is not; the message names the original.
        sqlite3.Error: it cannot be read, for want of room.
    """
    with closing(sqlite3.connect(copy)) as connection:
        try:
            [found] = connection.execute("PRAGMA quick_check(1)").fetchone()
            known = connection.execute("SELECT count(*) FROM alembic_version").fetchone()
        except sqlite3.DatabaseError as error:
            if _no_room(error):
                raise
            raise _damaged(original) from None
    if found != "ok" or not known:
        raise _damaged(original)


def _damaged(file: Path) -> BackupUnusable:
    message = f"{file} is damaged, or no database of Baraza: use an older copy"
    return BackupUnusable(message)


def _leave_out(copy: Path) -> None:
    """Take out of a copied file what means nothing without its keys."""
    smaller = copy.with_suffix(".smaller")
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        # Overwritten where they are, and written into no log: the disk of copies is another one.
        connection.execute("PRAGMA journal_mode=MEMORY")
        connection.execute("PRAGMA secure_delete=ON")
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for name in sorted(WITHOUT_KEYS & {name for (name,) in tables}):
            connection.execute(f"DELETE FROM {name}")  # noqa: S608 - a name of ours
        # As many pages as became free would tell how many boxes there were.
        connection.execute("VACUUM INTO ?", [str(smaller)])
    smaller.replace(copy)


def _join_log(copy: Path) -> None:
    """Leave everything in the one file that is kept, and nothing in a log beside it."""
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def _keep(copy: Path, file: Path) -> None:
    """Let a copy take its place, once it is safely on the disk."""
    copy.chmod(0o600)
    descriptor = os.open(copy, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    copy.replace(file)


async def _copy_rows(source: str, target: str) -> None:
    """Copy every row, as they all stand at one moment, into a database that has none."""
    reading, writing = Database(source), Database(target)
    try:
        async with reading.engine.connect() as old, writing.begin() as transaction:
            if not reading.is_sqlite:
                await old.execution_options(isolation_level="REPEATABLE READ")
            new = transaction.connection
            await _require_empty(new)
            for name in _OF_PROGRAMS:
                await new.execute(metadata.tables[name].delete())
            for table in metadata.sorted_tables:
                if table.name in WITHOUT_KEYS:
                    continue
                rows = await old.stream(select(table))
                async for portion in rows.mappings().partitions(_AT_A_TIME):
                    await new.execute(insert(table), [dict(row) for row in portion])
            if not writing.is_sqlite:
                await _count_on(new)
    finally:
        await reading.close()
        await writing.close()


async def _require_empty(new: AsyncConnection) -> None:
    for table in metadata.sorted_tables:
        if table.name in _OF_PROGRAMS | WITHOUT_KEYS:
            continue
        if await new.scalar(select(func.count()).select_from(table)):
            message = (
                "the database is not empty: move it away, or set BARAZA_DATABASE_URL or "
                "BARAZA_DATA_DIR to another one"
            )
            raise BackupUnusable(message)


async def _count_on(new: AsyncConnection) -> None:
    """Let PostgreSQL number the next rows after those that were copied."""
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        facts = {"table": f'"{table.name}"', "column": column.name}
        sequence = await new.scalar(_SEQUENCE, facts)
        last = await new.scalar(select(func.max(column)))
        if sequence is not None and last is not None:
            await new.execute(select(func.setval(sequence, last)))
