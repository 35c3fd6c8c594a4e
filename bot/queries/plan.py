"""What stands in the action plan of a group."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import wall_time
from bot.domain.plan import A_PAGE, SOON, Change, ChangeKind, Listed, Person, Point, Sift, Tab, View
from bot.domain.roles import Actor
from bot.domain.streams import Stream, StreamKey
from bot.models import (
    ActionPoint,
    Entry,
    Group,
    Meeting,
    Member,
    Membership,
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


# Built once: building a statement costs more than running it.
_POINTS: Select[ActionPoint, str, str, StreamKey, str] = (
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
    offset: int | None = None,
) -> tuple[Point, ...]:
    """Return the actions that are wanted, with their names; what was taken back is left out."""
    rows = await session.execute(
        _POINTS.where(*wanted, col(ActionPoint.taken_back_at).is_(None))
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    found = rows.all()
    people = await _people(session, [stored_id(row.ActionPoint) for row in found])
    return tuple(_point(row, people[stored_id(row.ActionPoint)]) for row in found)


async def numbered(session: AsyncSession, group_id: int, number: int) -> Point | None:
    """Return the action that people call by a number; None if there is none."""
    found = await read(
        session, col(ActionPoint.group_id) == group_id, col(ActionPoint.number) == number
    )
    return found[0] if found else None


async def of_message(session: AsyncSession, chat_id: int, message_id: int) -> ActionPoint | None:
    """Return the action that a command wrote down, also if it was taken back."""
    rows = await session.execute(
        select(ActionPoint).where(
            col(ActionPoint.source_chat_id) == chat_id,
            col(ActionPoint.source_message_id) == message_id,
        )
    )
    return rows.scalar_one_or_none()


async def of_entry(session: AsyncSession, entry_id: int) -> ActionPoint | None:
    """Return the action that a meeting wrote down, unless it was taken back."""
    rows = await session.execute(
        select(ActionPoint).where(
            col(ActionPoint.entry_id) == entry_id, col(ActionPoint.taken_back_at).is_(None)
        )
    )
    return rows.scalar_one_or_none()


async def last_made(session: AsyncSession, member_id: int, since: datetime) -> int | None:
    """Return the last action that somebody made with a command since then, unless taken back."""
    found: int | None = await session.scalar(
        select(col(ActionPoint.id))
        .where(
            col(ActionPoint.made_by) == member_id,
            col(ActionPoint.source_message_id).is_not(None),
            col(ActionPoint.made_at) >= since,
            col(ActionPoint.closed_at).is_(None),
        )
        .order_by(col(ActionPoint.made_at).desc(), col(ActionPoint.id).desc())
        .limit(1)
    )
    return found


async def listed(
    session: AsyncSession, view: View, actor: Actor, organisation_id: int | None, *, today: date
) -> Listed:
    """Return a page of what a group still has to do, as `actor` wants to see it.

    `organisation_id` is the actor's in the group, `today` a day there. A page behind the last one
    is the last one.
    """
    wanted = (
        *_open_in(view.group_id, None),
        *_of_tab(view, actor, organisation_id),
        *_sifted(view, today),
    )
    counted = select(func.count()).select_from(ActionPoint).where(*wanted)
    count = await session.scalar(counted) or 0
    page = min(view.page, max(0, count - 1) // A_PAGE)
    points = await read(session, *wanted, limit=A_PAGE, offset=page * A_PAGE)
    return Listed(points, count, replace(view, page=page))


async def streams_in(session: AsyncSession, view: View) -> Sequence[tuple[Stream, int]]:
    """Return the streams to which something open in a group belongs, and how much."""
    rows = await session.execute(
        select(WorkStream, func.count().label("points"))
        .join(ActionPoint, col(ActionPoint.stream_id) == col(WorkStream.id))
        .where(*_open_in(view.group_id, None))
        .group_by(col(WorkStream.id))
        .order_by(col(WorkStream.position), col(WorkStream.id))
    )
    return [(row.WorkStream.facts(), row.points) for row in rows]


async def heard(
    session: AsyncSession,
    group_id: int,
    since: datetime,
    until: datetime | None,
    *,
    before: datetime,
) -> dict[int, tuple[Point, PointChange]]:
    """Return the actions given out `before` whose state changed from `since` on, with the last one.

    They come in the order of their numbers.
    """
    wanted = [
        col(PointChange.group_id) == group_id,
        col(PointChange.at) >= since,
        col(PointChange.kind) == ChangeKind.STATE,
    ]
    if until is not None:
        wanted.append(col(PointChange.at) <= until)
    rows = await session.execute(select(PointChange).where(*wanted).order_by(col(PointChange.id)))
    changes = {change.point_id: change for change in rows.scalars()}
    if not changes:
        return {}
    points = await read(
        session,
        col(ActionPoint.id).in_(changes),
        col(ActionPoint.made_at) < before,
        order=(col(ActionPoint.number),),
    )
    return {point.id: (point, changes[point.id]) for point in points}


async def left_alone(session: AsyncSession, group_id: int, member_id: int) -> tuple[Point, ...]:
    """Return what somebody was to do in a group by name, where nobody else is named."""
    theirs = select(col(PointPerson.point_id)).where(col(PointPerson.member_id) == member_id)
    found = await read(session, *_open_in(group_id, None), col(ActionPoint.id).in_(theirs))
    return tuple(point for point in found if not point.people)


def _of_tab(
    view: View, actor: Actor, organisation_id: int | None
) -> tuple[ColumnElement[bool], ...]:
    """Return what makes an action somebody's: their name, or that they speak for its owner."""
    ours = col(ActionPoint.organisation_id) == organisation_id
    if view.tab is Tab.ALL:
        return ()
    if view.tab is Tab.OURS:
        return (ours,)
    named = select(col(PointPerson.point_id)).where(
        col(PointPerson.member_id) == (actor.member_id or 0)
    )
    mine = col(ActionPoint.id).in_(named)
    if organisation_id is None or actor.primes.get(view.group_id) != organisation_id:
        return (mine,)
    anybody = select(col(PointPerson.point_id)).where(
        col(PointPerson.point_id) == col(ActionPoint.id)
    )
    return (mine | (ours & ~anybody.exists()),)


