"""Columns that keep their promises on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from bot.models import Chat, Occasion, OccasionState, OutboxMessage, Run, Sending

NOON = datetime(2026, 12, 3, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Lend a database."""
    database = Database(database_url)
    yield database
    await database.close()


async def test_an_instant_comes_back_as_it_was_in_utc(database: Database) -> None:
    nairobi = NOON.astimezone(timezone(timedelta(hours=3)))
    async with database.transaction() as session:
        session.add(Run(id="one", started_at=nairobi))

    run = await database.run(lambda session: session.get_one(Run, "one"))

    assert (run.started_at, run.started_at.utcoffset()) == (NOON, timedelta(0))


async def test_an_instant_without_its_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="an instant needs its zone"):
        async with database.transaction() as session:
            session.add(Run(id="one", started_at=NOON.replace(tzinfo=None)))


async def test_instants_of_different_zones_are_compared_as_instants(database: Database) -> None:
    moments = [NOON + timedelta(microseconds=step) for step in (-1, 0, 1)]
    async with database.transaction() as session:
        session.add_all(Sending(chat_id=1, at=at) for at in moments)

    async def later(session: AsyncSession) -> list[datetime]:
        there = NOON.astimezone(timezone(timedelta(hours=-9)))
        rows = await session.execute(select(col(Sending.at)).where(col(Sending.at) > there))
        return list(rows.scalars())

    assert await database.run(later) == [moments[2]]


async def test_ids_of_telegram_fit(database: Database) -> None:
    largest = 2**52
    async with database.transaction() as session:
        session.add_all([Chat(chat_id=largest), Chat(chat_id=-largest)])

    async def ids(session: AsyncSession) -> list[int]:
        return sorted((await session.execute(select(col(Chat.chat_id)))).scalars())

    assert await database.run(ids) == [-largest, largest]


async def test_a_choice_is_stored_as_its_readable_value(database: Database) -> None:
    async with database.transaction() as session:
        session.add(
            Occasion(
                key="k",
                kind="test",
                subject="meeting",
                subject_id=1,
                subject_version=1,
                wall_time=NOON.replace(tzinfo=None),
                zone="UTC",
                due_at=NOON,
                expires_at=NOON,
                state=OccasionState.SKIPPED,
            )
        )

    async def stored(session: AsyncSession) -> object:
        return (await session.execute(text("SELECT state FROM occasion"))).scalar_one()

    assert await database.run(stored) == "skipped"


async def test_an_occasion_speaks_once_in_a_chat_but_replies_have_no_key(
    database: Database,
) -> None:
    def message(chat: int, key: str | None) -> OutboxMessage:
        return OutboxMessage(
            chat_id=chat, text="", kind="", occasion_key=key, not_before=NOON, expires_at=NOON
        )

    async with database.transaction() as session:
        session.add_all(message(chat, key) for chat in (1, 2) for key in ("k", None, None))

    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            session.add(message(2, "k"))
