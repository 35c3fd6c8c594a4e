"""A database that was in use is brought up to date with everything that is in it."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, Table, select, text
from sqlalchemy.types import JSON, Boolean, DateTime, Integer, Time

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


def value(table: Table, column: Any) -> Any:  # noqa: PLR0911 - a line for each type
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
        case Time():
            return time(10)
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


def needed(table: Table) -> dict[str, Any]:
    """Return a row that says no more than it has to."""
    return {
        column.name: None if column.nullable else value(table, column) for column in table.columns
    }


def written_down(connection: Connection) -> None:
    """Write into a notebook: an open action, one done, one taken back; and a decision."""
    there = {table.name: table for table in tables(connection)}
    for name in ("coalition", "organisation", "member", "group", "meeting"):
        connection.execute(there[name].insert().values(needed(there[name])))
    entry = there["entry"]
    at = datetime(2026, 12, 3, 8, tzinfo=UTC)
    said: list[dict[str, Any]] = [
        {"kind": "action", "owner_id": 1, "owner_organisation_id": 1, "stream": "water"},
        {"kind": "action", "is_finished": True},
        {"kind": "action", "undone_at": at},
        {"kind": "agreed"},
    ]
    for number, facts in enumerate(said, start=1):
        row = needed(entry) | {
            "is_finished": False,
            "owner_name": "",
            "stream": "",
            "written_at": at,
        }
        row |= {"id": number, "text": f"Say {number}", "due_on": None, **facts}
        connection.execute(entry.insert().values(row))


def planned(connection: Connection) -> Any:
    """Return the plan: each action, who does it, what became of it, and up to where it counts."""
    there = {table.name: table for table in tables(connection)}
    point, change = there["action_point"], there["point_change"]
    found = connection.execute(select(point).order_by(point.c.number)).mappings().all()
    points = [
        (row["number"], row["entry_id"], row["state"], row["closed_at"] is None) for row in found
    ]
    hidden = [row["number"] for row in found if row["taken_back_at"] is not None]
    people = connection.execute(select(there["point_person"].c.member_id)).scalars().all()
    changes = connection.execute(select(change.c.kind).order_by(change.c.id)).scalars().all()
    counted = connection.execute(select(there["action_plan"].c.last_number)).scalar_one()
    return points, hidden, list(people), list(changes), counted


def test_what_meetings_had_given_out_before_stands_in_the_plan_of_their_group(
    empty_url: str,
) -> None:
    command.upgrade(migrations.config(empty_url), "0005")
    in_database(empty_url, written_down)

    migrations.upgrade(empty_url)

    points = [(1, 1, "open", True), (2, 2, "done", False), (3, 3, "open", False)]
    changes = ["made", "made", "made", "state"]
    assert in_database(empty_url, planned) == (points, [3], [1], changes, 3)


def spoken(connection: Connection) -> None:
    """Say three things in one chat and one in another; a command stands between them."""
    there = {table.name: table for table in tables(connection)}["message_subject"]
    said = [(5, 30, "c"), (5, 10, "a"), (5, 20, "command"), (5, 25, "b"), (-4, 12, "d")]
    for chat, number, kind in said:
        row = needed(there) | {"chat_id": chat, "message_id": number, "kind": kind}
        connection.execute(there.insert().values(row))


def positions(connection: Connection) -> dict[str, int]:
    there = {table.name: table for table in tables(connection)}["message_subject"]
    rows = connection.execute(select(there.c.kind, there.c.position)).all()
    return {kind: place for kind, place in rows}  # noqa: C416 - rows are no pairs to mypy


def test_what_was_said_before_keeps_its_order_when_numbers_tell_none(empty_url: str) -> None:
    command.upgrade(migrations.config(empty_url), "0008")
    in_database(empty_url, spoken)

    migrations.upgrade(empty_url)

    assert in_database(empty_url, positions) == {"a": 1, "b": 2, "c": 3, "command": 0, "d": 1}
