"""Asking how actions go: one message for all groups of a person, within the week's budget."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from bot.models import (
    ActionPoint,
    Coalition,
    Group,
    Member,
    Membership,
    Nudge,
    Occasion,
    OccasionState,
    Organisation,
    OutboxMessage,
)
from bot.models.columns import stored_id
from bot.services import follow_up, occasions

MADE = datetime(2026, 11, 23, 6, tzinfo=UTC)
MORNING = datetime(2026, 12, 9, 6, tzinfo=UTC)
"""Wednesday 9 December 2026, 09:00 in Nairobi."""
DUE = date(2026, 12, 16)
AMINA = 102


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Lend a database where Amina does one action in each of two groups, due in a week."""
    database = Database(database_url)
    await database.run(_populate)
    yield database
    await database.close()


async def _populate(session: AsyncSession) -> None:
    coalition, amina = Coalition(name="Drought"), Member(telegram_id=AMINA, name="Amina")
    amina.has_started, amina.language = True, "en"
    session.add_all([coalition, amina])
    await session.flush()
    organisation = Organisation(coalition_id=stored_id(coalition), name="Maji Bora")
    session.add(organisation)
    await session.flush()
    for number, name in enumerate(("Isiolo", "Wajir"), start=1):
        group = Group(
            coalition_id=stored_id(coalition),
            name=name,
            zone="Africa/Nairobi",
            languages=["en"],
            chat_id=-4000 - number,
        )
        session.add(group)
        await session.flush()
        session.add_all(
            [
                Membership(
                    group_id=stored_id(group),
                    member_id=stored_id(amina),
                    organisation_id=organisation.id,
                    is_confirmed=True,
                ),
                ActionPoint(
                    group_id=stored_id(group),
                    number=1,
                    text=f"Repair the pump of {name}",
                    organisation_id=organisation.id,
                    due_on=DUE,
                    made_at=MADE,
                ),
            ]
        )
        await follow_up.wake(session, group, now=MORNING - timedelta(minutes=1))


async def bring(database: Database, now: datetime) -> list[OccasionState]:
    """Bring about every morning that is due; return how they ended."""

    async def work(session: AsyncSession) -> list[OccasionState]:
        found = [
            one for one in await occasions.due(session, now) if one.kind == follow_up.FOLLOW_UP
        ]
        for one in found:
            await follow_up.ask(session, one, now=now)
        return [one.state for one in found]

    return await database.run(work)


async def said(database: Database) -> list[str]:
    """Return what was said to Amina."""

    async def work(session: AsyncSession) -> list[str]:
        rows = await session.execute(
            select(OutboxMessage)
            .where(col(OutboxMessage.chat_id) == AMINA)
            .order_by(col(OutboxMessage.id))
        )
        return [row.text for row in rows.scalars()]

    return await database.run(work)


async def nudges(database: Database) -> int:
    """Count how often anybody was asked about anything."""

    async def work(session: AsyncSession) -> int:
        return len((await session.execute(select(Nudge))).scalars().all())

    return await database.run(work)


async def test_who_is_in_two_groups_gets_one_message_for_both(database: Database) -> None:
    ended = await bring(database, MORNING)

    (text,) = await said(database)
    assert "Repair the pump of Isiolo" in text
    assert "Repair the pump of Wajir" in text
    assert ended == [OccasionState.POSTED, OccasionState.CANCELLED]
    assert await nudges(database) == 2


async def test_what_the_week_has_no_room_for_is_not_noted_and_comes_another_day(
    database: Database,
) -> None:
    async def speak(session: AsyncSession) -> None:
        session.add_all(
            OutboxMessage(
                chat_id=AMINA,
                text="Coming?",
                kind="question",
                unasked_at=MORNING - timedelta(days=1),
                not_before=MORNING,
                expires_at=MORNING + timedelta(days=9),
            )
            for _ in range(2)
        )

    await database.run(speak)

    assert await bring(database, MORNING) == [OccasionState.CANCELLED] * 2
    assert await nudges(database) == 0
    # On Monday another week begins.
    monday = MORNING + timedelta(days=5)
    for day in range(1, 5):
        await bring(database, MORNING + timedelta(days=day))
    assert await bring(database, monday) == [OccasionState.POSTED, OccasionState.CANCELLED]
    assert len(await said(database)) == 3


async def test_what_comes_at_night_waits_for_the_morning(database: Database) -> None:
    night = datetime(2026, 12, 9, 23, tzinfo=UTC)

    assert await bring(database, night) == [OccasionState.CANCELLED] * 2

    assert await said(database) == []
    assert await bring(database, MORNING + timedelta(days=1)) == [
        OccasionState.POSTED,
        OccasionState.CANCELLED,
    ]


async def test_a_group_that_sleeps_is_woken_and_one_that_is_awake_is_not_woken_twice(
    database: Database,
) -> None:
    async def waiting(session: AsyncSession) -> list[str]:
        await follow_up.wake_all(session, now=MORNING)
        rows = await session.execute(
            select(col(Occasion.kind)).where(col(Occasion.state) == OccasionState.WAITING)
        )
        return sorted(rows.scalars())

    async def put_to_sleep(session: AsyncSession) -> None:
        for one in (await session.execute(select(Occasion))).scalars():
            one.state, one.ended_at = OccasionState.SKIPPED, MORNING

    both = [follow_up.FOLLOW_UP] * 2 + [follow_up.ROUND_UP] * 2
    assert await database.run(waiting) == both
    await database.run(put_to_sleep)
    assert await database.run(waiting) == both
    assert await database.run(waiting) == both
