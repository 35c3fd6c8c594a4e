import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from bot.clock import VirtualClock
from bot.database import Database
from bot.models import MessageSubject, OutboxMessage, metadata
from bot.services import installation, numbers
from bot.services.numbers import STORED
from bot.stand_ins import FIRST, StandIns
from tests.keys import key_ring
from tests.outbox.office import NOON

AMINA, BASIC_GROUP, SUPERGROUP = 102, -4_001, -1_001_234_567_890


def subject(chat: int, number: int, position: int = 0) -> MessageSubject:
    return MessageSubject(
        chat_id=chat,
        message_id=number,
        position=position,
        kind="question",
        subject="meeting",
        subject_id=1,
        subject_version=1,
        drop_at=NOON,
    )


def said(chat: int, number: int | None, reply_to: int | None) -> OutboxMessage:
    return OutboxMessage(
        chat_id=chat,
        message_id=number,
        reply_to=reply_to,
        text="Karibu",
        kind="question",
        not_before=NOON,
        expires_at=NOON,
    )


def test_every_column_with_the_number_of_a_message_is_known() -> None:
    known = {(table.__tablename__, number) for table, _, number in STORED}
    named = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if column.name.endswith("message_id") or column.name == "reply_to"
    }

    assert named | {("conversation", "answered_by")} == known


@pytest.fixture
async def stand_ins(database_url: str) -> StandIns:
    database = Database(database_url)
    name = await database.run(installation.name)
    await database.close()
    return StandIns(key_ring(database_url), VirtualClock(NOON), name)


async def stored(database: Database, table: type[SQLModel], *names: str) -> list[tuple[int, ...]]:
    async with database.transaction() as session:
        rows = await session.execute(
            select(*(getattr(table, name) for name in names)).order_by(
                *(getattr(table, name) for name in ("chat_id", "id") if hasattr(table, name))
            )
        )
        return [tuple(row) for row in rows]


async def test_plain_numbers_of_private_chats_and_basic_groups_are_exchanged_once(
    database_url: str, stand_ins: StandIns
) -> None:
    database = Database(database_url)
    async with database.transaction() as session:
        session.add_all([subject(chat, 41) for chat in (AMINA, BASIC_GROUP, SUPERGROUP)])
        session.add_all([said(AMINA, 42, 41), said(AMINA, None, None), said(SUPERGROUP, 42, 41)])

    await database.run(lambda session: numbers.prepare(session, stand_ins))

    def hidden(number: int, chat: int) -> int:
        return stand_ins.hide(chat, number)

    assert hidden(41, AMINA) >= FIRST
    assert await stored(database, MessageSubject, "chat_id", "message_id") == [
        (SUPERGROUP, 41),
        (BASIC_GROUP, hidden(41, BASIC_GROUP)),
        (AMINA, hidden(41, AMINA)),
    ]
    assert await stored(database, OutboxMessage, "chat_id", "message_id", "reply_to") == [
        (SUPERGROUP, 42, 41),
        (AMINA, hidden(42, AMINA), hidden(41, AMINA)),
        (AMINA, None, None),
    ]

    # What is plain afterwards is nobody's number of a message: the next start leaves it alone.
    async with database.transaction() as session:
        session.add(subject(AMINA, 7))
    await database.run(lambda session: numbers.prepare(session, stand_ins))

    assert (AMINA, 7) in await stored(database, MessageSubject, "chat_id", "message_id")
    await database.close()


async def test_the_numbers_in_minutes_that_are_out_are_exchanged_too(stand_ins: StandIns) -> None:
    def body(group: int, supergroup: int) -> dict[str, object]:
        lines = [{"text": "a", "source": [BASIC_GROUP, group]}, {"text": "b", "source": None}]
        return {"items": [{"lines": lines}], "source": [SUPERGROUP, supergroup]}

    found = numbers._with_sources_hidden(body(41, 42), stand_ins)

    assert found == body(stand_ins.hide(BASIC_GROUP, 41), 42)
