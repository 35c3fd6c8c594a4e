"""Meetings that are still ahead."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.meetings import State
from bot.models import Group, Meeting, Membership

SHOWN = 3
"""How many meetings of a group /when lists: more would scroll off a small phone."""

LATELY = 10
"""How many meetings tell what a group is used to."""


async def overlapping(
    session: AsyncSession, group_id: int, starts_at: datetime, ends_at: datetime
) -> Sequence[Meeting]:
    """Return the planned meetings of a group that share some time with this stretch."""
    rows = await session.execute(
        select(Meeting)
        .where(
            col(Meeting.group_id) == group_id,
            col(Meeting.starts_at) < ends_at,
            col(Meeting.ends_at) > starts_at,
            col(Meeting.state) == State.PLANNED,
        )
        .order_by(col(Meeting.starts_at))
    )
    return rows.scalars().all()


async def of_the_same_people(
    session: AsyncSession, group: Group, starts_at: datetime, ends_at: datetime
) -> Sequence[tuple[Meeting, str]]:
    """Return the planned meetings at that time of other groups to which some of the people belong.

    Only groups of the same coalition are looked at; with each meeting comes its group's name.
    """
    mine = aliased(Membership)
    shared = (
        select(col(Membership.group_id))
        .join(mine, col(mine.member_id) == col(Membership.member_id))
        .where(
            col(mine.group_id) == group.id,
            col(mine.is_confirmed),
            col(Membership.is_confirmed),
            col(Membership.group_id) != group.id,
        )
    )
    rows = await session.execute(
        select(Meeting, col(Group.name))
        .join(Group, col(Group.id) == col(Meeting.group_id))
        .where(
            col(Group.coalition_id) == group.coalition_id,
            col(Meeting.group_id).in_(shared),
            col(Meeting.starts_at) < ends_at,
            col(Meeting.ends_at) > starts_at,
            col(Meeting.state) == State.PLANNED,
        )
        .order_by(col(Meeting.starts_at), col(Meeting.id))
    )
    return [(row[0], row[1]) for row in rows]


async def upcoming(session: AsyncSession, group_id: int, now: datetime) -> Sequence[Meeting]:
    """Return the next meetings of a group that have not ended, soonest first."""
    rows = await session.execute(
        select(Meeting)
        .where(
            col(Meeting.group_id) == group_id,
            col(Meeting.ends_at) > now,
            col(Meeting.state) == State.PLANNED,
        )
        .order_by(col(Meeting.starts_at))
        .limit(SHOWN)
    )
    return rows.scalars().all()


async def following(session: AsyncSession, meeting: Meeting, now: datetime) -> Meeting | None:
    """Return the next planned meeting of the same group that has not begun; None: there is none."""
    return await next_in(session, meeting.group_id, now, after=meeting)


async def next_in(
    session: AsyncSession, group_id: int, now: datetime, *, after: Meeting | None = None
) -> Meeting | None:
    """Return the next planned meeting of a group that has not begun, and comes `after` another."""
    rows = await session.execute(
        select(Meeting)
        .where(
            col(Meeting.group_id) == group_id,
            col(Meeting.id) != (after.id if after else 0),
            col(Meeting.starts_at) > (max(now, after.starts_at) if after else now),
            col(Meeting.state) == State.PLANNED,
        )
        .order_by(col(Meeting.starts_at), col(Meeting.id))
        .limit(1)
    )
    return rows.scalar_one_or_none()


async def ahead(session: AsyncSession, group_id: int, now: datetime) -> Sequence[int]:
    """Return the ids of all planned meetings of a group that have not begun."""
    rows = await session.execute(
        select(col(Meeting.id)).where(
            col(Meeting.group_id) == group_id,
            col(Meeting.starts_at) > now,
            col(Meeting.state) == State.PLANNED,
        )
    )
    return rows.scalars().all()


# Built once: building a statement costs more than running it.
_LATELY = (
    select(Meeting)
    .where(col(Meeting.group_id) == bindparam("group_id"), col(Meeting.state) == State.PLANNED)
    .order_by(col(Meeting.starts_at).desc())
    .limit(LATELY)
)


async def lately(session: AsyncSession, group_id: int) -> Sequence[Meeting]:
    """Return the group's latest planned meetings, the last one first: what it is used to."""
    rows = await session.execute(_LATELY, {"group_id": group_id})
    return rows.scalars().all()
