"""Where the numbers of messages stand in the database, and what becomes of the plain ones.

Until there were stand-ins (`bot.stand_ins`), Telegram's own numbers were written down.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, bindparam, inspect, select, update
from sqlmodel import SQLModel, col
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
    Minutes,
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
    await _exchange_in_minutes(session, stand_ins)
    this.are_numbers_hidden = True


async def forget_old(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Destroy the keys of weeks of which nothing said in confidence can still be waiting."""
    destroy_old(keys, await installation.name(session), now)


async def _exchange_in_minutes(session: AsyncSession, stand_ins: StandIns) -> None:
    """Exchange the numbers in what minutes have fixed: each line says where it was said."""
    own = (col(Minutes.meeting_id), col(Minutes.version))
    for meeting_id, version, body in await session.execute(select(*own, col(Minutes.body))):
        hidden = _with_sources_hidden(body, stand_ins)
        if hidden != body:
            await session.execute(
                update(Minutes)
                .where(own[0] == meeting_id, own[1] == version)
                .values(body=hidden)
                .execution_options(synchronize_session=False)
            )


def _with_sources_hidden(fixed: Any, stand_ins: StandIns) -> Any:
    if isinstance(fixed, list):
        return [_with_sources_hidden(one, stand_ins) for one in fixed]
    if not isinstance(fixed, dict):
        return fixed
    found = {name: _with_sources_hidden(value, stand_ins) for name, value in fixed.items()}
    if fixed.get("source"):
        chat_id, number = fixed["source"]
        found["source"] = [chat_id, stand_ins.hide(chat_id, number)]
    return found


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
