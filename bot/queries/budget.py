"""What the bot has said unasked in a week."""

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.budget import week_of
from bot.domain.dates import instant, wall_time
from bot.domain.meetings import State
from bot.models import Meeting, OutboxMessage, OutboxState

_SAID = (OutboxState.READY, OutboxState.DELIVERED)


async def said(
    session: AsyncSession, chat_id: int, *, thread_id: int | None, zone: str, now: datetime
) -> int:
    """Count what was, or is about to be, said unasked in a chat with a sound this week."""
    since, until = _week(now, zone)
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
            col(OutboxMessage.state).in_(_SAID),
        )
    )
    return count or 0


async def is_meeting_week(
    session: AsyncSession, group_id: int, *, zone: str, now: datetime
) -> bool:
    """Tell whether a group meets, or has met, in the week of `now`."""
    since, until = _week(now, zone)
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


def _week(now: datetime, zone: str) -> tuple[datetime, datetime]:
    since, until = week_of(wall_time(now, zone))
    return instant(since, zone), instant(until, zone)