def _sifted(view: View, today: date) -> tuple[ColumnElement[bool], ...]:
    due = col(ActionPoint.due_on)
    match view.sift:
        case Sift.SOON:
            return (due >= today, due <= today + SOON)
        case Sift.LATE:
            return (due < today,)
        case Sift.STREAM:
            return (col(ActionPoint.stream_id) == view.stream_id,)
    return ()


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


async def _people(
    session: AsyncSession, point_ids: Collection[int]
) -> defaultdict[int, list[Person]]:
    found: defaultdict[int, list[Person]] = defaultdict(list)
    if not point_ids:
        return found
    rows = await session.execute(
        select(col(PointPerson.point_id), col(Member.id), col(Member.name))
        .join(Member, col(Member.id) == col(PointPerson.member_id))
        .join(ActionPoint, col(ActionPoint.id) == col(PointPerson.point_id))
        .outerjoin(
            Membership,
            (col(Membership.group_id) == col(ActionPoint.group_id))
            & (col(Membership.member_id) == col(PointPerson.member_id)),
        )
        # For whoever left the group, their organisation stands.
        .where(
            col(PointPerson.point_id).in_(point_ids),
            col(Membership.left_at).is_(None),
        )
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
        stream=stream or ("" if stream_key else point.stream_said),
        stream_key=stream_key or "",
        stream_said=point.stream_said,
        made_on=wall_time(point.made_at, zone).date(),
        ended_on=wall_time(point.closed_at, zone).date() if point.closed_at else None,
    )
