"""Who gets a summary of which groups, and when."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import wall_time
from bot.domain.digests import (
    MONDAY,
    MORNING,
    Ahead,
    Coming,
    Recipient,
)
from bot.domain.meetings import State
from bot.domain.preferences import MessageKind
from bot.domain.roles import Role
from bot.models import (
    ActionPoint,
    Coordinator,
    Group,
    Meeting,
    Membership,
    Mute,
    Occasion,
    OccasionState,
    SummaryWish,
)
from bot.models.columns import stored_id


async def recipients(session: AsyncSession) -> dict[int, Recipient]:
    """Return who gets a summary, by member: coordinators of coalitions with groups, and leads."""
    teams = await session.execute(
        select(col(Coordinator.member_id), func.min(col(Group.id)).label("home"))
        .join(Group, col(Group.coalition_id) == col(Coordinator.coalition_id))
        .group_by(col(Coordinator.member_id))
    )
    leads = await session.execute(
        select(col(Membership.member_id), func.min(col(Membership.group_id)).label("home"))
        .where(
            col(Membership.role) == Role.LEAD,
            col(Membership.is_confirmed),
            col(Membership.left_at).is_(None),
        )
        .group_by(col(Membership.member_id))
    )
    homes = {row.member_id: row.home for row in teams}
    homes |= {row.member_id: row.home for row in leads}
    return await _with_times(session, homes)


async def recipient(session: AsyncSession, member_id: int) -> Recipient | None:
    """Return when somebody gets the summary; None: they get none."""
    led = await session.scalar(
        select(func.min(col(Membership.group_id))).where(
            col(Membership.member_id) == member_id,
            col(Membership.role) == Role.LEAD,
            col(Membership.is_confirmed),
            col(Membership.left_at).is_(None),
        )
    )
    home = led or await session.scalar(
        select(func.min(col(Group.id)))
        .join(Coordinator, col(Coordinator.coalition_id) == col(Group.coalition_id))
        .where(col(Coordinator.member_id) == member_id)
    )
    return (await _with_times(session, {member_id: home})).get(member_id) if home else None


async def _with_times(session: AsyncSession, homes: Mapping[int, int]) -> dict[int, Recipient]:
    groups = await session.execute(
        select(col(Group.id), col(Group.zone)).where(col(Group.id).in_(set(homes.values())))
    )
    zones = {row.id: row.zone for row in groups}
    rows = await session.execute(select(SummaryWish).where(col(SummaryWish.member_id).in_(homes)))
    wishes = {wish.member_id: wish for wish in rows.scalars()}
    return {
        member_id: Recipient(wish.weekday, wish.at, wish.zone, is_wished=True)
        if (wish := wishes.get(member_id))
        else Recipient(MONDAY, MORNING, zones[home])
        for member_id, home in homes.items()
    }


async def waiting_for(session: AsyncSession, subject: str) -> set[int]:
    """Return the members whose summary is written down to come."""
    rows = await session.execute(
        select(col(Occasion.subject_id)).where(
            col(Occasion.subject) == subject, col(Occasion.state) == OccasionState.WAITING
        )
    )
    return set(rows.scalars())


async def is_muted(session: AsyncSession, member_id: int) -> bool:
    """Tell whether somebody wants no summary unasked."""
    return await session.get(Mute, (member_id, MessageKind.SUMMARY)) is not None


async def ahead(session: AsyncSession, groups: Sequence[Group], now: datetime) -> Ahead:
    """Return what groups have before them in the next seven days."""
    names = {stored_id(group): group.name for group in groups}
    week = timedelta(weeks=1)
    rows = await session.execute(
        select(col(Meeting.group_id), col(Meeting.wall_start))
        .where(
            col(Meeting.group_id).in_(names),
            col(Meeting.state) == State.PLANNED,
            col(Meeting.starts_at) > now,
            col(Meeting.starts_at) <= now + week,
        )
        .order_by(col(Meeting.starts_at), col(Meeting.id))
    )
    meetings = tuple(Coming(group_id, names[group_id], starts) for group_id, starts in rows)
    due = 0
    for zone in {group.zone for group in groups}:
        today = wall_time(now, zone).date()
        counted = await session.scalar(
            select(func.count())
            .select_from(ActionPoint)
            .where(
                col(ActionPoint.group_id).in_([g.id for g in groups if g.zone == zone]),
                col(ActionPoint.closed_at).is_(None),
                col(ActionPoint.due_on) >= today,
                col(ActionPoint.due_on) < today + week,
            )
        )
        due += counted or 0
    return Ahead(meetings, due)


async def planned(session: AsyncSession, subject: str, member_id: int) -> set[int]:
    """Return the versions of the occasions at which somebody's summary is written down to come."""
    rows = await session.execute(
        select(col(Occasion.subject_version)).where(
            col(Occasion.subject) == subject,
            col(Occasion.subject_id) == member_id,
            col(Occasion.state) == OccasionState.WAITING,
        )
    )
    return set(rows.scalars())
