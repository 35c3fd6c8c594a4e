"""Series, and the meetings that are written down of them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.models import Meeting, Series


async def meeting_ids(session: AsyncSession, series_id: int | None) -> Sequence[int]:
    """Return the meetings of a series that are written down; none without a series."""
    if series_id is None:
        return ()
    rows = await session.scalars(select(col(Meeting.id)).where(col(Meeting.series_id) == series_id))
    return [meeting_id for meeting_id in rows if meeting_id is not None]


async def chain(session: AsyncSession, series: Series) -> Sequence[Series]:
    """Return a series with all that it went on from, or with, oldest first."""
    rows = await session.scalars(
        select(Series).where(col(Series.group_id) == series.group_id).order_by(col(Series.id))
    )
    every = rows.all()
    linked, grows = {series.id}, True
    while grows:
        found = {one.id for one in every if one.follows_id in linked}
        found |= {one.follows_id for one in every if one.id in linked and one.follows_id}
        grows = not found <= linked
        linked |= found
    return [one for one in every if one.id in linked]


async def meetings(session: AsyncSession, series: Series) -> Sequence[Meeting]:
    """Return the meetings of a series that are written down, in the order of its rhythm."""
    rows = await session.scalars(
        select(Meeting)
        .where(col(Meeting.series_id) == series.id)
        .order_by(col(Meeting.original_start))
    )
    return rows.all()
