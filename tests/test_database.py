"""Transactions on both databases: all or nothing, in one order, tried again when need be."""

import asyncio
import resource
import secrets
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jinja2 import TemplateNotFound
from sqlalchemy import delete, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession
from structlog.testing import capture_logs

from bot import database as databases
from bot.database import (
    Database,
    DatabaseAway,
    after_commit,
    before_commit,
    is_transient,
    lock,
    savepoint,
)
from bot.models import Coalition, Member, Upkeep

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)


class Refused(Exception):
    """What a piece of work fails with."""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Lend a database."""
    database = Database(database_url)
    yield database
    await database.close()


async def spoil(session: AsyncSession) -> None:
    """Write something, and fail."""
    session.add(Coalition(name="lost"))
    await session.flush()
    raise Refused


async def names(database: Database) -> list[str]:
    """Return the names of the coalitions that are stored."""

    async def work(session: AsyncSession) -> list[str]:
        return list((await session.execute(select(col(Coalition.name)))).scalars())

    return sorted(await database.run(work))


# --- all or nothing ----------------------------------------------------------------------------


async def test_a_block_that_ends_well_is_stored(database: Database) -> None:
    async with database.transaction() as session:
        session.add(Coalition(name="kept"))

    assert await names(database) == ["kept"]


async def test_a_block_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(Refused):
        async with database.transaction() as session:
            await spoil(session)

    assert await names(database) == []


async def test_a_savepoint_that_fails_takes_only_its_own_work_along(database: Database) -> None:
    async with database.begin() as transaction:
        async with transaction.savepoint() as session:
            session.add(Coalition(name="before"))
        with pytest.raises(Refused):
            async with transaction.savepoint() as session:
                await spoil(session)
        with pytest.raises(IntegrityError):
            async with transaction.savepoint() as session:
                session.add_all([Member(telegram_id=1, name="a"), Member(telegram_id=1, name="b")])
        async with transaction.savepoint() as session:
            session.add(Coalition(name="after"))

    assert await names(database) == ["after", "before"]


# --- after the commit --------------------------------------------------------------------------


async def test_what_is_for_after_the_commit_sees_it_done(database: Database) -> None:
    seen: list[list[str]] = []

    async def look() -> None:
        seen.append(await names(database))

    async with database.transaction() as session:
        session.add(Coalition(name="kept"))
        after_commit(session, look)
        too_early = list(seen)

    assert (too_early, seen) == ([], [["kept"]])


async def test_a_rollback_forgets_what_was_for_after_the_commit(database: Database) -> None:
    calls: list[str] = []

    def later(session: AsyncSession, name: str) -> None:
        async def call() -> None:
            calls.append(name)

        after_commit(session, call)

    async def later_but_fail(session: AsyncSession, name: str) -> None:
        later(session, name)
        raise Refused

    with pytest.raises(Refused):
        async with database.transaction() as session:
            await later_but_fail(session, "transaction")
    async with database.begin() as transaction:
        with pytest.raises(Refused):
            async with transaction.savepoint() as session:
                await later_but_fail(session, "savepoint")
        async with transaction.savepoint() as session:
            later(session, "savepoint that went well")

    assert calls == ["savepoint that went well"]


async def test_each_attempt_brings_its_own_calls_for_after_the_commit(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "RETRIES", (0.0, 0.0))
    calls: list[int] = []
    attempts = 0

    async def work(session: AsyncSession) -> None:
        nonlocal attempts
        attempts += 1
        number = attempts

        async def call() -> None:
            calls.append(number)

        after_commit(session, call)
        if attempts < 3:
            raise DatabaseAway

    await database.run(work)

    assert calls == [3]


# --- trying again ------------------------------------------------------------------------------


async def test_what_several_pieces_of_work_leave_for_the_end_is_done_once(
    database: Database,
) -> None:
    done: list[str] = []

    async def count(session: AsyncSession) -> None:
        done.append("counted")
        session.add(Coalition(name=f"all {len(done)}"))

    async with database.begin() as transaction:
        for name in ("one", "two"):
            async with transaction.savepoint() as session:
                session.add(Coalition(name=name))
                before_commit(session, "count", count)
        assert done == []

    assert done == ["counted"]
    assert await names(database) == ["all 1", "one", "two"]


async def test_work_that_is_rolled_back_leaves_nothing_for_the_end(database: Database) -> None:
    async def never(_session: AsyncSession) -> None:
        raise AssertionError

    async with database.begin() as transaction:
        with suppress(Refused):
            async with transaction.savepoint() as session:
                before_commit(session, "never", never)
                await spoil(session)

    assert await names(database) == []


async def test_what_failed_work_within_a_session_registered_is_forgotten(
    database: Database,
) -> None:
    told: list[str] = []

    async def tell() -> None:
        told.append("kept")

    async def never_tell() -> None:
        told.append("rolled back")

    async def never(_session: AsyncSession) -> None:
        told.append("rolled back")

    async with database.transaction() as session:
        async with savepoint(session):
            session.add(Coalition(name="kept"))
            after_commit(session, tell)
        with suppress(Refused):
            async with savepoint(session):
                after_commit(session, never_tell)
                before_commit(session, "never", never)
                await spoil(session)

    assert told == ["kept"]
    assert await names(database) == ["kept"]


async def test_a_last_thing_that_fails_does_not_undo_what_people_sent(database: Database) -> None:
    async def fail(session: AsyncSession) -> None:
        await spoil(session)

    async with database.transaction() as session:
        session.add(Coalition(name="kept"))
        before_commit(session, "fail", fail)

    assert await names(database) == ["kept"]


async def test_work_that_fails_by_itself_is_not_tried_again(database: Database) -> None:
    attempts: list[int] = []

    async def work(_: AsyncSession) -> None:
        attempts.append(1)
        raise Refused

    with pytest.raises(Refused):
        await database.run(work)

    assert len(attempts) == 1


async def test_a_database_that_stays_away_is_owned_up_to_in_the_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "RETRIES", (0.0,) * 3)
    attempts: list[int] = []

    async def work(_: AsyncSession) -> None:
        attempts.append(1)
        raise DatabaseAway

    with pytest.raises(DatabaseAway):
        await database.run(work)

    assert len(attempts) == 4


async def test_whoever_insists_outlasts_the_database(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "RETRIES", (0.0,))
    monkeypatch.setattr(databases, "AWAY", 0.0)
    attempts: list[int] = []

    async def attempt() -> int:
        attempts.append(1)
        if len(attempts) < 10:
            raise DatabaseAway
        return len(attempts)

    assert await database.insist(attempt) == 10


async def test_insisting_does_not_help_what_fails_by_itself(database: Database) -> None:
    async def attempt() -> None:
        raise Refused

    with pytest.raises(Refused):
        await database.insist(attempt)


async def test_a_deadlock_is_resolved_by_trying_again(postgres_url: str) -> None:
    database = Database(postgres_url)
    async with database.transaction() as session:
        session.add_all([Coalition(id=1, name="a"), Coalition(id=2, name="b")])
    both_hold_one = asyncio.Barrier(2)
    met: set[int] = set()

    async def rename(first: int, second: int) -> None:
        async def work(session: AsyncSession) -> None:
            for number in (first, second):
                coalition = await session.get_one(Coalition, number, with_for_update=True)
                coalition.name += str(first)
                await session.flush()
                if first not in met:
                    met.add(first)
                    await both_hold_one.wait()

        await database.run(work)

    async with asyncio.timeout(20):
        await asyncio.gather(rename(1, 2), rename(2, 1))

    stored = await names(database)
    await database.close()
    assert {"".join(sorted(name)) for name in stored} == {"12a", "12b"}


async def test_a_connection_that_was_cut_is_replaced(postgres_url: str) -> None:
    database = Database(postgres_url)
    attempts: list[int] = []

    async def work(session: AsyncSession) -> None:
        attempts.append(1)
        session.add(Coalition(name="once"))
        await session.flush()
        if len(attempts) == 1:
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    await database.run(work)
    stored = await names(database)
    await database.close()

    assert (len(attempts), stored) == (2, ["once"])


async def test_a_server_that_is_not_there_is_trouble_of_the_database(tmp_path: Path) -> None:
    addresses = (f"@/name?host={tmp_path}", "@127.0.0.1:9/name", "@does-not-exist.invalid/name")
    for address in addresses:
        database = Database(f"postgresql+asyncpg://nobody{address}")

        with pytest.raises(DatabaseAway):
            async with database.transaction():
                pass

        await database.close()


@pytest.mark.parametrize(
    "error",
    [
        TemplateNotFound("no such words"),
        FileNotFoundError("a file of ours"),
        Refused(),
        IntegrityError(None, {}, Exception("UNIQUE constraint failed: busy.locked")),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_no_trouble_of_the_database_is_not_taken_for_it(error: Exception) -> None:
    assert not is_transient(error)


# --- order -------------------------------------------------------------------------------------


async def test_named_locks_keep_those_apart_who_share_a_name(postgres_url: str) -> None:
    database = Database(postgres_url)
    log: list[str] = []

    async def hold(name: str, *locks: str) -> None:
        async with database.transaction() as session:
            await lock(session, locks)
            log.append(f"{name} in")
            await asyncio.sleep(0.15)
            log.append(f"{name} out")

    first = asyncio.create_task(hold("first", "a", "b"))
    await asyncio.sleep(0.05)
    await asyncio.gather(first, hold("second", "b", "c"), hold("other", "d"))
    await database.close()

    assert log[0] == "first in"
    assert log.index("first out") < log.index("second in")
    assert log.index("other in") < log.index("first out")


async def test_locks_are_taken_in_one_order_whatever_order_they_are_named_in(
    postgres_url: str,
) -> None:
    database = Database(postgres_url)

    async def hold(*locks: str) -> None:
        async with database.transaction() as session:
            await lock(session, locks)
            await asyncio.sleep(0)

    async with asyncio.timeout(20):
        await asyncio.gather(
            *(hold("a", "b", "c") for _ in range(4)), *(hold("c", "b", "a") for _ in range(4))
        )
    await database.close()


async def test_on_sqlite_one_transaction_waits_for_the_other(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    log: list[str] = []

    async def hold(name: str) -> None:
        async with database.transaction() as session:
            log.append(f"{name} in")
            session.add(Coalition(name=name))
            await session.flush()
            await asyncio.sleep(0.02)
            log.append(f"{name} out")

    await asyncio.gather(*(hold(name) for name in "abc"))
    await database.close()

    assert log == ["a in", "a out", "b in", "b out", "c in", "c out"]


async def test_sqlite_keeps_a_commit_through_a_power_cut_and_keeps_references(
    sqlite_url: str,
) -> None:
    database = Database(sqlite_url)

    async with database.transaction() as session:
        pragmas = {
            name: (await session.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in (
                "journal_mode",
                "synchronous",
                "foreign_keys",
                "secure_delete",
                "busy_timeout",
            )
        }
    await database.close()

    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 5000,
    }


@pytest.mark.parametrize("is_ours", [True, False], ids=["by us", "carelessly"])
async def test_what_is_deleted_on_sqlite_is_overwritten_in_its_pages(
    is_ours: bool,  # noqa: FBT001 - named by its ids
    sqlite_url: str,
) -> None:
    file = Path(sqlite_url.partition("///")[2])
    database = Database(sqlite_url)
    async with database.transaction() as session:
        session.add_all(Upkeep(name=f"kanari-{number}", at=NOON) for number in range(50))
    if is_ours:
        async with database.transaction() as session:
            await session.execute(delete(Upkeep).where(col(Upkeep.name).startswith("kanari")))
    await database.close()
    with closing(sqlite3.connect(file)) as connection:
        if not is_ours:
            connection.execute("PRAGMA secure_delete=OFF")
            connection.execute("DELETE FROM upkeep WHERE name LIKE 'kanari%'")
            connection.commit()
        # What is in the log is another matter: it is cut off.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    assert (b"kanari" in file.read_bytes()) is not is_ours  # noqa: ASYNC240 - one look


async def test_two_programs_on_one_sqlite_file_wait_for_each_other(sqlite_url: str) -> None:
    one, other = Database(sqlite_url), Database(sqlite_url)

    async with one.transaction() as session:
        session.add(Coalition(name="one"))
    async with other.transaction() as session:
        session.add(Coalition(name="other"))

    stored = await names(one)
    await one.close()
    await other.close()
    assert stored == ["one", "other"]


async def test_the_databases_own_time_is_the_time(database: Database) -> None:
    now = await database.run(databases.time)

    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)
    assert now.tzinfo is not None


# --- what is told ------------------------------------------------------------------------------


async def test_an_error_of_the_database_never_tells_the_values(database: Database) -> None:
    secret = "Amina Hassan"

    with pytest.raises(DBAPIError) as raised:
        async with database.transaction() as session:
            await session.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": secret})

    assert secret not in str(raised.value)


async def test_a_file_that_cannot_be_opened_is_trouble_of_the_database(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'missing' / 'a.db'}")

    with pytest.raises(DBAPIError) as raised:
        async with database.transaction():
            pass

    assert is_transient(raised.value)


# --- what rewriting puts aside -----------------------------------------------------------------


def _put_aside() -> set[Path]:
    """Return the folders of the files without a name that this program has open."""
    found = set()
    for file in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            place = file.readlink()
            if place.name.startswith("etilqs_"):
                found.add(place.parent)
    return found


async def _fill(database: Database) -> Path:
    """Store some megabytes; return the file."""
    async with database.transaction() as session:
        session.add_all(Coalition(name=secrets.token_urlsafe(3000)) for _ in range(1000))
    return Path(str(make_url(database.url).database))


def _as_it_was(_connection: sqlite3.Connection, _file: Path) -> None:
    """Leave it to SQLite where the copy goes."""


@pytest.mark.parametrize("how", ["memory", "large", "planted"])
async def test_the_copy_that_rewriting_makes_is_in_memory_or_beside_the_database(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    database = Database(sqlite_url)
    file = await _fill(database)
    seen: set[Path] = set()
    original = _as_it_was if how == "planted" else databases._keep_copy_inside

    def watched(connection: sqlite3.Connection, file: Path) -> None:
        original(connection, file)
        connection.set_progress_handler(lambda: seen.update(_put_aside()), 500)

    monkeypatch.setattr(databases, "_keep_copy_inside", watched)
    if how == "large":
        monkeypatch.setattr(databases, "COPIED_IN_MEMORY", 0)

    is_over = await database.rewrite("feedback_item")

    outside = {one for one in seen if one != file.parent}
    assert (is_over, bool(outside)) == (True, how == "planted")
    assert (file.parent in seen) == (how == "large")
    await database.close()
    # It holds for the whole program, and other tests have folders of their own.
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA temp_store_directory=''")


async def test_no_statement_of_the_bot_puts_rows_into_a_file_elsewhere(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await _fill(database)
    aside = text("CREATE TEMP TABLE aside AS SELECT name FROM coalition")
    async with database.transaction() as session:
        await session.execute(aside)
        as_it_is = _put_aside()
    async with database.engine.connect() as connection:
        # The same where SQLite is left to do as it likes; not within a transaction.
        await connection.rollback()
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        driver._connection.execute("PRAGMA temp_store=FILE")
        driver._connection.execute(aside.text)
        by_itself = _put_aside()
    await database.close()

    assert (as_it_is, bool(by_itself)) == (set(), True)


async def test_without_room_rewriting_is_left_for_later_and_nothing_is_lost(
    sqlite_url: str,
) -> None:
    database = Database(sqlite_url)
    await _fill(database)
    before = await names(database)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, hard))
    try:
        with capture_logs() as log:
            is_over = await database.rewrite("feedback_item")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert (is_over, [line["event"] for line in log]) == (False, ["database.not_rewritten"])
    assert await database.rewrite("feedback_item")
    assert await names(database) == before
    await database.close()
