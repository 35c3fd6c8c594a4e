"""What one meeting hands on to the next."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.carry_over import SHOWN, Carried, LastMinutes
from bot.domain.minutes import MinutesState
from bot.domain.notebook import EntryKind, Line
from bot.models import Entry, Group, Meeting, MessageSubject, Minutes
from bot.queries import notebook

OUT = (MinutesState.PUBLISHED, MinutesState.CONFIRMED)
MATTERS = 30
"""How many actions from before stand in minutes: more than a meeting can ask about."""
MINUTES = "minutes"
"""The subject of the minutes in a group's chat."""


async def to(session: AsyncSession, meeting: Meeting, group: Group) -> Carried:
    """Return what a meeting is handed by those before it."""
    wanted = _open(meeting.group_id, before=meeting.starts_at)
    count = await session.scalar(_counted(wanted)) or 0
    return Carried(
        actions=await _lines(session, group, wanted, limit=SHOWN) if count else (),
        count=count,
        last=await _last_minutes(session, meeting, group),
    )


async def open_actions(
    session: AsyncSession, group: Group, *, limit: int
) -> tuple[tuple[Line, ...], int]:
    """Return the most urgent of a group's open actions, and how many there are in all."""
    wanted = _open(group.id or 0)
    count = await session.scalar(_counted(wanted)) or 0
    return await _lines(session, group, wanted, limit=limit), count


async def open_before(session: AsyncSession, meeting: Meeting, group: Group) -> tuple[Line, ...]:
    """Return the most urgent actions that earlier meetings handed on to one."""
    wanted = _open(meeting.group_id, before=meeting.starts_at)
    return await _lines(session, group, wanted, limit=MATTERS)


async def action(session: AsyncSession, entry_id: int) -> Entry | None:
    """Return an action, locked; None if it was taken back, or is none."""
    row = await session.get(Entry, entry_id, with_for_update=True, populate_existing=True)
    if row is None or row.kind is not EntryKind.ACTION or row.undone_at is not None:
        return None
    return row


def _open(group_id: int, *, before: datetime | None = None) -> tuple[ColumnElement[bool], ...]:
    wanted = (
        col(Entry.group_id) == group_id,
        col(Entry.kind) == EntryKind.ACTION,
        col(Entry.undone_at).is_(None),
        col(Entry.is_finished).is_(False),
    )
    if before is None:
        return wanted
    earlier = select(col(Meeting.id)).where(
        col(Meeting.group_id) == group_id, col(Meeting.starts_at) < before
    )
    return (*wanted, col(Entry.meeting_id).in_(earlier))


def _counted(wanted: Sequence[ColumnElement[bool]]) -> Select[int]:
    return select(func.count()).select_from(Entry).where(*wanted)


async def _lines(
    session: AsyncSession, group: Group, wanted: Sequence[ColumnElement[bool]], *, limit: int
) -> tuple[Line, ...]:
    # What has no date comes last, on both databases.
    order = (col(Entry.due_on).is_(None), col(Entry.due_on), col(Entry.id))
    rows = await session.execute(notebook.lines().where(*wanted).order_by(*order).limit(limit))
    return tuple(notebook.line(row, group.zone) for row in rows)


async def _last_minutes(
    session: AsyncSession, meeting: Meeting, group: Group
) -> LastMinutes | None:
    rows = await session.execute(
        select(Minutes, col(Meeting.wall_start), MessageSubject)
        .join(Meeting, col(Meeting.id) == col(Minutes.meeting_id))
        .outerjoin(
            MessageSubject,
            (col(MessageSubject.subject) == MINUTES)
            & (col(MessageSubject.subject_id) == col(Minutes.meeting_id))
            & (col(MessageSubject.chat_id) == group.chat_id),
        )
        .where(
            col(Minutes.group_id) == meeting.group_id,
            col(Minutes.state).in_(OUT),
            col(Meeting.starts_at) < meeting.starts_at,
        )
        .order_by(
            col(Meeting.starts_at).desc(),
            col(Minutes.version).desc(),
            # The newest version stands lowest in the chat; its first part bears the heading.
            col(MessageSubject.subject_version).desc(),
            col(MessageSubject.message_id),
        )
        .limit(1)
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
