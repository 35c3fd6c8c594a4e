"""Who is at a meeting, by organisation."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import presence
from bot.domain.attendance import Answer
from bot.domain.dates import wall_time
from bot.domain.presence import Present, Room
from bot.models import Group, Meeting, Member, Organisation, Presence, Seat
from bot.models.columns import stored_id
from bot.queries import attendance


async def of_meeting(session: AsyncSession, meeting: Meeting) -> Room:
    """Return who takes part in a meeting; an organisation counts once, whoever speaks for it."""
    group = await session.get_one(Group, meeting.group_id)
    rows = await session.execute(
        select(col(Organisation.id), col(Organisation.name))
        .join(Seat, col(Seat.organisation_id) == col(Organisation.id))
        .where(col(Seat.group_id) == meeting.group_id)
        .order_by(col(Organisation.name))
    )
    seats = {row.id: row.name for row in rows}
    answers = await attendance.of_meeting(
        session, group_id=meeting.group_id, meeting_id=stored_id(meeting), version=meeting.version
    )
    sorry = {name.removesuffix("*") for name in answers.by_answer[Answer.CANNOT]}
    return presence.room(
        seats,
        await people(session, meeting),
        excused=[key for key, name in seats.items() if name in sorry],
        wanted=group.quorum,
    )


async def people(session: AsyncSession, meeting: Meeting) -> Sequence[Present]:
    """Return everybody who takes part in a meeting, in the order in which they came."""
    rows = await session.execute(
        select(Presence, col(Member.name), col(Organisation.name))
        .outerjoin(Member, col(Member.id) == col(Presence.member_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Presence.organisation_id))
        .where(col(Presence.meeting_id) == meeting.id)
        .order_by(col(Presence.arrived_at), col(Presence.id))
    )

    def wall(moment: datetime) -> datetime:
        return wall_time(moment, meeting.zone)

    return [
        Present(
            organisation_id=row.organisation_id,
            organisation=organisation or row.guest_of,
            person=member or row.name,
            how=row.how,
            arrived=wall(row.arrived_at),
            left=wall(row.left_at) if row.left_at else None,
            is_confirmed=row.confirmed_by is not None,
            id=row.id or 0,
        )
        for row, member, organisation in rows
    ]
