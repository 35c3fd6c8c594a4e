"""What one meeting hands on to the next."""

from dataclasses import replace

from sqlalchemy import bindparam, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.carry_over import SHOWN, Carried, LastMinutes
from bot.domain.minutes import MinutesState
from bot.domain.notebook import Line
from bot.models import Group, Meeting, MessageSubject, Minutes, Sitting
from bot.queries import plan

OUT = (MinutesState.PUBLISHED, MinutesState.CONFIRMED)
MATTERS = 30
"""How many actions from before stand in minutes: more than a meeting can ask about."""
MINUTES = "minutes"
"""The subject of the minutes in a group's chat."""

# Built once: building a statement costs more than running it.
_LAST_MINUTES = (
    select(Minutes, col(Meeting.wall_start), MessageSubject)
    .join(Meeting, col(Meeting.id) == col(Minutes.meeting_id))
    .outerjoin(
        MessageSubject,
        (col(MessageSubject.subject) == MINUTES)
        & (col(MessageSubject.subject_id) == col(Minutes.meeting_id))
        & (col(MessageSubject.chat_id) == bindparam("chat_id")),
    )
    .where(
        col(Minutes.group_id) == bindparam("group_id"),
        col(Minutes.state).in_(OUT),
        col(Meeting.starts_at) < bindparam("before"),
    )
    .order_by(
        col(Meeting.starts_at).desc(),
        col(Minutes.version).desc(),
        # The newest version stands lowest in the chat; its first part bears the heading.
        col(MessageSubject.subject_version).desc(),
        col(MessageSubject.position),
    )
    .limit(1)
)


async def to(session: AsyncSession, meeting: Meeting, group: Group) -> Carried:
    """Return what a meeting is handed by those before it."""
    count = await plan.count_open(session, meeting.group_id, before=meeting.starts_at)
    found = await plan.open_in(
        session, meeting.group_id, before=meeting.starts_at, limit=SHOWN if count else 0
    )
    return Carried(
        actions=tuple(point.as_line for point in found),
        count=count,
        last=await _last_minutes(session, meeting, group),
    )


async def open_before(session: AsyncSession, meeting: Meeting) -> tuple[Line, ...]:
    """Return the most urgent actions that earlier meetings handed on to one.

    What the meeting heard of an action stands beside it, also if it is done by now.
    """
    found = await plan.open_in(session, meeting.group_id, before=meeting.starts_at, limit=MATTERS)
    sitting = await session.get(Sitting, meeting.id)
    if sitting is None:
        return tuple(point.as_line for point in found)
    heard = await plan.heard(
        session, meeting.group_id, sitting.opened_at, sitting.closed_at, before=meeting.starts_at
    )
    closed = [point for point, _ in heard.values() if not point.is_open]
    return tuple(
        replace(point.as_line, outcome=heard[point.id][1].after, reason=heard[point.id][1].reason)
        if point.id in heard
        else point.as_line
        for point in (*closed, *found)[:MATTERS]
    )


async def _last_minutes(
    session: AsyncSession, meeting: Meeting, group: Group
) -> LastMinutes | None:
    rows = await session.execute(
        _LAST_MINUTES,
        {
            "chat_id": group.chat_id,
            "group_id": meeting.group_id,
            "before": meeting.starts_at,
        },
    )
    found = rows.first()
    if found is None:
        return None
    minutes, wall_start, message = found
    inner = str(group.chat_id).removeprefix("-100")
    has_link = message is not None and not inner.startswith("-")
    return LastMinutes(
        day=wall_start.date(),
        number=f"{minutes.serial}/{wall_start.year}",
        link=f"https://t.me/c/{inner}/{message.message_id}" if has_link else "",
    )
