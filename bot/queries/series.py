"""Meetings of a series."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.models import Meeting


async def meeting_ids(session: AsyncSession, series_id: int | None) -> Sequence[int]:
    """Return the meetings of a series that are written down; none without a series."""
    if series_id is None:
        return ()
    rows = await session.scalars(select(col(Meeting.id)).where(col(Meeting.series_id) == series_id))
    return [meeting_id for meeting_id in rows if meeting_id is not None]
