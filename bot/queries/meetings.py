"""Meetings that are still ahead."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.meetings import State
from bot.models import Meeting

SHOWN = 3
"""How many meetings of a group /when lists: more would scroll off a small phone."""

LATELY = 10
"""How many meetings tell what a group is used to."""


async def overlapping(
    session: AsyncSession, group_id: int, starts_at: datetime, ends_at: datetime
) -> Sequence[Meeting]:
    """Return the planned meetings of a group that share some time with this stretch."""
    rows = await session.execute(
        select(Meeting)
        .where(
            col(Meeting.group_id) == group_id,
            col(Meeting.starts_at) < ends_at,
            col(Meeting.ends_at) > starts_at,
            col(Meeting.state) == State.PLANNED,
        )
        .order_by(col(Meeting.starts_at))
    )
    return rows.scalars().all()


async def upcoming(session: AsyncSession, group_id: int, now: datetime) -> Sequence[Meeting]:
    """Return the next meetings of a group that have not ended, soonest first."""
    rows = await session.execute(
        select(Meeting)
        .where(
            col(Meeting.group_id) == group_id,
            col(Meeting.ends_at) > now,
            col(Meeting.state) == State.PLANNED,
        )
        .order_by(col(Meeting.starts_at))
        .limit(SHOWN)
    )
    return rows.scalars().all()


async def ahead(session: AsyncSession, group_id: int, now: datetime) -> Sequence[int]:
    """Return the ids of all planned meetings of a group that have not begun."""
    rows = await session.execute(
        select(col(Meeting.id)).where(
            col(Meeting.group_id) == group_id,
            col(Meeting.starts_at) > now,
            col(Meeting.state) == State.PLANNED,
        )
    )
    return rows.scalars().all()


async def lately(session: AsyncSession, group_id: int) -> Sequence[Meeting]:
    """Return the group's latest planned meetings, the last one first: what it is used to."""
    rows = await session.execute(
        select(Meeting)
        .where(col(Meeting.group_id) == group_id, col(Meeting.state) == State.PLANNED)
        .order_by(col(Meeting.starts_at).desc())
        .limit(LATELY)
    )
    return rows.scalars().all()
