"""What is left of what somebody said in confidence: every table as it stands, and every line said.

`contents` reads all tables of a database, also those that no model knows of; `changes` counts what
was added and taken away between two looks. `TAKEN` and `REFUSED` are all that a submission may
change, and `NOTHING` is what everything else in this dialogue changes.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

import structlog
from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database

Contents: TypeAlias = Mapping[str, Counter[tuple[Any, ...]]]
"""The rows of each table, without an order."""
Changes: TypeAlias = Mapping[str, tuple[int, int]]
"""By table how many rows were added, and how many were taken away."""

MARKS, BOXES = "update_mark", "feedback_box"
NOTHING: Changes = {}
REFUSED: Changes = {MARKS: (1, 0)}
TAKEN: Changes = {MARKS: (1, 0), BOXES: (1, 0)}


async def contents(database: Database) -> Contents:
    """Return everything that a database holds; marks of either turn are one table."""
    found: dict[str, Counter[tuple[Any, ...]]] = {}
    async with database.begin() as transaction:
        connection = transaction.connection
        for table in await connection.run_sync(lambda sync: inspect(sync).get_table_names()):
            name = MARKS if table.startswith(MARKS) else table
            found.setdefault(name, Counter()).update(await _rows(connection, table))
    return found


def changes(before: Contents, after: Contents) -> Changes:
    """Return what was added to each table, and what was taken away."""
    found = {
        table: ((after[table] - before[table]).total(), (before[table] - after[table]).total())
        for table in after
    }
    return {table: counts for table, counts in found.items() if counts != (0, 0)}


def tables_with(words: str, everything: Contents) -> set[str]:
    """Return the tables in which words stand, as text or among bytes."""
    return {
        table
        for table, rows in everything.items()
        for row in rows
        for value in row
        if _has(value, words)
    }


@contextmanager
def heard() -> Iterator[list[str]]:
    """Collect every line that any log is given meanwhile, in whatever detail."""
    lines: list[str] = []
    keeper = _Keeper(lines)
    root = logging.getLogger()
    level = root.level
    root.addHandler(keeper)
    root.setLevel(logging.INFO)
    try:
        with structlog.testing.capture_logs() as entries:
            yield lines
        lines += [repr(entry) for entry in entries]
    finally:
        root.setLevel(level)
        root.removeHandler(keeper)


class _Keeper(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.INFO)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(record.getMessage())


async def _rows(connection: AsyncConnection, table: str) -> list[tuple[Any, ...]]:
    rows = await connection.execute(text(f'SELECT * FROM "{table}"'))
    return [tuple(one if isinstance(one, bytes) else repr(one) for one in row) for row in rows]


def _has(value: object, words: str) -> bool:
    return words.encode() in value if isinstance(value, bytes) else words in str(value)
