"""What stands on the agenda of a meeting, and what other meetings left over."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.agenda import Agenda, Item, ItemState, Template, minutes_of
from bot.domain.meetings import State
from bot.models import AgendaItem, AgendaSheet, Meeting, Organisation

OPEN = (ItemState.PROPOSED, ItemState.ACCEPTED)
OFFERED = 6
"""Leftovers shown at a time: an editor has to fit a small phone."""


async def of_meeting(
    session: AsyncSession, meeting: Meeting, template: Template, *, now: datetime
) -> Agenda:
    """Return the agenda of a meeting; an empty one if nobody has begun it."""
    sheet = await session.get(AgendaSheet, meeting.id)
    items = await _items(session, col(AgendaItem.meeting_id) == meeting.id)
    return Agenda(
        items=tuple(item for item in items if item.state is ItemState.ACCEPTED),
        proposed=tuple(item for item in items if item.state is ItemState.PROPOSED),
        offered=tuple((await leftovers(session, meeting, now=now))[:OFFERED]),
        note=template.note,
        available=minutes_of(meeting.ends_at - meeting.starts_at),
        version=sheet.version if sheet else 1,
    )


async def leftovers(session: AsyncSession, meeting: Meeting, *, now: datetime) -> Sequence[Item]:
    """Return what the group's next meeting may take up.

    That is what waits in the backlog, what was to be spoken of at cancelled meetings, and at the
    last meeting before this one. What older meetings left is forgotten.
    """
    last = (
        select(col(Meeting.id))
        .where(
            col(Meeting.group_id) == meeting.group_id,
            col(Meeting.id) != meeting.id,
            col(Meeting.ends_at) <= now,
            col(Meeting.state) == State.PLANNED,
        )
        .order_by(col(Meeting.ends_at).desc())
        .limit(1)
    )
    cancelled = select(col(Meeting.id)).where(
        col(Meeting.group_id) == meeting.group_id,
        col(Meeting.id) != meeting.id,
        col(Meeting.state) == State.CANCELLED,
    )
    left = col(AgendaItem.state).in_(OPEN) & or_(
        col(AgendaItem.meeting_id).in_(last), col(AgendaItem.meeting_id).in_(cancelled)
    )
    return await _items(
        session,
        col(AgendaItem.group_id) == meeting.group_id,
        ~col(AgendaItem.is_routine),
        or_(col(AgendaItem.state) == ItemState.BACKLOG, left),
    )


async def waiting(session: AsyncSession, group_id: int, meeting_id: int | None) -> int:
    """Count the open items of a meeting, or of the backlog."""
    state = OPEN if meeting_id is not None else (ItemState.BACKLOG,)
    found = await session.scalar(
        select(func.count())
        .select_from(AgendaItem)
        .where(
            col(AgendaItem.group_id) == group_id,
            col(AgendaItem.meeting_id) == meeting_id,
            col(AgendaItem.state).in_(state),
        )
    )
    return found or 0


async def of_message(session: AsyncSession, chat_id: int, message_id: int) -> AgendaItem | None:
    """Return the item that a message brought."""
    rows = await session.execute(
        select(AgendaItem)
        .where(
            col(AgendaItem.source_chat_id) == chat_id,
            col(AgendaItem.source_message_id) == message_id,
        )
        .order_by(col(AgendaItem.id).desc())
        .limit(1)
    )
    return rows.scalar_one_or_none()


async def _items(session: AsyncSession, *wanted: object) -> Sequence[Item]:
    rows = await session.execute(
        select(AgendaItem, col(Organisation.name))
        .outerjoin(Organisation, col(Organisation.id) == col(AgendaItem.organisation_id))
        .where(*wanted)  # type: ignore[arg-type] # conditions of several kinds
        .order_by(col(AgendaItem.position), col(AgendaItem.id))
    )
    return [item.facts(name or "") for item, name in rows]
