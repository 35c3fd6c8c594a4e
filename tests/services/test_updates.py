"""Marks and failures of updates."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession
from structlog.testing import capture_logs

from bot.database import Database
from bot.keys import SIZE, KeyRing
from bot.models import UpdateFailure, UpdateMarkEven, UpdateMarkOdd
from bot.services import updates
from bot.services.updates import TURN, KeysElsewhere, Marks
from tests.keys import TABLES

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
UPDATE = {"update_id": 7, "message": {"text": "Amina's words"}}


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Lend a database that no program has used yet."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def keys(database: Database, tmp_path: Path) -> KeyRing:
    """Begin to use the database; lend the keys."""
    keys = KeyRing(tmp_path / "keys")
    await prepare(database, keys)
    return keys


async def prepare(database: Database, keys: KeyRing) -> None:
    """Start a program, as far as marks go."""
    await database.run(lambda session: updates.prepare(session, keys))


async def mark(database: Database, keys: KeyRing, *numbers: int, is_refused: bool = False) -> None:
    """Take updates."""

    async def work(session: AsyncSession) -> None:
        how = await updates.marks(await session.connection(), keys)
        for number in numbers:
            await updates.mark(session, number, how, is_refused=is_refused)

    await database.run(work)


async def seen(
    database: Database, keys: KeyRing, *numbers: int, is_refused: bool = False
) -> set[int]:
    """Return those that were taken."""

    async def work(session: AsyncSession) -> set[int]:
        connection = await session.connection()
        how = await updates.marks(connection, keys)
        return await updates.seen(connection, numbers, how, is_refused=is_refused)

    return await database.run(work)


async def take_turns(database: Database, keys: KeyRing, now: datetime) -> None:
    """Do the chore."""
    await database.run(lambda session: updates.take_turns(session, keys, now))


async def stored(database: Database) -> list[int]:
    """Return what stands in the tables of marks, in the order in which the database has it."""

    async def work(session: AsyncSession) -> list[int]:
        return [n for table in TABLES for n in await session.scalars(select(col(table.mark)))]

    return await database.run(work)


def files(keys: KeyRing) -> list[str]:
    """Return what a key's file is for: the turn."""
    return [name.rpartition("-")[2] for name in keys.names("marks-")]


# --- a set of marks ----------------------------------------------------------------------------


async def test_marks_are_a_set_and_no_sequence(database: Database, keys: KeyRing) -> None:
    for number in (5, 900, 3):
        await mark(database, keys, number)

    assert await seen(database, keys, 1, 3, 4, 5, 899, 900, 901) == {3, 5, 900}


async def test_a_mark_cannot_be_set_twice(database: Database, keys: KeyRing) -> None:
    await mark(database, keys, 5)

    with pytest.raises(IntegrityError):
        await mark(database, keys, 5)


async def test_what_was_refused_is_never_taken_for_what_arrived(
    database: Database, keys: KeyRing
) -> None:
    await mark(database, keys, 5, is_refused=True)
    await mark(database, keys, 6)

    assert await seen(database, keys, 5, 6) == {6}
    assert await seen(database, keys, 5, 6, is_refused=True) == {5}


async def test_a_mark_lives_for_at_least_two_and_less_than_four_days(
    database: Database, keys: KeyRing
) -> None:
    await take_turns(database, keys, NOON)
    await mark(database, keys, 1)
    await take_turns(database, keys, NOON + TURN - timedelta(seconds=1))
    await mark(database, keys, 2)
    await take_turns(database, keys, NOON + TURN)
    await mark(database, keys, 3)
    after_one_turn = await seen(database, keys, 1, 2, 3)
    await take_turns(database, keys, NOON + 2 * TURN)
    await mark(database, keys, 4)
    after_two_turns = await seen(database, keys, 1, 2, 3, 4)

    assert (after_one_turn, after_two_turns) == ({1, 2, 3}, {3, 4})
    assert timedelta(hours=24) < TURN == timedelta(hours=48)


async def test_after_a_long_downtime_one_turn_is_enough(database: Database, keys: KeyRing) -> None:
    await take_turns(database, keys, NOON)
    await mark(database, keys, 1)

    await take_turns(database, keys, NOON + 30 * TURN)
    await take_turns(database, keys, NOON + 30 * TURN + timedelta(hours=1))

    # Telegram keeps an update for a day: the mark is late, but it does no harm.
    assert await seen(database, keys, 1) == {1}


# --- what the marks tell: nothing --------------------------------------------------------------


