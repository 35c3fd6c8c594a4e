"""The minutes of a group that are out, as an office would keep them in a folder."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.filing import Filed
from bot.domain.minutes import MinutesState
from bot.models import Meeting, Minutes

IS_OUT = col(Minutes.state) != MinutesState.DRAFT


async def newest(session: AsyncSession, meeting_id: int) -> Minutes | None:
    """Return the newest version of the minutes of a meeting that is out; None if none is."""
    rows = await session.execute(
        select(Minutes)
        .where(col(Minutes.meeting_id) == meeting_id, IS_OUT)
        .order_by(col(Minutes.version).desc())
        .limit(1)
    )
    return rows.scalar_one_or_none()


async def of_group(session: AsyncSession, group_id: int) -> Sequence[Filed]:
    """Return all minutes of a group that are out, those of the last meeting first."""
    rows = await session.execute(_filed().where(col(Minutes.group_id) == group_id))
    return [Filed(*row) for row in rows]


async def before(session: AsyncSession, meeting: Meeting) -> Filed | None:
    """Return the minutes of the group that come before those of a meeting; None if none do."""
    rows = await session.execute(
        _filed()
        .where(
            col(Minutes.group_id) == meeting.group_id,
            col(Meeting.starts_at) < meeting.starts_at,
        )
        .limit(1)
    )
    row = rows.first()
    return Filed(*row) if row else None


async def waiting(session: AsyncSession, group_id: int) -> Sequence[Meeting]:
    """Return the meetings whose minutes nobody has approved yet, the last one first."""
    out = select(col(Minutes.meeting_id)).where(col(Minutes.group_id) == group_id, IS_OUT)
    rows = await session.execute(
        select(Meeting)
        .join(Minutes, col(Minutes.meeting_id) == col(Meeting.id))
        .where(
            col(Minutes.group_id) == group_id,
            col(Minutes.state) == MinutesState.DRAFT,
            col(Meeting.id).not_in(out),
        )
        .order_by(col(Meeting.starts_at).desc(), col(Meeting.id).desc())
    )
    return rows.scalars().all()


def _filed() -> Select[int, int, datetime]:
    """Ask for the columns of `Filed`; every version has the number of the first."""
    return (
        select(col(Minutes.meeting_id), col(Minutes.serial), col(Meeting.wall_start))
        .join(Meeting, col(Meeting.id) == col(Minutes.meeting_id))
        .where(IS_OUT)
        .distinct()
        .order_by(col(Meeting.wall_start).desc(), col(Minutes.meeting_id).desc())
    )
