"""What stands in the action plan of a group."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import wall_time
from bot.domain.plan import Change, Person, Point
from bot.domain.streams import StreamKey
from bot.models import (
    ActionPoint,
    Entry,
    Group,
    Meeting,
    Member,
    Organisation,
    PointChange,
    PointPerson,
    WorkStream,
)
from bot.models.columns import stored_id

SOONEST = (col(ActionPoint.due_on).is_(None), col(ActionPoint.due_on), col(ActionPoint.number))
"""The order of what is to be done; what has no day comes last, on both databases."""


async def locked(session: AsyncSession, point_id: int) -> ActionPoint | None:
    """Return an action, locked; None if it was taken back, or never was."""
    row = await session.get(ActionPoint, point_id, with_for_update=True, populate_existing=True)
    return None if row is None or row.taken_back_at is not None else row


async def one(session: AsyncSession, point_id: int) -> Point | None:
    """Return an action as people read it; None if it was taken back, or never was."""
    found = await read(session, col(ActionPoint.id) == point_id)
    return found[0] if found else None


async def open_in(
    session: AsyncSession,
    group_id: int,
    *,
    before: datetime | None = None,
    limit: int | None = None,
) -> tuple[Point, ...]:
    """Return what a group still has to do, the most urgent first.

    With `before`, only what was given out before that, in meetings that began before that.
    """
    return await read(session, *_open_in(group_id, before), limit=limit)


async def count_open(session: AsyncSession, group_id: int, before: datetime | None = None) -> int:
    """Count what a group still has to do; `before` as above."""
    found = select(func.count()).select_from(ActionPoint).where(*_open_in(group_id, before))
    return await session.scalar(found) or 0


async def read(
    session: AsyncSession,
    *wanted: ColumnElement[bool],
    order: Sequence[Any] = SOONEST,
    limit: int | None = None,
) -> tuple[Point, ...]:
    """Return the actions that are wanted, with their names; what was taken back is left out."""
    rows = await session.execute(
        _select()
        .where(*wanted, col(ActionPoint.taken_back_at).is_(None))
        .order_by(*order)
        .limit(limit)
    )
    found = rows.all()
    people = await _people(session, [stored_id(row.ActionPoint) for row in found])
    return tuple(_point(row, people[stored_id(row.ActionPoint)]) for row in found)


async def history(session: AsyncSession, point_id: int) -> tuple[Change, ...]:
    """Return everything that became of an action, oldest first."""
    rows = await session.execute(
        select(PointChange, col(Member.name), col(Group.zone))
        .join(Group, col(Group.id) == col(PointChange.group_id))
        .outerjoin(Member, col(Member.id) == col(PointChange.changed_by))
        .where(col(PointChange.point_id) == point_id)
        .order_by(col(PointChange.id))
    )
    return tuple(
        Change(
            change.kind,
            wall_time(change.at, zone),
            name or "",
            change.before,
            change.after,
            change.reason,
        )
        for change, name, zone in rows
    )


def _open_in(group_id: int, before: datetime | None) -> tuple[ColumnElement[bool], ...]:
    # `closed_at IS NULL` in these words: the partial indexes are used for no others.
    wanted = (col(ActionPoint.group_id) == group_id, col(ActionPoint.closed_at).is_(None))
    if before is None:
        return wanted
    later = (
        select(col(Entry.id))
        .join(Meeting, col(Meeting.id) == col(Entry.meeting_id))
        .where(col(Meeting.group_id) == group_id, col(Meeting.starts_at) >= before)
    )
    is_from_later = col(ActionPoint.entry_id).in_(later)
    return (
        *wanted,
        col(ActionPoint.entry_id).is_(None) | ~is_from_later,
        col(ActionPoint.entry_id).is_not(None) | (col(ActionPoint.made_at) < before),
    )


def _select() -> Select[ActionPoint, str, str, StreamKey, str]:
    return (
        select(
            ActionPoint,
            col(Group.zone),
            col(Organisation.name),
            col(WorkStream.key),
            col(WorkStream.name).label("stream"),
        )
        .join(Group, col(Group.id) == col(ActionPoint.group_id))
        .outerjoin(Organisation, col(Organisation.id) == col(ActionPoint.organisation_id))
        .outerjoin(WorkStream, col(WorkStream.id) == col(ActionPoint.stream_id))
    )


async def _people(
    session: AsyncSession, point_ids: Collection[int]
) -> defaultdict[int, list[Person]]:
    found: defaultdict[int, list[Person]] = defaultdict(list)
    if not point_ids:
        return found
    rows = await session.execute(
        select(col(PointPerson.point_id), col(Member.id), col(Member.name))
        .join(Member, col(Member.id) == col(PointPerson.member_id))
        .where(col(PointPerson.point_id).in_(point_ids))
        .order_by(col(Member.name), col(Member.id))
    )
    for point_id, member_id, name in rows:
        found[point_id].append(Person(name, member_id))
    return found


def _point(row: Row[ActionPoint, str, str, StreamKey, str], people: Sequence[Person]) -> Point:
    point, zone, organisation, stream_key, stream = row
    return Point(
        id=stored_id(point),
        number=point.number,
        group_id=point.group_id,
        text=point.text,
        state=point.state,
        organisation=organisation or "",
        organisation_id=point.organisation_id,
        people=tuple(people) or ((Person(point.owner_name),) if point.owner_name else ()),
        due=point.due_on,
        timeline=point.timeline,
        support=point.support,
        stream=stream or point.stream_said,
        stream_key=stream_key or "",
        made_on=wall_time(point.made_at, zone).date(),
        ended_on=wall_time(point.closed_at, zone).date() if point.closed_at else None,
    )
