"""What the bot's own messages are about."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.models import MessageSubject, OutboxMessage, OutboxState
from bot.models.outbox import COMMAND


async def newest_question(
    session: AsyncSession, chat_id: int, subjects: Sequence[str]
) -> MessageSubject | None:
    """Return the newest message of a private chat that can be answered, if it is about `subjects`.

    Nobody looks for the message to reply to in a chat where only the bot speaks.
    """
    rows = await session.execute(
        select(MessageSubject)
        .where(col(MessageSubject.chat_id) == chat_id, col(MessageSubject.kind) != COMMAND)
        .order_by(col(MessageSubject.position).desc())
        .limit(1)
    )
    newest = rows.scalar_one_or_none()
    return newest if newest is not None and kind_of(newest.subject) in subjects else None


async def said_last(session: AsyncSession, chat_id: int, *, since: datetime) -> str | None:
    """Return which text was said last in a chat, if that was not before `since`."""
    kind: str | None = await session.scalar(
        select(col(OutboxMessage.kind))
        .where(col(OutboxMessage.chat_id) == chat_id, col(OutboxMessage.not_before) >= since)
        .order_by(col(OutboxMessage.id).desc())
        .limit(1)
    )
    return kind


async def is_said(
    session: AsyncSession, chat_id: int, subject: str, subject_id: int, kind: str
) -> bool:
    """Tell whether one of the texts about a subject was said in a chat."""
    found = await session.scalar(
        select(col(OutboxMessage.id))
        .where(
            col(OutboxMessage.subject) == subject,
            col(OutboxMessage.subject_id) == subject_id,
            col(OutboxMessage.chat_id) == chat_id,
            col(OutboxMessage.kind) == kind,
        )
        .limit(1)
    )
    return found is not None


async def told(session: AsyncSession, subject: str, subject_id: int, kinds: str) -> set[int]:
    """Return the chats that were told of a subject in texts whose kind begins with `kinds`."""
    rows = await session.execute(
        select(col(OutboxMessage.chat_id)).where(
            col(OutboxMessage.subject) == subject,
            col(OutboxMessage.subject_id) == subject_id,
            col(OutboxMessage.kind).startswith(kinds),
            col(OutboxMessage.state).in_((OutboxState.READY, OutboxState.DELIVERED)),
        )
    )
    return set(rows.scalars())


async def is_open(session: AsyncSession, asked: MessageSubject) -> bool:
    """Tell whether a question has its buttons still: it loses them once it is answered."""
    keyboard = await session.scalar(
        select(col(OutboxMessage.keyboard)).where(
            col(OutboxMessage.subject) == asked.subject,
            col(OutboxMessage.subject_id) == asked.subject_id,
            col(OutboxMessage.chat_id) == asked.chat_id,
            col(OutboxMessage.message_id) == asked.message_id,
        )
    )
    return keyboard is not None


def kind_of(subject: str) -> str:
    """Return what kind of subject it is: some bear a number of their own, "waiting:7"."""
    return subject.partition(":")[0]
