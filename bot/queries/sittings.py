"""Meetings as they are held: what a live post, or the minutes, say of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import wall_time
from bot.domain.facilitation import Duty, TurnState
from bot.domain.meetings import State
from bot.domain.minutes import WAITING, MinutesState
from bot.domain.presence import Stage
from bot.domain.roles import Role, Scope
from bot.domain.sittings import (
    EARLIEST,
    LATEST,
    REOPENED_WITHIN,
    Ending,
    SittingState,
    Timed,
    time_up,
)
from bot.domain.sittings import Sitting as Facts
from bot.models import (
    AgendaItem,
    Group,
    Meeting,
    Membership,
    Minutes,
    Organisation,
    Sitting,
    SittingItem,
    Turn,
)
from bot.models.columns import stored_id
from bot.queries import notebook, presence
from bot.queries.agenda import ON_AGENDA


async def open_in(session: AsyncSession, group_id: int) -> Sequence[Meeting]:
    """Return the meetings of a group that are open, the one that was opened last first."""
    rows = await session.execute(
        select(Meeting)
        .join(Sitting, col(Sitting.meeting_id) == col(Meeting.id))
        .where(col(Meeting.group_id) == group_id, col(Sitting.state) == SittingState.OPEN)
        .order_by(col(Sitting.opened_at).desc(), col(Meeting.id).desc())
    )
    return rows.scalars().all()


async def is_any_open(session: AsyncSession, group_ids: Sequence[int]) -> bool:
    """Tell whether a meeting of any of these groups is open."""
    found = await session.execute(
        select(col(Sitting.meeting_id))
        .join(Meeting, col(Sitting.meeting_id) == col(Meeting.id))
        .where(col(Meeting.group_id).in_(group_ids), col(Sitting.state) == SittingState.OPEN)
        .limit(1)
    )
    return found.first() is not None


async def unopened(session: AsyncSession, group_id: int, now: datetime) -> Sequence[Meeting]:
    """Return the planned meetings of a group that may be opened about now, and were not."""
    rows = await session.execute(
        select(Meeting)
        .outerjoin(Sitting, col(Sitting.meeting_id) == col(Meeting.id))
        .where(
            col(Meeting.group_id) == group_id,
            col(Meeting.state) == State.PLANNED,
            col(Meeting.starts_at) <= now + EARLIEST,
            col(Meeting.ends_at) >= now - LATEST,
            col(Sitting.meeting_id).is_(None),
        )
        .order_by(col(Meeting.starts_at))
    )
    return rows.scalars().all()


async def has_begun(session: AsyncSession, meeting_id: int) -> bool:
    """Tell whether a meeting was opened, be it before its time, or what else became of it."""
    return await session.get(Sitting, meeting_id) is not None


async def scope(session: AsyncSession, meeting: Meeting, group: Group) -> Scope:
    """Return what an action in a meeting touches, with who leads it or takes its notes.

    Those are the people of the organisations that have taken the turns.
    """
    rows = await session.execute(
        select(col(Membership.member_id), col(Turn.duty))
        .join(Turn, col(Turn.organisation_id) == col(Membership.organisation_id))
        .where(
            col(Turn.meeting_id) == meeting.id,
            col(Turn.state) == TurnState.ACCEPTED,
            col(Membership.group_id) == group.id,
            col(Membership.is_confirmed),
            col(Membership.left_at).is_(None),
            ~col(Membership.is_office),
            col(Membership.role) != Role.OBSERVER,
        )
        # Who has both duties leads: that is more.
        .order_by(col(Turn.duty).desc())
    )
    serving: dict[int, Duty] = {row.member_id: row.duty for row in rows}
    return Scope(group.coalition_id, stored_id(group), serving=serving)


async def drafted_at(session: AsyncSession, meeting_id: int) -> datetime | None:
    """Return when the minutes of a meeting were drafted; None: they are out, or there are none."""
    found: datetime | None = await session.scalar(
        select(col(Minutes.drafted_at)).where(
            col(Minutes.meeting_id) == meeting_id,
            col(Minutes.version) == 1,
            col(Minutes.state).in_(WAITING),
        )
    )
    return found


async def lately_closed(session: AsyncSession, group_id: int, now: datetime) -> Sequence[Meeting]:
    """Return the meetings of a group that can be opened again, the one closed last first."""
    rows = await session.execute(
        select(Meeting)
        .join(Sitting, col(Sitting.meeting_id) == col(Meeting.id))
        .join(Minutes, col(Minutes.meeting_id) == col(Meeting.id))
        .where(
            col(Meeting.group_id) == group_id,
            col(Sitting.state) == SittingState.CLOSED,
            col(Sitting.ending) != Ending.WRITTEN_UP,
            col(Minutes.version) == 1,
            col(Minutes.state) == MinutesState.DRAFT,
            col(Minutes.drafted_at) >= now - REOPENED_WITHIN,
        )
        .order_by(col(Minutes.drafted_at).desc(), col(Meeting.id).desc())
    )
    return rows.scalars().all()


async def stage(session: AsyncSession, sitting: Sitting) -> Stage:
    """Return whether who is, or was, at a meeting can still be said."""
    if sitting.state is SittingState.OPEN:
        return Stage.HELD
    # A correction of minutes that are out is a draft, too.
    drafted = await session.scalar(
        select(col(Minutes.version)).where(
            col(Minutes.meeting_id) == sitting.meeting_id, col(Minutes.state).in_(WAITING)
        )
    )
    return Stage.OUT if drafted is None else Stage.DRAFTED


async def of_meeting(session: AsyncSession, meeting: Meeting, sitting: Sitting) -> Facts:
    """Return a sitting with its agenda, who is there, and what was written down."""

    def wall(moment: datetime | None) -> datetime | None:
        return wall_time(moment, meeting.zone) if moment is not None else None

    items = await timed(session, meeting)
    return Facts(
        meeting=meeting.facts(),
        state=sitting.state,
        opened=wall_time(sitting.opened_at, meeting.zone),
        closed=wall(sitting.closed_at),
        ending=sitting.ending,
        items=items,
        current=sitting.item_id,
        since=wall(sitting.item_since),
        due=wall(due(sitting, items)),
        room=await presence.of_meeting(session, meeting),
        entries=await notebook.of_meeting(session, meeting),
    )


def due(sitting: Sitting, items: Sequence[Timed]) -> datetime | None:
    """Return the instant at which the time of the current item is up."""
    if sitting.item_since is None:
        return None
    return time_up(items, sitting.item_id, sitting.item_since)


async def timed(session: AsyncSession, meeting: Meeting) -> tuple[Timed, ...]:
    """Return the items of a meeting in their order, with the time that each has taken."""
    rows = await session.execute(
        select(AgendaItem, SittingItem, col(Organisation.name))
        .outerjoin(
            SittingItem,
            (col(SittingItem.item_id) == col(AgendaItem.id))
            & (col(SittingItem.meeting_id) == meeting.id),
        )
        .outerjoin(Organisation, col(Organisation.id) == col(AgendaItem.organisation_id))
        .where(col(AgendaItem.meeting_id) == meeting.id, col(AgendaItem.state).in_(ON_AGENDA))
        .order_by(col(AgendaItem.position), col(AgendaItem.id))
    )
    return tuple(
        Timed(
            item.facts(name or ""),
            timedelta(seconds=taken.seconds if taken else 0),
            is_done=bool(taken and taken.is_done),
        )
        for item, taken, name in rows
    )


async def serial(session: AsyncSession, meeting: Meeting) -> int:
    """Return the count of a meeting among those that its group held in its year, from 1."""
    year = meeting.wall_start.year
    held = await session.scalar(
        select(func.count())
        .select_from(Sitting)
        .join(Meeting, col(Meeting.id) == col(Sitting.meeting_id))
        .where(
            col(Meeting.group_id) == meeting.group_id,
            col(Sitting.state) != SittingState.NOT_HELD,
            col(Meeting.id) != meeting.id,
            col(Meeting.wall_start) >= datetime(year, 1, 1),  # noqa: DTZ001 - a wall time
            col(Meeting.wall_start) < meeting.wall_start,
        )
    )
    return (held or 0) + 1
