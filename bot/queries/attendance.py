"""Who comes to a meeting, counted by organisation."""

from collections.abc import Mapping

from sqlalchemy import and_, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import attendance
from bot.domain.attendance import Attendance, Voice
from bot.models import Meeting, Membership, Reply, ReplyFor
from bot.queries import rolls


async def of_meeting(
    session: AsyncSession,
    *,
    group_id: int,
    meeting_id: int,
    version: int,
    seats: Mapping[int, str] | None = None,
) -> Attendance:
    """Count the answers to the present version of a meeting; pending members do not count.

    Whoever knows the names of the group's organisations by now hands them over (`seats`).
    """
    names = await rolls.seated(session, group_id) if seats is None else seats
    spoken = await _voices(session, group_id=group_id, meeting_id=meeting_id, version=version)
    entries = await session.execute(
        select(col(ReplyFor.organisation_id), col(ReplyFor.answer)).where(
            col(ReplyFor.meeting_id) == meeting_id, col(ReplyFor.meeting_version) == version
        )
    )
    return attendance.count(names, spoken, {row.organisation_id: row.answer for row in entries})


async def voices(
    session: AsyncSession, meeting: Meeting, *, organisation_id: int | None
) -> list[Voice]:
    """Return what those said of a meeting, as it is planned now, who speak for an organisation."""
    spoken = await _voices(
        session,
        group_id=meeting.group_id,
        meeting_id=meeting.id or 0,
        version=meeting.version,
    )
    return [voice for voice in spoken if voice.organisation_id == organisation_id]


async def _voices(
    session: AsyncSession, *, group_id: int, meeting_id: int, version: int
) -> list[Voice]:
    organisation = func.coalesce(col(Reply.settled_for), col(Membership.organisation_id))
    rows = await session.execute(
        select(organisation, col(Reply.answer), col(Membership.is_alternate))
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
            col(Reply.settled_for).is_not(None)
            | (col(Membership.is_confirmed) & col(Membership.organisation_id).is_not(None)),
        )
    )
    return [Voice(*row) for row in rows]
