"""A database that was in use is brought up to date with everything that is in it."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, Table, select, text
from sqlalchemy.types import JSON, Boolean, DateTime, Integer

from bot import migrations
from bot.database import Database
from bot.models import metadata
from tools.check_migrations import difference, empty_sqlite
from tools.postgres import Server

FIRST = "0001"
CHOICES = {
    ("outbox", "state"): "ready",
    ("outbox", "method"): "message",
    ("meeting", "state"): "planned",
    ("proposal", "state"): "open",
    ("occasion", "state"): "waiting",
    ("membership", "role"): "lead",
    ("reply", "answer"): "coming",
    ("group", "languages"): ["en", "sw"],
}
"""What a column holds that does not take just any value."""
WALL_TIMES = {"wall_start", "wall_end", "wall_time", "moved_from"}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Lend the address of a database without tables."""
    if request.param == "sqlite":
        with empty_sqlite() as url:
            yield url
    else:
        server: Server = request.getfixturevalue("postgres")
        yield server.create("in_use")
        server.drop("in_use")


def value(table: Table, column: Any) -> Any:
    """Return something that fits a column; every id is 1, so that rows find each other."""
    if (table.name, column.name) in CHOICES:
        return CHOICES[table.name, column.name]
    match column.type:
        case JSON():
            return {}
        case Boolean():
            return True
        case Integer():
            return 1
        case DateTime():
            moment = datetime(2026, 12, 3, 10, tzinfo=UTC)
            return moment.replace(tzinfo=None) if column.name in WALL_TIMES else moment
    return "x"


def tables(connection: Connection) -> list[Table]:
    """Return the tables that a database has, parents first."""
    there = MetaData()
    there.reflect(connection)
    return [table for table in there.sorted_tables if table.name != "alembic_version"]


def fill(connection: Connection) -> set[str]:
    """Put a row into every table; return their names."""
    for table in tables(connection):
        row = {column.name: value(table, column) for column in table.columns}
        connection.execute(table.insert().values(row))
    return {table.name for table in tables(connection)}


def count(connection: Connection) -> dict[str, int]:
    """Read every table through the models of today; return how many rows each has."""
    return {
        table.name: len(connection.execute(select(table)).all()) for table in metadata.sorted_tables
    }


def lose_the_late_index(connection: Connection) -> None:
    """Make the database one of the first hours of the first version."""
    connection.execute(text("DROP INDEX ix_occasion_ended_at"))


def in_database(url: str, work: Any) -> Any:
    async def run() -> Any:
        database = Database(url)
        try:
            async with database.begin() as transaction:
                return await transaction.connection.run_sync(work)
        finally:
            await database.close()

    return asyncio.run(run())


def test_what_is_in_a_database_of_the_first_version_is_still_there_in_the_newest(
    empty_url: str,
) -> None:
    command.upgrade(migrations.config(empty_url), FIRST)
    before = in_database(empty_url, fill)

    migrations.upgrade(empty_url)

    after = in_database(empty_url, count)
    assert {name: after[name] for name in before} == dict.fromkeys(before, 1)


def test_an_index_that_the_first_version_was_given_late_is_made_up_for(empty_url: str) -> None:
    command.upgrade(migrations.config(empty_url), FIRST)
    in_database(empty_url, lose_the_late_index)

    assert difference(empty_url) is None
