"""How organisations came to the meetings of a group."""

from collections import defaultdict

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import participation
from bot.domain.attendance import PASSED_ON, Answer
from bot.domain.participation import MEETINGS, Held, Participation
from bot.domain.presence import How
from bot.domain.sittings import SittingState
from bot.models import Meeting, Membership, Organisation, Sitting
from bot.models.columns import stored_id
from bot.queries import attendance, presence, rolls, write_ups


async def of_group(session: AsyncSession, group_id: int) -> Participation:
    """Count over the last meetings of a group that were held; one that is open comes later."""
    rows = await session.execute(
        select(Meeting)
        .join(Sitting, col(Sitting.meeting_id) == col(Meeting.id))
        .where(col(Meeting.group_id) == group_id, col(Sitting.state) == SittingState.CLOSED)
        .order_by(col(Meeting.starts_at).desc(), col(Meeting.id).desc())
        .limit(MEETINGS)
    )
    names = await rolls.seated(session, group_id)
    meetings = rows.scalars().all()
    not_held = await write_ups.not_held(
        session, group_id, since=meetings[-1].starts_at if meetings else None, limit=MEETINGS
    )
    held = [await _held(session, meeting, names) for meeting in meetings]
    return participation.of_group(held, names, not_held)


async def organisation_of(session: AsyncSession, group_id: int, member_id: int) -> str | None:
    """Return the organisation that somebody speaks for in a group, or waits to speak for."""
    return await session.scalar(
        select(col(Organisation.name))
        .join(Membership, col(Membership.organisation_id) == col(Organisation.id))
        .where(
            col(Membership.group_id) == group_id,
            col(Membership.member_id) == member_id,
            col(Membership.left_at).is_(None),
        )
    )


async def _held(session: AsyncSession, meeting: Meeting, names: dict[int, str]) -> Held:
    room = await presence.of_meeting(session, meeting)
    hows: defaultdict[int, set[How]] = defaultdict(set)
    for one in room.present:
        if one.organisation_id is not None:
            hows[one.organisation_id].add(one.how)
    answers = await attendance.of_meeting(
        session,
        group_id=meeting.group_id,
        meeting_id=stored_id(meeting),
        version=meeting.version,
    )
    yes = {
        name.removesuffix(PASSED_ON)
        for answer in (Answer.COMING, Answer.PHONE, Answer.ALTERNATE)
        for name in answers.by_answer[answer]
    }
    return Held(
        meeting.wall_start.date(),
        hows={key: frozenset(found) for key, found in hows.items()},
        excused=frozenset(key for key, name in names.items() if name in room.apologies),
        promised=frozenset(key for key, name in names.items() if name in yes),
    )
