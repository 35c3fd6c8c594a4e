"""Who comes to a meeting, counted by organisation."""

from sqlalchemy import and_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import attendance
from bot.domain.attendance import Attendance, Voice
from bot.models import Membership, Organisation, Reply, Seat


async def of_meeting(
    session: AsyncSession, *, group_id: int, meeting_id: int, version: int
) -> Attendance:
    """Count the answers to the present version of a meeting; pending members do not count."""
    seats = await session.execute(
        select(col(Organisation.id), col(Organisation.name))
        .join(Seat, col(Seat.organisation_id) == col(Organisation.id))
        .where(col(Seat.group_id) == group_id)
        .order_by(col(Organisation.name))
    )
    voices = await session.execute(
        select(
            col(Membership.organisation_id),
            col(Reply.answer),
            col(Membership.is_alternate),
        )
        .join(
            Membership,
            and_(
                col(Membership.member_id) == col(Reply.member_id),
                col(Membership.group_id) == group_id,
            ),
        )
        .where(
            col(Reply.meeting_id) == meeting_id,
            col(Reply.meeting_version) == version,
            col(Membership.is_confirmed),
            col(Membership.organisation_id).is_not(None),
        )
    )
    names = {row.id: row.name for row in seats}
    return attendance.count(names, [Voice(*row) for row in voices])
