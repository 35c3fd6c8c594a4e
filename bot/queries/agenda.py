"""What stands on the agenda of a meeting, and what other meetings left over."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.agenda import Agenda, Item, ItemState, Template, minutes_of
from bot.domain.meetings import State
from bot.domain.sittings import SittingState
from bot.models import AgendaItem, AgendaSheet, Meeting, Organisation, Sitting

OPEN = (ItemState.PROPOSED, ItemState.ACCEPTED)
ON_AGENDA = (ItemState.ACCEPTED, ItemState.DONE)
"""What stands on the agenda of a meeting: still to come, and dealt with."""


async def of_meeting(session: AsyncSession, meeting: Meeting, template: Template) -> Agenda:
    """Return the agenda of a meeting; an empty one if nobody has begun it."""
    sheet = await session.get(AgendaSheet, meeting.id)
    circulated = sheet.circulated if sheet else 0
    items = await _items(session, col(AgendaItem.meeting_id) == meeting.id, circulated=circulated)
    return Agenda(
        items=tuple(item for item in items if item.state in ON_AGENDA),
        proposed=tuple(item for item in items if item.state is ItemState.PROPOSED),
        note=template.note,
        available=minutes_of(meeting.ends_at - meeting.starts_at),
        version=sheet.version if sheet else 1,
    )


async def leftovers(
    session: AsyncSession,
    group_id: int,
    meeting_id: int | None,
    *,
    now: datetime,
    limit: int | None = None,
    offset: int = 0,
    is_locked: bool = False,
) -> Sequence[AgendaItem]:
    """Return what a meeting of the group (None: the next, not planned yet) may take up.

    What stood on an agenda and was not dealt with comes first, then the newest.

    That is what waits in the backlog, and what no lead has dropped of meetings that are over or
    were cancelled, however long ago: only a lead knows what was dealt with.
    """
    found = (
        select(AgendaItem)
        .where(*_left(group_id, meeting_id, now))
        .order_by(
            case((col(AgendaItem.state) == ItemState.ACCEPTED, 0), else_=1),
            col(AgendaItem.id).desc(),
        )
        .limit(limit)
        .offset(offset)
    )
    rows = await session.execute(found.with_for_update() if is_locked else found)
    return rows.scalars().all()


async def count_leftovers(
    session: AsyncSession, group_id: int, meeting_id: int | None, *, now: datetime
) -> int:
    """Count what a meeting of the group (None: the next, not planned yet) may take up."""
    left = _left(group_id, meeting_id, now)
    found = select(func.count()).select_from(AgendaItem).where(*left)
    return await session.scalar(found) or 0


async def item(
    session: AsyncSession, meeting: Meeting, item_id: int, *, now: datetime
) -> AgendaItem | None:
    """Return an item that an editor of a meeting may show, locked: its own, or one left over.

    None also stands for one that another meeting of the group has taken up.
    """
    row = await session.get(AgendaItem, item_id, with_for_update=True, populate_existing=True)
    if row is None or row.group_id != meeting.group_id:
        return None
    if row.meeting_id in {None, meeting.id} or row.state not in OPEN:
        return row
    other = await session.get_one(Meeting, row.meeting_id)
    sitting = await session.get(Sitting, row.meeting_id)
    if sitting is not None:
        return row if sitting.state is not SittingState.OPEN else None
    return row if other.state is State.CANCELLED or other.ends_at <= now else None


async def as_shown(session: AsyncSession, rows: Iterable[AgendaItem]) -> tuple[Item, ...]:
    """Return items that were left over as an editor shows them."""
    found = []
    for row in rows:
        of = await session.get(Organisation, row.organisation_id) if row.organisation_id else None
        found.append(replace(row.facts(of.name if of else ""), state=ItemState.BACKLOG))
    return tuple(found)


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


async def _items(
    session: AsyncSession, *wanted: ColumnElement[bool], circulated: int
) -> Sequence[Item]:
    rows = await session.execute(
        select(AgendaItem, col(Organisation.name))
        .outerjoin(Organisation, col(Organisation.id) == col(AgendaItem.organisation_id))
        .where(*wanted)
        .order_by(col(AgendaItem.position), col(AgendaItem.id))
    )
    return [
        replace(item.facts(name or ""), is_new=0 < circulated < item.since) for item, name in rows
    ]


def _left(group_id: int, meeting_id: int | None, now: datetime) -> tuple[ColumnElement[bool], ...]:
    sitting = select(col(Sitting.meeting_id)).where(col(Sitting.meeting_id) == col(Meeting.id))
    is_open = sitting.where(col(Sitting.state) == SittingState.OPEN).exists()
    is_ended = sitting.where(col(Sitting.state) != SittingState.OPEN).exists()
    over = select(col(Meeting.id)).where(
        col(Meeting.id) == col(AgendaItem.meeting_id),
        or_(
            # One that runs late still deals with what stands on its agenda.
            and_(col(Meeting.ends_at) <= now, ~is_open),
            is_ended,
            col(Meeting.state) == State.CANCELLED,
        ),
    )
    left = (
        col(AgendaItem.group_id) == group_id,
        col(AgendaItem.is_routine).is_(False),
        col(AgendaItem.state).in_((*OPEN, ItemState.BACKLOG)),
        or_(col(AgendaItem.state) == ItemState.BACKLOG, over.exists()),
    )
    if meeting_id is None:
        return left
    return (*left, func.coalesce(col(AgendaItem.meeting_id), 0) != meeting_id)
