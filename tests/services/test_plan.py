"""The plan follows the notebook until it is changed itself, and forgets nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from bot.domain.actions import Candidate
from bot.domain.notebook import EntryKind
from bot.domain.plan import PointClosed, PointGone, PointState
from bot.domain.roles import Actor, Role
from bot.models import (
    ActionPoint,
    Coalition,
    Entry,
    Group,
    Meeting,
    Member,
    Membership,
    Organisation,
    PointChange,
)
from bot.queries import plan as queries
from bot.services import plan, progress

NOW = datetime(2026, 12, 3, 8, tzinfo=UTC)
Work = Callable[[AsyncSession], Awaitable[object]]
LEAD = Actor(10, 1, "Halima", coordinates=frozenset({1}), roles={1: Role.LEAD})


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Lend a database with a group that has written one action down."""
    database = Database(database_url)
    await database.run(populate)
    yield database
    await database.close()


async def populate(session: AsyncSession) -> None:
    wall = datetime(2026, 12, 3, 10)
    session.add(Coalition(id=1, name="Drought", languages=["en"]))
    session.add(Member(id=1, telegram_id=10, name="Halima"))
    await session.flush()
    session.add(Organisation(id=1, coalition_id=1, name="Maji Bora"))
    session.add(
        Group(
            id=1, coalition_id=1, name="Wajir", zone="Africa/Nairobi", languages=["en"], chat_id=-1
        )
    )
    await session.flush()
    session.add(Membership(group_id=1, member_id=1, role=Role.LEAD, is_confirmed=True))
    session.add(
        Meeting(
            id=1,
            group_id=1,
            wall_start=wall,
            wall_end=wall + timedelta(hours=2),
            zone="Africa/Nairobi",
            starts_at=NOW - timedelta(hours=1),
            ends_at=NOW + timedelta(hours=1),
            place="Hall",
        )
    )
    await session.flush()
    entry = Entry(
        id=1,
        group_id=1,
        meeting_id=1,
        kind=EntryKind.ACTION,
        text="Repair the borehole",
        stream="communication",
        written_by=1,
        written_at=NOW,
    )
    session.add(entry)
    await session.flush()
    await plan.follow(session, entry)


async def write_anew(database: Database, **changes: object) -> None:
    """Change what stands in the notebook."""

    async def work(session: AsyncSession) -> None:
        entry = await session.get_one(Entry, 1)
        for name, value in changes.items():
            setattr(entry, name, value)
        await session.flush()
        await plan.follow(session, entry)

    await database.run(work)


async def point(database: Database) -> ActionPoint:
    return await database.run(lambda session: session.get_one(ActionPoint, 1))


async def test_the_plan_says_what_the_notebook_says(database: Database) -> None:
    await write_anew(database, text="Repair both boreholes", due_on=date(2026, 12, 10))

    shown = await database.run(lambda session: queries.one(session, 1))

    assert shown is not None
    assert (shown.number, shown.text, shown.due) == (1, "Repair both boreholes", date(2026, 12, 10))
    assert (shown.stream, shown.stream_key) == ("", "communication")


async def test_once_it_was_changed_itself_it_goes_its_own_way(database: Database) -> None:
    await database.run(
        lambda session: plan.adapt(session, 1, "Repair two pumps", "It is dry", LEAD, now=NOW)
    )

    await write_anew(database, text="Repair both boreholes")

    assert (await point(database)).text == "Repair two pumps"


async def test_what_is_taken_back_or_becomes_a_note_is_nobodys_task(database: Database) -> None:
    await write_anew(database, kind=EntryKind.NOTE)
    assert await database.run(lambda session: queries.one(session, 1)) is None
    assert await database.run(lambda session: queries.count_open(session, 1)) == 0

    await write_anew(database, kind=EntryKind.ACTION)
    assert await database.run(lambda session: queries.count_open(session, 1)) == 1

    await write_anew(database, undone_at=NOW)
    with pytest.raises(PointGone):
        await database.run(
            lambda session: plan.set_state(session, 1, PointState.DONE, LEAD, now=NOW)
        )


async def test_what_is_done_is_not_moved_before_it_is_opened_again(database: Database) -> None:
    await database.run(lambda session: plan.set_state(session, 1, PointState.DONE, LEAD, now=NOW))

    with pytest.raises(PointClosed):
        await database.run(lambda session: plan.move(session, 1, date(2026, 12, 9), LEAD, now=NOW))


@pytest.mark.parametrize("seed", range(3))
async def test_nothing_of_the_history_is_ever_overwritten(database: Database, seed: int) -> None:
    chance, before = Random(seed), await history(database)

    for number in range(12):
        now = NOW + timedelta(hours=number)
        await one_change(database, chance, now)
        after = await history(database)
        assert after[: len(before)] == before
        before = after

    assert await replayed(database) == (await point(database)).state


async def one_change(database: Database, chance: Random, now: datetime) -> None:
    """Let something become of the action; what is closed is opened again first."""
    if (await point(database)).closed_at is not None:
        state = PointState.IN_PROGRESS
        await database.run(lambda session: plan.set_state(session, 1, state, LEAD, now=now))
        return
    day = date(2026, 12, 4) + timedelta(days=chance.randrange(30))
    words = f"Repair {chance.randrange(9)} pumps"
    works: tuple[Work, ...] = (
        lambda session: plan.set_state(session, 1, PointState.DONE, LEAD, now=now),
        lambda session: plan.set_state(session, 1, PointState.DROPPED, LEAD, reason="Dry", now=now),
        lambda session: plan.adapt(session, 1, words, "Dry", LEAD, now=now),
        lambda session: plan.move(session, 1, day, LEAD, now=now),
        lambda session: plan.hand(session, 1, (Candidate("Halima", 1),), LEAD, now=now),
        lambda session: plan.sort_anew(session, 1, "learning", LEAD, now=now),
        lambda session: progress.need_help(session, 1, words, LEAD, now=now),
    )
    await database.run(chance.choice(works))


async def history(database: Database) -> list[tuple[object, ...]]:
    """Return every row of the action's history, oldest first."""

    async def work(session: AsyncSession) -> list[tuple[object, ...]]:
        rows = await session.execute(select(PointChange).order_by(col(PointChange.id)))
        return [tuple(row.model_dump().items()) for row in rows.scalars()]

    return await database.run(work)


async def replayed(database: Database) -> str:
    """Return the state that the history ends with."""
    changes = await database.run(lambda session: queries.history(session, 1))
    states = [change.after for change in changes if change.kind == "state"]
    return states[-1] if states else PointState.OPEN


async def test_two_who_write_at_once_get_two_numbers(database: Database) -> None:
    async def add(session: AsyncSession) -> int:
        return (await plan.add(session, 1, "Count the goats", by=1, now=NOW)).number

    assert sorted(await asyncio.gather(*(database.run(add) for _ in range(3)))) == [2, 3, 4]