async def test_no_id_can_be_read_from_the_marks(database: Database, keys: KeyRing) -> None:
    ids = range(100_000_001, 100_000_201)
    await mark(database, keys, *ids)
    found = await stored(database)

    how = await database.run(_how(keys))
    by_id = [how.of(number, 0) for number in ids]
    assert sorted(found) == sorted(mark for mark in by_id if mark is not None)
    assert not set(found) & set(ids)
    # Nothing of an id is left in a mark, nor of the ids beside it: all 63 bits are noise.
    assert all(70 <= sum(mark >> bit & 1 for mark in found) <= 130 for bit in range(63))


async def test_marks_of_ids_in_a_row_have_no_order(database: Database, keys: KeyRing) -> None:
    await mark(database, keys, *range(1, 1001))

    how = await database.run(_how(keys))
    order = {mark: place for place, mark in enumerate(sorted(await stored(database)))}
    places = [order[how.of(number, 0) or 0] for number in range(1, 1001)]
    # Of 999 neighbours half go up; 6 standard deviations (9.1) are no chance.
    assert 445 <= sum(one < next_ for one, next_ in pairwise(places)) <= 555


async def test_the_same_ids_have_other_marks_in_the_other_table_and_with_another_key(
    database: Database, keys: KeyRing
) -> None:
    await mark(database, keys, *range(10))
    first = set(await stored(database))
    for turn in range(3):
        await take_turns(database, keys, NOON + turn * TURN)
    await mark(database, keys, *range(10))

    assert not first & set(await stored(database))


def _how(keys: KeyRing) -> Callable[[AsyncSession], Awaitable[Marks]]:
    async def work(session: AsyncSession) -> Marks:
        return await updates.marks(await session.connection(), keys)

    return work


# --- keys that come and go ---------------------------------------------------------------------


async def test_the_ids_of_an_older_program_become_marks_when_a_newer_one_starts(
    database: Database, tmp_path: Path
) -> None:
    async def older(session: AsyncSession) -> None:
        await session.execute(insert(UpdateMarkEven), [{"mark": n} for n in range(1, 601)])
        await session.execute(insert(UpdateMarkOdd), [{"mark": n} for n in range(601, 701)])

    await database.run(older)
    keys = KeyRing(tmp_path / "keys")
    await prepare(database, keys)

    assert await seen(database, keys, *range(800)) == set(range(1, 701))
    assert not set(await stored(database)) & set(range(1, 701))
    assert len(await stored(database)) == 700


async def test_marks_are_taken_for_ids_only_once(database: Database, keys: KeyRing) -> None:
    await mark(database, keys, 1, 2)
    before = await stored(database)

    await prepare(database, KeyRing(keys.folder))

    assert sorted(await stored(database)) == sorted(before)
    assert await seen(database, KeyRing(keys.folder), 1, 2, 3) == {1, 2}


async def test_a_turn_destroys_the_older_key_once_it_is_stored_and_not_before(
    database: Database, keys: KeyRing
) -> None:
    for turn in range(2):
        await take_turns(database, keys, NOON + turn * TURN)
    with pytest.raises(ZeroDivisionError):
        await database.run(_turn_and_fail(keys, NOON + 2 * TURN))
    after_rollback = files(keys)
    marked_after_rollback = await seen(database, keys, 1)
    await take_turns(database, keys, NOON + 2 * TURN)

    # What the turn that failed had made is made anew by the next.
    assert after_rollback == ["0", "1", "2"]
    assert marked_after_rollback == set()
    assert files(keys) == ["1", "2"]


def _turn_and_fail(keys: KeyRing, now: datetime) -> Callable[[AsyncSession], Awaitable[None]]:
    async def work(session: AsyncSession) -> None:
        await updates.take_turns(session, keys, now)
        raise ZeroDivisionError

    return work


async def test_a_turn_leaves_no_byte_of_the_older_marks_in_the_files_of_postgresql(
    postgres_url: str, tmp_path: Path
) -> None:
    database, keys = Database(postgres_url), KeyRing(tmp_path / "keys")

    async def size() -> int:
        told = text("SELECT pg_relation_size('update_mark_even')")
        return int(await database.run(lambda session: session.scalar(told)) or 0)

    await prepare(database, keys)
    await mark(database, keys, *range(100))
    for turn in range(2):
        await take_turns(database, keys, NOON + turn * TURN)
    before = await size()
    await take_turns(database, keys, NOON + 2 * TURN)
    after = await size()
    await database.close()

    # Deleted rows would stay readable until somebody tidies up.
    assert before > 0
    assert after == 0


