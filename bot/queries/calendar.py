"""The calendar that a group keeps of its own."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.models import CalendarEntry


async def of_group(session: AsyncSession, group_id: int, today: date) -> Sequence[CalendarEntry]:
    """Return what a group keeps in mind from `today` on: what comes every week, then by date."""
    rows = await session.execute(
        select(CalendarEntry)
        .where(
            col(CalendarEntry.group_id) == group_id,
            or_(col(CalendarEntry.last_day).is_(None), col(CalendarEntry.last_day) >= today),
        )
        .order_by(
            col(CalendarEntry.first_day).is_not(None),
            col(CalendarEntry.first_day),
            col(CalendarEntry.id),
        )
    )
    return rows.scalars().all()
