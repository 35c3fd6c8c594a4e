"""Telegram's limits as they are counted from the table of what was sent."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import literal, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from bot.models import OutboxMessage, Sending
from bot.outbox import pace
from bot.outbox.pace import IN_A_CHAT, IN_A_GROUP, OVERALL

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
PERSON, GROUP = 11, -500


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Lend a database."""
    database = Database(database_url)
    yield database
    await database.close()


async def sent(database: Database, *sendings: tuple[int, timedelta]) -> None:
    """Let messages have been sent to chats, each so long before noon."""
    async with database.transaction() as session:
        session.add_all(Sending(chat_id=chat, at=NOON - ago) for chat, ago in sendings)


async def may_send(database: Database, chat_id: int) -> bool:
    """Tell whether the chat's own limits leave room at noon."""

    async def ask(session: AsyncSession) -> bool:
        condition = select(pace.chat_may_be_sent_to(literal(chat_id)))
        return bool((await session.execute(condition, pace.windows(NOON))).scalar_one())

    return await database.run(ask)


def test_thirty_a_second_in_all_are_not_exceeded_by_the_portions() -> None:
    most = OVERALL.count * (timedelta(seconds=1) / OVERALL.window)

    assert 28 < most < 30


@pytest.mark.parametrize(
    ("ago", "is_free"),
    [(IN_A_CHAT.window, True), (IN_A_CHAT.window - MOMENT, False)],
    ids=["just over", "just before"],
)
async def test_one_message_a_second_in_a_chat(
    database: Database, ago: timedelta, *, is_free: bool
) -> None:
    await sent(database, (PERSON, ago))

    answer = await may_send(database, PERSON)
    elsewhere = await may_send(database, PERSON + 1)

    assert (answer, elsewhere) == (is_free, True)


@pytest.mark.parametrize(("chat", "is_free"), [(GROUP, False), (PERSON, True)])
async def test_twenty_a_minute_in_a_group_only(
    database: Database, chat: int, *, is_free: bool
) -> None:
    ago = [(chat, timedelta(seconds=2.5 * number)) for number in range(2, 22)]
    await sent(database, *ago)

    answer = await may_send(database, chat)

    assert answer is is_free


async def test_the_room_in_all_counts_every_chat_and_reactions(database: Database) -> None:
    recent = OVERALL.window / 2
    await sent(database, (1, recent), (2, recent), (pace.NO_CHAT, recent), (3, OVERALL.window))

    room = await database.run(lambda session: pace.room_for(session, NOON))

    assert room == OVERALL.count - 3


async def test_a_message_that_arrived_late_counts_from_its_arrival(database: Database) -> None:
    await sent(database, (PERSON, timedelta(seconds=5)))
    arrived_at = NOON - timedelta(milliseconds=500)
    await database.run(lambda session: pace.arrived(session, {PERSON}, arrived_at))

    answer = await may_send(database, PERSON)
    room = await database.run(lambda session: pace.room_for(session, NOON))

    assert (answer, room) == (False, OVERALL.count)


async def test_the_next_room_is_where_the_fullest_window_moves_on(database: Database) -> None:
    first = timedelta(seconds=50)
    ago = [(GROUP, first - timedelta(seconds=2) * number) for number in range(20)]
    await sent(database, *ago)
    async with database.transaction() as session:
        session.add(
            OutboxMessage(
                chat_id=GROUP, text="waits", kind="test", not_before=NOON, expires_at=NOON
            )
        )

    at = await database.run(lambda session: pace.next_room_at(session, NOON))

    assert at == NOON - first + IN_A_GROUP.window


async def test_nothing_waits_for_a_limit_where_nothing_is_to_be_said(database: Database) -> None:
    await sent(database, (PERSON, timedelta(0)))

    at = await database.run(lambda session: pace.next_room_at(session, NOON))

    assert at is None


async def test_only_what_counts_no_longer_is_forgotten(database: Database) -> None:
    await sent(database, (GROUP, IN_A_GROUP.window), (PERSON, IN_A_GROUP.window - MOMENT))

    await database.run(lambda session: pace.forget(session, NOON))
    left = await database.run(_chats)

    assert left == [PERSON]


async def _chats(session: AsyncSession) -> list[int]:
    return [row.chat_id for row in (await session.execute(select(Sending))).scalars()]
