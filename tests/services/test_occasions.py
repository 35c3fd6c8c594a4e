"""What falls due, as rows: written, cancelled, found and taken."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from bot.models import Occasion, OccasionState
from bot.services import occasions

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
KEY = "reminder-1d:meeting1:v1"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Lend a database."""
    database = Database(database_url)
    yield database
    await database.close()


async def write(
    database: Database,
    subject_id: int = 1,
    *,
    version: int = 1,
    due_at: datetime = NOON,
    kind: str = "reminder-1d",
) -> None:
    """Write down that something falls due."""
    await database.run(
        lambda session: occasions.write(
            session,
            kind=kind,
            subject="meeting",
            subject_id=subject_id,
            subject_version=version,
            zone="Africa/Nairobi",
            due_at=due_at,
            expires_at=due_at + HOUR,
        )
    )


async def due(database: Database, now: datetime = NOON) -> list[str]:
    """Return the keys of what is due."""

    async def work(session: AsyncSession) -> list[str]:
        return [occasion.key for occasion in await occasions.due(session, now)]

    return await database.run(work)


async def test_the_wall_time_is_kept_beside_its_zone(database: Database) -> None:
    await write(database)

    occasion = await database.run(lambda session: session.get_one(Occasion, KEY))
    assert (occasion.wall_time, occasion.zone) == (
        datetime(2026, 12, 3, 15),
        "Africa/Nairobi",
    )
    assert (occasion.due_at, occasion.state) == (NOON, OccasionState.WAITING)


async def test_the_same_thing_cannot_be_planned_twice(database: Database) -> None:
    await write(database)

    with pytest.raises(IntegrityError):
        await write(database, due_at=NOON + HOUR)


async def test_another_version_is_another_thing(database: Database) -> None:
    await write(database)
    await write(database, version=2)

    assert await due(database) == [KEY, "reminder-1d:meeting1:v2"]


async def test_due_is_what_waits_and_whose_time_has_come(database: Database) -> None:
    await write(database, 1)
    await write(database, 2, due_at=NOON + timedelta(microseconds=1))
    await write(database, 3, due_at=NOON - 9 * HOUR)

    assert await due(database) == [KEY, "reminder-1d:meeting3:v1"]


async def test_subjects_come_in_the_order_in_which_everybody_locks_them(
    database: Database,
) -> None:
    for number in (10, 9, 2):
        await write(database, number, due_at=NOON - number * HOUR)

    assert await due(database) == [f"reminder-1d:meeting{n}:v1" for n in (2, 9, 10)]


async def test_cancelling_leaves_other_subjects_and_what_is_over_alone(
    database: Database,
) -> None:
    await write(database, 1)
    await write(database, 1, version=2)
    await write(database, 2)

    async def work(session: AsyncSession) -> None:
        taken = await occasions.take(session, KEY)
        assert taken is not None
        occasions.end(taken, OccasionState.POSTED, NOON)
        await session.flush()
        await occasions.cancel(session, subject="meeting", subject_id=1, now=NOON + HOUR)

    await database.run(work)

    async def ends(session: AsyncSession) -> dict[str, tuple[OccasionState, datetime | None]]:
        rows = [await session.get_one(Occasion, f"reminder-1d:{key}") for key in keys]
        return {key: (row.state, row.ended_at) for key, row in zip(keys, rows, strict=True)}

    keys = ("meeting1:v1", "meeting1:v2", "meeting2:v1")
    assert await database.run(ends) == {
        "meeting1:v1": (OccasionState.POSTED, NOON),
        "meeting1:v2": (OccasionState.CANCELLED, NOON + HOUR),
        "meeting2:v1": (OccasionState.WAITING, None),
    }


async def test_what_is_over_cannot_be_taken_again(database: Database) -> None:
    await write(database)

    async def take(session: AsyncSession) -> bool:
        taken = await occasions.take(session, KEY)
        if taken is not None:
            occasions.end(taken, OccasionState.SKIPPED, NOON)
        return taken is not None

    assert [await database.run(take), await database.run(take)] == [True, False]
    assert not await database.run(lambda session: occasions.take(session, "no such key"))


async def test_of_two_programs_one_takes_it_and_the_other_waits_to_see(postgres_url: str) -> None:
    database = Database(postgres_url)
    await write(database)

    async def take(session: AsyncSession) -> bool:
        # Both have looked before either takes it.
        await occasions.due(session, NOON)
        await both.wait()
        taken = await occasions.take(session, KEY)
        if taken is not None:
            await asyncio.sleep(0.05)
            occasions.end(taken, OccasionState.POSTED, NOON)
        return taken is not None

    both = asyncio.Barrier(2)
    outcomes = await asyncio.gather(database.run(take), database.run(take))
    await database.close()

    assert sorted(outcomes) == [False, True]


async def test_the_next_thing_due_is_the_first_that_waits(database: Database) -> None:
    empty = await database.run(occasions.next_due)
    await write(database, 1, due_at=NOON + 2 * HOUR)
    await write(database, 2, due_at=NOON + HOUR)
    await database.run(
        lambda session: occasions.cancel(session, subject="meeting", subject_id=2, now=NOON)
    )

    assert (empty, await database.run(occasions.next_due)) == (None, NOON + 2 * HOUR)


async def test_a_portion_is_small(database: Database) -> None:
    for number in range(occasions.BATCH + 5):
        await write(database, number)

    assert len(await due(database)) == occasions.BATCH
