"""Marks and failures of updates."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from bot.models import UpdateFailure
from bot.services import updates
from bot.services.updates import TURN

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
UPDATE = {"update_id": 7, "message": {"text": "Amina's words"}}


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Lend a database."""
    database = Database(database_url)
    yield database
    await database.close()


async def mark(database: Database, number: int) -> None:
    """Take an update."""

    async def work(session: AsyncSession) -> None:
        turn = await updates.turns(await session.connection())
        await updates.mark(session, number, turn=turn)

    await database.run(work)


async def seen(database: Database, *numbers: int) -> set[int]:
    """Return those that were taken."""

    async def work(session: AsyncSession) -> set[int]:
        return await updates.seen(await session.connection(), numbers)

    return await database.run(work)


async def take_turns(database: Database, now: datetime) -> None:
    """Do the chore."""
    await database.run(lambda session: updates.take_turns(session, now))


async def test_marks_are_a_set_and_no_sequence(database: Database) -> None:
    for number in (5, 900, 3):
        await mark(database, number)

    assert await seen(database, 1, 3, 4, 5, 899, 900, 901) == {3, 5, 900}


async def test_a_mark_cannot_be_set_twice(database: Database) -> None:
    await mark(database, 5)

    with pytest.raises(IntegrityError):
        await mark(database, 5)


async def test_a_mark_lives_for_at_least_two_and_less_than_four_days(database: Database) -> None:
    await take_turns(database, NOON)
    await mark(database, 1)
    await take_turns(database, NOON + TURN - timedelta(seconds=1))
    await mark(database, 2)
    await take_turns(database, NOON + TURN)
    await mark(database, 3)
    after_one_turn = await seen(database, 1, 2, 3)
    await take_turns(database, NOON + 2 * TURN)
    await mark(database, 4)
    after_two_turns = await seen(database, 1, 2, 3, 4)

    assert (after_one_turn, after_two_turns) == ({1, 2, 3}, {3, 4})
    assert timedelta(hours=24) < TURN == timedelta(hours=48)


async def test_after_a_long_downtime_one_turn_is_enough(database: Database) -> None:
    await take_turns(database, NOON)
    await mark(database, 1)

    await take_turns(database, NOON + 30 * TURN)
    await take_turns(database, NOON + 30 * TURN + timedelta(hours=1))

    # Telegram keeps an update for a day: the mark is late, but it does no harm.
    assert await seen(database, 1) == {1}


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