async def test_while_a_turn_is_not_stored_nothing_of_the_older_key_is_gone(
    database: Database, keys: KeyRing
) -> None:
    for turn in range(2):
        await take_turns(database, keys, NOON + turn * TURN)
    await mark(database, keys, 7)
    before = {name: keys.read(name) for name in keys.names("marks-")}

    async with database.transaction() as session:
        await updates.take_turns(session, keys, NOON + 2 * TURN)
        disk = KeyRing(keys.folder)
        while_open = {name: disk.read(name) for name in before}

    assert while_open == before
    assert files(keys) == ["1", "2"]


async def test_another_program_that_shares_the_folder_follows_a_turn(
    database: Database, keys: KeyRing
) -> None:
    other = KeyRing(keys.folder)
    await mark(database, other, 1)
    for turn in range(2):
        await take_turns(database, keys, NOON + turn * TURN)
    await mark(database, other, 2)

    assert await seen(database, keys, 1, 2, 3) == {1, 2}
    assert await seen(database, other, 1, 2, 3) == {1, 2}


@pytest.mark.parametrize("how", ["gone", "damaged", "of another"])
async def test_a_program_without_its_keys_says_so_and_goes_on_with_new_ones(
    database: Database, keys: KeyRing, how: str
) -> None:
    await mark(database, keys, 1, 2)
    [name] = keys.names("marks-")
    file = keys.folder / f"{name}.key"
    match how:
        case "gone":
            file.unlink()
        case "damaged":
            file.write_bytes(b"half")
        case _:
            file.write_bytes(bytes(SIZE))

    with capture_logs() as log:
        later = KeyRing(keys.folder)
        await prepare(database, later)

    await mark(database, later, 3)
    assert [(line["event"], line["log_level"]) for line in log] == [("keys.lost", "warning")]
    assert "BARAZA_KEY_DIR" in log[0]["remedy"]
    # The older marks mean nothing any more: they are gone, and not taken for ids.
    assert await seen(database, later, 1, 2, 3) == {3}
    assert len(await stored(database)) == 1


async def test_a_program_with_another_folder_takes_over_and_the_older_one_stops(
    database: Database, keys: KeyRing, tmp_path: Path
) -> None:
    await mark(database, keys, 1)
    await prepare(database, KeyRing(tmp_path / "elsewhere"))

    with pytest.raises(KeysElsewhere) as raised:
        await mark(database, keys, 2)
    with pytest.raises(KeysElsewhere):
        await seen(database, keys, 1)

    assert str(raised.value) == (
        "another Baraza uses this database with other keys: give every program on it the same "
        "BARAZA_KEY_DIR"
    )


# --- what fails --------------------------------------------------------------------------------


async def test_only_the_kind_and_the_class_of_the_error_are_kept(database: Database) -> None:
    error = ValueError("Amina said: my words")

    for _ in range(2):
        await database.run(lambda session: updates.count_failure(session, UPDATE, error))

    failure = await database.run(lambda session: session.get_one(UpdateFailure, 7))
    assert failure.model_dump() == {
        "update_id": 7,
        "attempts": 2,
        "kind": "message",
        "error": "ValueError",
        "set_aside_at": None,
    }


async def test_an_attempt_that_was_counted_before_it_began_is_counted_once(
    database: Database,
) -> None:
    before = await database.run(lambda session: updates.count_attempt(session, UPDATE))
    after = await database.run(
        lambda session: updates.count_failure(session, UPDATE, KeyError(), is_counted=True)
    )

    assert (before, after) == (1, 1)


async def test_success_forgets_the_attempts(database: Database) -> None:
    await database.run(lambda session: updates.count_attempt(session, UPDATE))

    await database.run(lambda session: updates.succeeded(session, 7))

    assert await database.run(lambda session: session.get(UpdateFailure, 7)) is None


@pytest.mark.parametrize(
    ("update", "kind"),
    [
        ({"update_id": 1, "callback_query": {}}, "callback_query"),
        ({"message": {}, "update_id": 1}, "message"),
        ({"update_id": 1}, "empty"),
        ({"update_id": 1, "x" * 99: {}}, "x" * 32),
    ],
    ids=["tap", "number last", "nothing", "a long one"],
)
def test_the_kind_of_an_update_is_its_other_key(update: dict[str, Any], kind: str) -> None:
    assert updates.kind_of(update) == kind
