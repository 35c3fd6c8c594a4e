"""The streams of work of a coalition."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.models import WorkStream


async def rows_of(session: AsyncSession, coalition_id: int) -> Sequence[WorkStream]:
    """Return all streams that a coalition ever had, in its order."""
    rows = await session.execute(
        select(WorkStream)
        .where(col(WorkStream.coalition_id) == coalition_id)
        .order_by(col(WorkStream.position), col(WorkStream.id))
    )
    return rows.scalars().all()
