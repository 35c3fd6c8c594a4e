"""Where the numbers of messages stand in the database, and what becomes of the plain ones.

Until there were stand-ins (`bot.stand_ins`), Telegram's own numbers were written down.
"""

from datetime import datetime

from sqlalchemy import Column, bindparam, inspect, select, update
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import lock
from bot.keys import KeyRing
from bot.models import (
    ActionPoint,
    AgendaItem,
    Conversation,
    Entry,
    Installation,
    MessageSubject,
    Motion,
    Objection,
    OutboxMessage,
    Progress,
    SupportAnswer,
    SupportRequest,
    WaitingCommand,
)
from bot.services import installation
from bot.stand_ins import FIRST, StandIns, counts_with_others, destroy_old

STORED: tuple[tuple[type[SQLModel], str, str], ...] = (
    (OutboxMessage, "chat_id", "message_id"),
    (OutboxMessage, "chat_id", "reply_to"),
    (MessageSubject, "chat_id", "message_id"),
    (WaitingCommand, "chat_id", "message_id"),
    (Conversation, "chat_id", "answered_by"),
    *(
        (table, "source_chat_id", "source_message_id")
        for table in (
            ActionPoint,
            AgendaItem,
            Entry,
            Motion,
            Objection,
            Progress,
            SupportAnswer,
            SupportRequest,
        )
    ),
    (Entry, "source_chat_id", "said_message_id"),
)
"""Tables, with the columns of a chat and of a message in it."""


async def prepare(session: AsyncSession, stand_ins: StandIns) -> None:
    """Exchange, once, the numbers that were written down as Telegram gave them.

    When those messages were sent is not known any more, so all count as messages of this week:
    what is shown in them can be changed for as long as in any other.
    """
    await lock(session, ["numbers"])
    this = (await session.execute(select(Installation))).scalar_one()
    if this.are_numbers_hidden:
        return
    for table, chat, number in STORED:
        await _exchange(session, stand_ins, table, chat, number)
    this.are_numbers_hidden = True


async def forget_old(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Destroy the keys of weeks of which nothing said in confidence can still be waiting."""
    destroy_old(keys, await installation.name(session), now)


async def _exchange(
    session: AsyncSession, stand_ins: StandIns, table: type[SQLModel], chat: str, number: str
) -> None:
    columns = inspect(table).columns
    keys = inspect(table).primary_key
    known: Column[int] = columns[number]
    rows = await session.execute(
        select(*keys, columns[chat].label("chat"), known.label("number")).where(
            known > 0, known < FIRST
        )
    )
    exchanged = [
        {
            "hidden": stand_ins.hide(row.chat, row.number),
            **{f"key_{key.name}": value for key, value in zip(keys, row, strict=False)},
        }
        for row in rows
        if row.chat is not None and counts_with_others(row.chat)
    ]
    if exchanged:
        connection = await session.connection()
        await connection.execute(
            update(table.__table__)  # type: ignore[attr-defined] # SQLModel does not tell
            .where(*(key == bindparam(f"key_{key.name}") for key in keys))
            .values({number: bindparam("hidden")}),
            exchanged,
        )
