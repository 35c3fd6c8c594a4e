"""All that somebody can look into afterwards: rows, files, logs of the database, copies of it."""

import asyncio
import logging
import re
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator, MutableMapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, create_engine, select
from sqlalchemy.engine import make_url
from structlog.testing import capture_logs

from bot import backup, logs
from bot.database import Database
from tools.postgres import SUPERUSER, Server


@dataclass
class Evidence:
    """Looks at a database as whoever has the machine can."""

    url: str
    server: Server | None
    """None for SQLite."""
    folder: Path
    """Where copies may be put."""
    _mark: str = "0/0"
    _copies: int = field(default=0)

    @property
    def file(self) -> Path:
        """Return the file of an SQLite database."""
        return Path(str(make_url(self.url).database))

    @property
    def name(self) -> str:
        """Return the name of a PostgreSQL database."""
        return str(make_url(self.url).database)

    def sql(self, statement: str) -> str:
        """Run a statement on PostgreSQL as its superuser."""
        assert self.server is not None
        return self.server.execute(statement, database=self.name)

    async def rows(self) -> dict[str, Counter[str]]:
        """Return every row of every table that has any."""
        if self.server is None:
            return _rows_of(self.file)
        database = Database(self.url)
        tables = MetaData()
        try:
            async with database.engine.connect() as connection:
                await connection.run_sync(tables.reflect)
                found: dict[str, Counter[str]] = {}
                for table in tables.sorted_tables:
                    rows = await connection.execute(select(table))
                    found[table.name] = Counter(repr(tuple(row)) for row in rows)
                await connection.rollback()
        finally:
            await database.close()
        return {name: rows for name, rows in found.items() if rows}

    async def forget_log(self) -> None:
        """Begin to look at the log of the database from here."""
        if self.server is None:
            with closing(sqlite3.connect(self.file)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            self._mark = self.sql("SELECT pg_current_wal_insert_lsn()")

    def log(self) -> bytes:
        """Return the bytes of what was written to the log since `forget_log`."""
        if self.server is None:
            wal = self.file.with_name(f"{self.file.name}-wal")
            return wal.read_bytes() if wal.exists() else b""
        start, end = self._mark, self.sql("SELECT pg_current_wal_insert_lsn()")
        # Written by now, and nothing of older days behind the end: segments are used again.
        self.sql("CHECKPOINT")
        (first, begin), (last, stop) = map(self._place, (start, end))
        segments = sorted((self.server.folder / "data/pg_wal").glob("0*"))
        found = [one.read_bytes() for one in segments if first <= one.name <= last]
        found[-1] = found[-1][:stop]
        found[0] = found[0][begin:]
        return b"".join(found)

    def _place(self, lsn: str) -> tuple[str, int]:
        """Return in which file of the log a place is, and where there."""
        told = self.sql(f"SELECT file_name, file_offset FROM pg_walfile_name_offset('{lsn}')")
        name, _, offset = told.partition("|")
        return name, int(offset)

    def touched(self) -> set[str]:
        """Return the tables and indexes into which transactions wrote since `forget_log`.

        What PostgreSQL tidies on a page that is only read belongs to no transaction, and names a
        page, not a row: `docs/privacy.md` tells of it.
        """
        assert self.server is not None
        end = self.sql("SELECT pg_current_wal_insert_lsn()")
        self.sql("CHECKPOINT")
        command: list[str | Path] = [
            self.server.programs / "pg_waldump",
            *(f"--start={self._mark}", f"--end={end}"),
            f"--path={self.server.folder / 'data/pg_wal'}",
        ]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        here = self.sql("SELECT oid FROM pg_database WHERE datname = current_database()")
        lines = "\n".join(line for line in told.splitlines() if not re.search(r"tx: +0,", line))
        numbers = set(re.findall(rf"rel \d+/{here}/(\d+)", lines))
        return {
            self.sql(
                f"SELECT COALESCE((SELECT 'toast of ' || o.relname FROM pg_class o "
                f"WHERE o.reltoastrelid IN (c.oid, i.indrelid)), c.relname) FROM pg_class c "
                f"LEFT JOIN pg_index i ON i.indexrelid = c.oid "
                f"WHERE pg_relation_filenode(c.oid) = {number}"
            )
            for number in numbers
        }

    def files(self) -> bytes:
        """Return the bytes of every file of the database, but for PostgreSQL's log."""
        if self.server is None:
            return b"".join(
                one.read_bytes() for one in sorted(self.file.parent.glob(f"{self.file.name}*"))
            )
        self.sql("CHECKPOINT")
        here = self.sql("SELECT oid FROM pg_database WHERE datname = current_database()")
        folder = self.server.folder / "data/base" / here
        return b"".join(one.read_bytes() for one in sorted(folder.iterdir()) if one.is_file())

    async def backup(self) -> bytes:
        """Return the bytes of what `baraza backup` copies."""
        self._copies += 1
        copy = self.folder / f"{self._copies}.backup"
        await asyncio.to_thread(backup.save, self.url, copy)
        return copy.read_bytes()

    async def dump(self) -> bytes:
        """Return the bytes of what `pg_dump` copies: every table; nothing for SQLite."""
        if self.server is None:
            return b""
        command: list[str | Path] = [
            self.server.programs / "pg_dump",
            *(f"--host={self.server.folder}", f"--username={SUPERUSER}", self.name),
        ]
        dumped = await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
        return bytes(dumped.stdout)

    async def copies(self) -> bytes:
        """Return the bytes of everything that copies the database."""
        return await self.backup() + await self.dump()


class _Noting(logging.Handler):
    """Notes what a library says, with its trace: the program's log has that, too (`bot.logs`)."""

    def __init__(self, lines: list[MutableMapping[str, Any]]) -> None:
        super().__init__(logging.WARNING)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append({"event": self.format(record), "log_level": record.levelname})


@contextmanager
def everything_logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """Note each line that goes into the log meanwhile: the program's, and those of libraries."""
    logs.hush_libraries()
    with capture_logs() as lines:
        noting = _Noting(lines)
        logging.getLogger().addHandler(noting)
        try:
            yield lines
        finally:
            logging.getLogger().removeHandler(noting)


def grown(before: dict[str, Counter[str]], after: dict[str, Counter[str]]) -> dict[str, int]:
    """Return by table how many rows are there now, and were not; lost ones count as negative."""
    found: dict[str, int] = {}
    for name in {*before, *after}:
        old, new = before.get(name, Counter()), after.get(name, Counter())
        if gone := sum((old - new).values()):
            found[f"gone from {name}"] = gone
        if come := sum((new - old).values()):
            found[name] = come
    return found


def forms_of(number: int) -> list[bytes]:
    """Return how a number stands in a file: in digits, and in bytes of either order."""
    size = (number.bit_length() + 7) // 8
    return [
        str(number).encode(),
        number.to_bytes(size, "little"),
        number.to_bytes(size, "big"),
    ]


def holds(where: bytes | Any, number: int) -> bool:
    """Tell whether a number stands there in any form."""
    return any(form in where for form in forms_of(number))


def says(where: bytes, word: bytes) -> bool:
    """Tell whether a word stands there, as it is or in the digits in which `pg_dump` has bytes."""
    return any(form in where for form in (word, word.hex().encode()))


def _rows_of(file: Path) -> dict[str, Counter[str]]:
    """Return the rows of a database of SQLite, only read: a writer must not have to wait for us."""
    engine, tables = create_engine(f"sqlite:///{file}"), MetaData()
    try:
        with engine.connect() as connection:
            tables.reflect(connection)
            found = {
                table.name: Counter(repr(tuple(row)) for row in connection.execute(select(table)))
                for table in tables.sorted_tables
            }
    finally:
        engine.dispose()
    return {name: rows for name, rows in found.items() if rows}
