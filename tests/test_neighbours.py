"""Who lives on the same PostgreSQL, and has a key, is seen; who is gone is not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.database import Database
from bot.neighbours import NOBODY, Neighbours, Whose, holders, others_of

KEY, ANOTHER = "a key", "another key"
A_MOMENT = timedelta(milliseconds=200)

Join = Callable[..., Awaitable[Neighbours]]


@pytest.fixture
async def join(postgres_url: str) -> AsyncIterator[Join]:
    """Let one more program come to the database."""
    came: list[tuple[Neighbours, Database]] = []

    async def one_more(patience: timedelta = timedelta(0)) -> Neighbours:
        database = Database(postgres_url)
        came.append((Neighbours(database, patience=patience), database))
        return came[-1][0]

    yield one_more
    for neighbours, database in came:
        await neighbours.close()
        await database.close()


async def cut_all(postgres_url: str) -> None:
    """Cut the connections of everybody else, as a restart of the server does."""
    database = Database(postgres_url)
    async with database.transaction() as session:
        await session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    await database.close()


async def test_a_key_that_a_living_program_shows_is_not_lost(join: Join) -> None:
    one, other = await join(), await join()
    await one.show(KEY)

    assert [await other.whose(KEY), await other.whose(ANOTHER)] == [Whose.OTHERS, Whose.NOBODY]
    assert (other.is_shown(KEY), other.is_shown(ANOTHER)) == (False, True)


async def test_the_key_of_a_program_that_has_ended_is_nobodys(join: Join) -> None:
    one, other = await join(), await join()
    await one.show(KEY)
    await one.close()

    assert await other.whose(KEY) is Whose.NOBODY


async def test_a_key_is_lost_only_after_a_while_in_which_nobody_showed_it(join: Join) -> None:
    one, other = await join(), await join(A_MOMENT)
    first = await other.whose(KEY)
    await one.show(KEY)
    shown = await other.whose(KEY)
    await one.close()
    anew = await other.whose(KEY)
    await asyncio.sleep(1.5 * A_MOMENT.total_seconds())

    assert (first, shown, anew) == (Whose.UNKNOWN, Whose.OTHERS, Whose.UNKNOWN)
    assert await other.whose(KEY) is Whose.NOBODY


async def test_of_two_without_a_key_one_may_make_it_anew(join: Join) -> None:
    one, other = await join(), await join()
    # Both had it, and it was taken from both.
    for each in (one, other):
        await each.show(KEY)

    found = [await one.whose(KEY), await other.whose(KEY), await one.whose(KEY)]

    assert found == [Whose.OTHERS, Whose.NOBODY, Whose.OTHERS]


async def test_after_a_cut_a_program_shows_what_it_has_again(join: Join, postgres_url: str) -> None:
    one, other = await join(), await join()
    for key in (KEY, ANOTHER):
        await one.show(key)
    await cut_all(postgres_url)

    await one.look()

    assert [await other.whose(key) for key in (KEY, ANOTHER)] == [Whose.OTHERS] * 2


async def test_what_was_taken_for_lost_while_a_program_was_cut_off_is_not_shown_again(
    join: Join, postgres_url: str
) -> None:
    one, other = await join(), await join()
    for key in (KEY, ANOTHER):
        await one.show(key)
    await cut_all(postgres_url)
    # As if this one had come exactly between the look and the lock.
    await other.whose(KEY)
    await other._ask(text("SELECT pg_advisory_lock(:key)"), KEY)

    await one.look()

    assert (one.is_shown(KEY), one.is_shown(ANOTHER)) == (False, True)


async def test_the_doctor_counts_who_shows_a_key(join: Join, postgres_url: str) -> None:
    database = Database(postgres_url)
    counts = []
    for _ in range(3):
        counts.append(await database.run(lambda session: holders(session, KEY)))
        await (await join()).show(KEY)

    assert counts == [0, 1, 2]
    assert await database.run(lambda session: holders(session, ANOTHER)) == 0
    await database.close()


async def test_on_sqlite_nobody_else_has_anything(sqlite_url: str) -> None:
    database = Database(sqlite_url)

    others = others_of(database)

    assert others is NOBODY
    assert (await others.whose(KEY), others.is_shown(KEY)) == (Whose.NOBODY, True)
    assert await database.run(lambda session: holders(session, KEY)) == 0
    await database.close()
