"""Who is asked about which action, and when they were asked before."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Select, exists, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.follow_up import AHEAD, COMING_UP, Asked, Call, RoundUp, Voice, whom
from bot.domain.plan import ChangeKind, Point, PointState
from bot.domain.preferences import MessageKind
from bot.domain.roles import Actor, Role
from bot.models import (
    ActionPoint,
    Away,
    Group,
    Member,
    Membership,
    Mute,
    Nudge,
    Occasion,
    OccasionState,
    PointChange,
)
from bot.queries import plan, progress

_OVERDUE_LONG = timedelta(days=7)
_TOGETHER = 50
"""Actions of one person that are looked at to find those of one message."""


async def due_in(session: AsyncSession, group_id: int, today: date) -> tuple[Point, ...]:
    """Return the open actions of a group that are over, or end within a week."""
    return await plan.read(
        session,
        col(ActionPoint.group_id) == group_id,
        col(ActionPoint.closed_at).is_(None),
        col(ActionPoint.due_on) <= today + AHEAD,
    )


async def voices(session: AsyncSession, group_id: int, today: date) -> tuple[Voice, ...]:
    """Return who may be asked about the actions of a group."""
    is_muted = exists().where(
        col(Mute.member_id) == col(Member.id), col(Mute.kind) == MessageKind.ACTIONS
    )
    is_away = exists().where(col(Away.member_id) == col(Member.id), col(Away.until) >= today)
    rows = await session.execute(
        select(
            col(Member.id),
            col(Membership.organisation_id),
            col(Membership.is_alternate),
            (col(Member.has_started) & ~is_muted & ~is_away).label("is_reachable"),
        )
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .where(
            col(Membership.group_id) == group_id,
            col(Membership.is_confirmed),
            col(Membership.left_at).is_(None),
            ~col(Membership.is_office),
            col(Membership.role) != Role.OBSERVER,
        )
        .order_by(col(Member.id))
    )
    return tuple(Voice(*row) for row in rows)


async def away(session: AsyncSession, today: date) -> frozenset[int]:
    """Return the members who are away on a day."""
    rows = await session.execute(select(col(Away.member_id)).where(col(Away.until) >= today))
    return frozenset(rows.scalars())


async def asked(
    session: AsyncSession, member_id: int, point_ids: Collection[int], *, today: date | None = None
) -> Mapping[int, Asked]:
    """Return when somebody was asked about some actions.

    With `today`: about those of which they never were, when a colleague was before that day. Who
    steps in is not asked tomorrow what the other was asked yesterday.
    """
    wanted = col(Nudge.member_id) == member_id
    if today is not None:
        wanted |= col(Nudge.asked_on) < today
    rows = await session.execute(
        select(Nudge)
        .where(col(Nudge.point_id).in_(point_ids), wanted)
        .order_by(col(Nudge.asked_on), col(Nudge.member_id))
    )
    found: dict[int, Asked] = {}
    own: dict[int, Asked] = {}
    for nudge in rows.scalars():
        facts = nudge.facts()
        if nudge.member_id == member_id:
            own[nudge.point_id] = facts
        else:
            # When the other wants to hear of it again is their own wish.
            found[nudge.point_id] = replace(facts, not_before=None)
    return found | own


async def asked_together(session: AsyncSession, actor: Actor, ordinal: int) -> tuple[Point, ...]:
    """Return the open actions about which somebody was asked on a day (its proleptic ordinal)."""
    day = date.fromordinal(ordinal)
    found = await progress.theirs(session, actor, limit=_TOGETHER)
    known = await asked(session, actor.member_id or 0, [point.id for point in found])
    return tuple(point for point in found if point.id in known and known[point.id].on == day)


async def groups_of(session: AsyncSession, member_id: int) -> Sequence[Group]:
    """Return the groups in which somebody speaks for an organisation, in their order."""
    rows = await session.execute(
        select(Group)
        .join(Membership, col(Membership.group_id) == col(Group.id))
        .where(
            col(Membership.member_id) == member_id,
            col(Membership.is_confirmed),
            col(Membership.left_at).is_(None),
        )
        .order_by(col(Group.id))
    )
    return rows.scalars().all()


async def asleep(session: AsyncSession, kind: str) -> Sequence[Group]:
    """Return the groups that have something to do, but where no occasion of a kind waits."""
    waits = exists().where(
        col(Occasion.subject) == kind,
        col(Occasion.subject_id) == col(Group.id),
        col(Occasion.state) == OccasionState.WAITING,
    )
    is_open = exists().where(
        col(ActionPoint.group_id) == col(Group.id), col(ActionPoint.closed_at).is_(None)
    )
    rows = await session.execute(select(Group).where(is_open, ~waits).order_by(col(Group.id)))
    return rows.scalars().all()


async def is_awake(session: AsyncSession, kind: str, group_id: int) -> bool:
    """Tell whether an occasion of a kind waits in a group."""
    found = await session.scalar(
        _of(kind, group_id).where(col(Occasion.state) == OccasionState.WAITING).limit(1)
    )
    return found is not None


async def has_day(session: AsyncSession, kind: str, group_id: int, day: date) -> bool:
    """Tell whether an occasion of a kind was ever written for a day in a group."""
    found = await session.scalar(
        _of(kind, group_id).where(col(Occasion.subject_version) == day.toordinal()).limit(1)
    )
    return found is not None


async def ran_last(session: AsyncSession, kind: str, group_id: int) -> datetime | None:
    """Return when an occasion of a kind ended last in a group."""
    rows = await session.execute(
        select(func.max(col(Occasion.ended_at))).where(
            col(Occasion.subject) == kind, col(Occasion.subject_id) == group_id
        )
    )
    return rows.scalar_one_or_none()


def _of(kind: str, group_id: int) -> Select[str]:
    return select(col(Occasion.key)).where(
        col(Occasion.subject) == kind, col(Occasion.subject_id) == group_id
    )


async def round_up(
    session: AsyncSession, group_id: int, *, since: datetime, today: date
) -> RoundUp:
    """Return what was done in a group since an instant, what comes up, and how much is overdue."""
    is_here = col(ActionPoint.group_id) == group_id
    is_open = col(ActionPoint.closed_at).is_(None)
    # By what changed, which has an index by time: what was done in years costs nothing.
    was_done = select(col(PointChange.point_id)).where(
        col(PointChange.group_id) == group_id,
        col(PointChange.at) > since,
        col(PointChange.kind) == ChangeKind.STATE,
        col(PointChange.after) == PointState.DONE,
    )
    done = await plan.read(
        session,
        col(ActionPoint.id).in_(was_done),
        col(ActionPoint.state) == PointState.DONE,
        order=[col(ActionPoint.closed_at), col(ActionPoint.number)],
    )
    coming = await plan.read(
        session,
        is_here,
        is_open,
        col(ActionPoint.due_on) >= today,
        col(ActionPoint.due_on) <= today + COMING_UP,
    )
    overdue = await session.scalar(
        select(func.count())
        .select_from(ActionPoint)
        .where(is_here, is_open, col(ActionPoint.due_on) < today)
    )
    return RoundUp(done, coming, overdue or 0)


async def calls(session: AsyncSession, group_id: int, today: date) -> tuple[Call, ...]:
    """Return the organisations that a lead had better phone about what they are to do.

    Those whom the bot cannot ask come first, then those whose actions are overdue for longest;
    who has reported within a week is left out.
    """
    found = await due_in(session, group_id, today)
    reported = await progress.reported_on(session, [point.id for point in found])
    speaking = await voices(session, group_id, today)
    waiting: defaultdict[int, list[Point]] = defaultdict(list)
    for point in found:
        last = reported.get(point.id)
        is_fresh = last is not None and today - last < _OVERDUE_LONG
        if point.organisation_id is not None and not is_fresh:
            waiting[point.organisation_id].append(point)
    people = await _people(session, group_id, list(waiting))
    listed = [
        Call(
            organisation_id,
            points[0].organisation,
            tuple(people[organisation_id]),
            tuple(points),
            is_reachable=all(whom(point, speaking) for point in points),
        )
        for organisation_id, points in waiting.items()
    ]
    wanted = [one for one in listed if not one.is_reachable or _is_long_overdue(one, today)]
    return tuple(sorted(wanted, key=lambda one: (one.is_reachable, _oldest(one), one.organisation)))


def _oldest(call: Call) -> date:
    return min(point.due for point in call.points if point.due is not None)


def _is_long_overdue(call: Call, today: date) -> bool:
    return today - _oldest(call) >= _OVERDUE_LONG


async def _people(
    session: AsyncSession, group_id: int, organisation_ids: Sequence[int]
) -> defaultdict[int, list[str]]:
    rows = await session.execute(
        select(col(Membership.organisation_id), col(Member.name))
        .join(Member, col(Member.id) == col(Membership.member_id))
        .where(
            col(Membership.group_id) == group_id,
            col(Membership.organisation_id).in_(organisation_ids),
            col(Membership.is_confirmed),
            col(Membership.left_at).is_(None),
        )
        .order_by(col(Membership.is_alternate), col(Member.id))
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for organisation_id, name in rows:
        found[organisation_id].append(name)
    return found
