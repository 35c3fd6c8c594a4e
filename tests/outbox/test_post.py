"""Saying something: rendered rows in the transaction that decided it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from bot.models import Method, OutboxMessage, OutboxState
from bot.outbox import post
from bot.outbox.post import REPLIES_EXPIRE, About, Place
from bot.rendering import keyboards
from bot.rendering.html import visible_length
from bot.rendering.messages import Command

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
GROUP = -500
PLACE = Place(GROUP, ("en", "sw"))
TEMPLATE = "errors/answer_needed.html"
LONG = "general/help.html"
LONG_FACTS = {
    "commands": [Command(f"command{number}", "x" * 50) for number in range(200)],
    "group": None,
    "where": "group",
    "has_more": False,
    "can_answer": False,
    "way_in": None,
}


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Lend a database."""
    database = Database(database_url)
    yield database
    await database.close()


async def outbox(database: Database) -> list[OutboxMessage]:
    """Return what is to be said, in order."""

    async def work(session: AsyncSession) -> list[OutboxMessage]:
        return list((await session.execute(select(OutboxMessage))).scalars())

    return sorted(await database.run(work), key=lambda row: row.id or 0)


async def say(database: Database, template: str = TEMPLATE, *facts: Any, **named: Any) -> None:
    """Say something in a transaction of its own."""
    place = named.pop("place", PLACE)
    await database.run(
        lambda session: post.say(session, place, template, *facts, now=NOON, **named)
    )


async def test_a_reply_expires_after_a_day_and_is_due_at_once(database: Database) -> None:
    await say(database)

    [row] = await outbox(database)
    assert (row.not_before, row.expires_at) == (NOON, NOON + REPLIES_EXPIRE)
    assert (row.state, row.occasion_key, row.kind) == (OutboxState.READY, None, TEMPLATE)


async def test_a_message_knows_what_it_is_about(database: Database) -> None:
    await say(database, about=About("meeting", 42, 3, "announced"))

    [row] = await outbox(database)
    assert (row.subject, row.subject_id, row.subject_version) == ("meeting", 42, 3)
    assert row.kind == "announced"


async def test_an_occasion_speaks_once_in_a_chat(database: Database) -> None:
    await say(database, occasion_key="reminder-1d:meeting1:v1")

    with pytest.raises(IntegrityError):
        await say(database, occasion_key="reminder-1d:meeting1:v1")
    await say(database, occasion_key="reminder-1d:meeting1:v1", place=Place(7, ("en",)))

    assert [row.chat_id for row in await outbox(database)] == [GROUP, 7]


async def test_a_long_text_becomes_several_messages_with_the_buttons_under_the_last(
    database: Database,
) -> None:
    await say(database, LONG, LONG_FACTS, keyboard=keyboards.answers(1), occasion_key="key")

    rows = await outbox(database)
    assert len(rows) > 1
    assert all(visible_length(row.text) <= 4096 for row in rows)
    assert [row.keyboard is not None for row in rows] == [False] * (len(rows) - 1) + [True]
    assert [row.occasion_key for row in rows] == [None] * (len(rows) - 1) + ["key"]


async def test_a_live_message_is_never_split(database: Database) -> None:
    await say(database, LONG, LONG_FACTS, is_live=True)

    assert len(await outbox(database)) == 1


async def test_a_revision_of_the_same_is_none(database: Database) -> None:
    await say(database, is_live=True)
    [before] = await outbox(database)

    await revise(database, text=before.text)
    [row] = await outbox(database)

    assert (row.version, row.sent_version) == (1, 0)


async def test_a_revision_makes_a_delivered_message_due_again(database: Database) -> None:
    await say(database, is_live=True)

    async def deliver(session: AsyncSession) -> None:
        [row] = (await session.execute(select(OutboxMessage))).scalars()
        row.state, row.ended_at, row.sent_version, row.message_id = (
            OutboxState.DELIVERED,
            NOON,
            1,
            9,
        )

    await database.run(deliver)
    later = NOON + timedelta(hours=1)
    await revise(database, text="new", now=later, expires_at=later + timedelta(hours=1))
    [row] = await outbox(database)

    assert (row.version, row.sent_version, row.state) == (2, 1, OutboxState.READY)
    assert (row.ended_at, row.not_before, row.message_id) == (None, later, 9)
    assert row.expires_at == later + timedelta(hours=1)


async def revise(
    database: Database, *, text: str, now: datetime = NOON, expires_at: datetime | None = None
) -> None:
    """Change the one message that there is."""

    async def work(session: AsyncSession) -> None:
        [row] = (await session.execute(select(OutboxMessage))).scalars()
        await post.revise(
            session, row, text=text, keyboard=row.keyboard, now=now, expires_at=expires_at
        )

    await database.run(work)


async def test_live_messages_are_those_that_are_or_will_be_shown(database: Database) -> None:
    about = About("meeting", 1, 1, "announced")
    for _ in range(5):
        await say(database, about=about, is_live=True)
    await say(database, about=about)
    await say(database, about=About("meeting", 2, 1, "announced"), is_live=True)
    states = list(OutboxState)

    async def work(session: AsyncSession) -> list[OutboxState]:
        rows = (await session.execute(select(OutboxMessage).order_by("id"))).scalars().all()
        for row, state in zip(rows, states, strict=False):
            row.state = state
        await session.flush()
        return [row.state for row in await post.live_messages(session, "meeting", 1)]

    assert await database.run(work) == [OutboxState.READY, OutboxState.DELIVERED]


async def test_withdrawing_spares_the_new_the_sent_and_what_is_on_its_way(
    database: Database,
) -> None:
    for version in (1, 1, 1, 2):
        await say(database, about=About("meeting", 1, version, "announced"))
    await say(database, about=About("meeting", 2, 1, "announced"))

    async def work(session: AsyncSession) -> None:
        rows = (await session.execute(select(OutboxMessage).order_by("id"))).scalars().all()
        rows[1].message_id = 7
        rows[2].lease_until = NOON
        await session.flush()
        await post.withdraw(session, "meeting", 1, before_version=2, now=NOON)

    await database.run(work)

    states = [row.state for row in await outbox(database)]
    assert states == [OutboxState.WITHDRAWN, *[OutboxState.READY] * 4]


async def test_a_reaction_makes_no_words(database: Database) -> None:
    await database.run(
        lambda session: post.react(session, chat_id=GROUP, message_id=5, emoji="👍", now=NOON)
    )

    [row] = await outbox(database)
    assert (row.method, row.reply_to, row.text) == (Method.REACTION, 5, "👍")
    assert row.expires_at == NOON + REPLIES_EXPIRE
