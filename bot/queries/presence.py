"""Who is at a meeting, by organisation."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import false, func, select, true
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import presence
from bot.domain.attendance import Answer
from bot.domain.dates import wall_time
from bot.domain.presence import Present, Room
from bot.models import (
    Group,
    Meeting,
    Member,
    Membership,
    Organisation,
    Presence,
)
from bot.models.columns import stored_id
from bot.queries import attendance, rolls


async def of_meeting(session: AsyncSession, meeting: Meeting) -> Room:
    """Return who takes part in a meeting; an organisation counts once, whoever speaks for it."""
    group = await session.get_one(Group, meeting.group_id)
    of_group = await rolls.seated(session, meeting.group_id)
    answers = await attendance.of_meeting(
        session,
        group_id=meeting.group_id,
        meeting_id=stored_id(meeting),
        version=meeting.version,
        seats=of_group,
    )
    sorry = {name.removesuffix("*") for name in answers.by_answer[Answer.CANNOT]}
    return presence.room(
        of_group,
        await people(session, meeting),
        excused=[key for key, name in of_group.items() if name in sorry],
        wanted=group.quorum,
    )


async def people(session: AsyncSession, meeting: Meeting) -> Sequence[Present]:
    """Return everybody who takes part in a meeting, in the order in which they came.

    Whoever was noted by a slip is left out.
    """
    found = await session.execute(
        select(
            Presence,
            col(Member.name),
            col(Organisation.name),
            func.coalesce(col(Membership.is_confirmed), true()),
            func.coalesce(col(Membership.is_office), false()),
        )
        .outerjoin(Member, col(Member.id) == col(Presence.member_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Presence.organisation_id))
        .outerjoin(
            Membership,
            (col(Membership.member_id) == col(Presence.member_id))
            & (col(Membership.group_id) == meeting.group_id),
        )
        .where(
            col(Presence.meeting_id) == meeting.id,
            col(Presence.left_at).is_(None) | (col(Presence.left_at) != col(Presence.arrived_at)),
        )
        .order_by(col(Presence.arrived_at), col(Presence.id))
    )

    def wall(moment: datetime) -> datetime:
        return wall_time(moment, meeting.zone)

    return [
        Present(
            organisation_id=row.organisation_id,
            organisation=organisation or row.guest_of,
            # Nobody knows who holds an office's phone: it is somebody of them.
            person="" if is_office else member or row.name,
            how=row.how,
            arrived=wall(row.arrived_at),
            left=wall(row.left_at) if row.left_at else None,
            is_confirmed=row.confirmed_by is not None,
            id=row.id or 0,
            is_counted=row.is_counted or is_confirmed,
        )
        for row, member, organisation, is_confirmed, is_office in found
    ]


async def rows(session: AsyncSession, meeting_id: int, organisation_id: int) -> Sequence[Presence]:
    """Return what was noted of an organisation at a meeting, also by a slip; the newest last."""
    found = await session.execute(
        select(Presence)
        .where(
            col(Presence.meeting_id) == meeting_id,
            col(Presence.organisation_id) == organisation_id,
        )
        .order_by(col(Presence.id))
    )
    return found.scalars().all()


async def unnamed(session: AsyncSession, meeting_id: int, organisation_id: int) -> Presence | None:
    """Return who is there for an organisation, but nobody has said who it is."""
    found = await rows(session, meeting_id, organisation_id)
    here = (one for one in found if one.left_at is None)
    return next((one for one in here if one.member_id is None and not one.name), None)


async def of_member(
    session: AsyncSession, meeting_id: int, member_id: int | None
) -> Presence | None:
    """Return what was noted of a member at a meeting."""
    found = await session.execute(
        select(Presence).where(
            col(Presence.meeting_id) == meeting_id, col(Presence.member_id) == member_id
        )
    )
    return found.scalar_one_or_none()


async def is_called(session: AsyncSession, meeting_id: int) -> bool:
    """Tell whether the roll of a meeting was called: who is noted from then on came later."""
    found = await session.execute(
        select(col(Presence.id))
        .where(col(Presence.meeting_id) == meeting_id, col(Presence.confirmed_by).is_not(None))
        .limit(1)
    )
    return found.first() is not None
