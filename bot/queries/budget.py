"""What the bot has said unasked in a week."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.budget import week_of
from bot.domain.dates import instant, wall_time
from bot.domain.meetings import State
from bot.models import Meeting, OutboxMessage, OutboxState


async def said(
    session: AsyncSession, chat_id: int, *, thread_id: int | None, zone: str, now: datetime
) -> int:
    """Count what was, or is about to be, said unasked in a chat with a sound this week.

    What was delivered cannot have ended before it was decided: so the index of what has ended
    leaves history aside.
    """
    since, until = week(now, zone)
    count = await session.scalar(
        select(func.count())
        .select_from(OutboxMessage)
        .where(
            col(OutboxMessage.chat_id) == chat_id,
            col(OutboxMessage.thread_id) == thread_id
            if thread_id
            else col(OutboxMessage.thread_id).is_(None),
            col(OutboxMessage.unasked_at) >= since,
            col(OutboxMessage.unasked_at) < until,
            col(OutboxMessage.is_silent).is_(False),
            _said_since(since),
        )
    )
    return count or 0


async def said_to_all(
    session: AsyncSession, *, since: datetime, until: datetime
) -> Sequence[tuple[int, int | None, datetime]]:
    """Return chat, topic and instant of all that `said` would count between two instants."""
    rows = await session.execute(
        select(
            col(OutboxMessage.chat_id),
            col(OutboxMessage.thread_id),
            col(OutboxMessage.unasked_at),
        ).where(
            _said_since(since),
            col(OutboxMessage.unasked_at) >= since,
            col(OutboxMessage.unasked_at) < until,
            col(OutboxMessage.is_silent).is_(False),
        )
    )
    return [(chat_id, thread_id, at) for chat_id, thread_id, at in rows]


async def meetings_between(
    session: AsyncSession, group_ids: Sequence[int], *, since: datetime, until: datetime
) -> Sequence[tuple[int, datetime]]:
    """Return group and beginning of the meetings that these groups have between two instants."""
    rows = await session.execute(
        select(col(Meeting.group_id), col(Meeting.starts_at)).where(
            col(Meeting.group_id).in_(group_ids),
            col(Meeting.starts_at) >= since,
            col(Meeting.starts_at) < until,
            col(Meeting.state) == State.PLANNED,
        )
    )
    return [(group_id, starts_at) for group_id, starts_at in rows]


async def is_meeting_week(
    session: AsyncSession, group_id: int, *, zone: str, now: datetime
) -> bool:
    """Tell whether a group meets, or has met, in the week of `now`."""
    since, until = week(now, zone)
    found = await session.scalar(
        select(col(Meeting.id))
        .where(
            col(Meeting.group_id) == group_id,
            col(Meeting.starts_at) >= since,
            col(Meeting.starts_at) < until,
            col(Meeting.state) == State.PLANNED,
        )
        .limit(1)
    )
    return found is not None


def week(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return the instants between which the week of `now` lies in a zone."""
    since, until = week_of(wall_time(now, zone))
    return instant(since, zone), instant(until, zone)


def _said_since(since: datetime) -> ColumnElement[bool]:
    return or_(
        col(OutboxMessage.state) == OutboxState.READY,
        and_(
            col(OutboxMessage.state) == OutboxState.DELIVERED,
            col(OutboxMessage.ended_at) >= since,
        ),
    )
