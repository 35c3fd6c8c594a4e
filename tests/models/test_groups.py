"""A chat, or a topic of a forum, belongs to one group."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from bot.models import Coalition, Group

FORUM = -1001000000077


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Lend a database with one coalition."""
    database = Database(database_url)
    async with database.transaction() as session:
        session.add(Coalition(id=1, name="Partners", languages=["en"]))
    yield database
    await database.close()


async def add(database: Database, name: str, thread_id: int | None) -> None:
    """Write down a group in a topic of the forum."""

    async def work(session: AsyncSession) -> None:
        session.add(
            Group(
                coalition_id=1,
                name=name,
                zone="Africa/Nairobi",
                languages=["en"],
                chat_id=FORUM,
                thread_id=thread_id,
            )
        )

    await database.run(work)


async def test_each_topic_and_the_general_one_may_have_a_group(database: Database) -> None:
    for name, thread_id in (("Wajir", None), ("Water", 2), ("Fodder", 3)):
        await add(database, name, thread_id)


@pytest.mark.parametrize("thread_id", [None, 2], ids=["general", "topic"])
async def test_no_topic_has_two_groups(database: Database, thread_id: int | None) -> None:
    await add(database, "Water", thread_id)

    with pytest.raises(IntegrityError):
        await add(database, "Fodder", thread_id)
