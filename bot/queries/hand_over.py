"""What whoever takes over finds in a group."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.hand_over import SHOWN, Card, Decided, Voice, Waits
from bot.domain.members import Person
from bot.domain.notebook import EntryKind
from bot.domain.plan import Point
from bot.domain.roles import Role
from bot.models import (
    ActionPoint,
    AgendaItem,
    Entry,
    Group,
    Meeting,
    Member,
    Membership,
    Minutes,
    Objection,
    Organisation,
    PointPerson,
)
from bot.models.columns import stored_id
from bot.models.search import OUT
from bot.queries import meetings, plan, rolls, support
from bot.queries.notebook import UNPUBLISHED


async def card(
    session: AsyncSession,
    group: Group,
    organisation: Organisation | None,
    *,
    runs_plan: bool,
    now: datetime,
) -> Card:
    """Return the hand-over card of a group, or of an organisation in it.

    Only who runs the plan is told of drafts, objections, and who waits to be confirmed.
    """
    group_id = stored_id(group)
    mine = [col(ActionPoint.group_id) == group_id, col(ActionPoint.closed_at).is_(None)]
    if not runs_plan:
        mine.append(col(ActionPoint.organisation_id) == (organisation.id if organisation else None))
    counted = select(func.count()).select_from(ActionPoint).where(*mine)
    ahead = await meetings.upcoming(session, group_id, now)
    coming = next((one for one in ahead if one.starts_at > now), None)
    people = [one for one in await rolls.people(session, group_id) if one.is_confirmed]
    return Card(
        group=group.facts(),
        organisation="" if runs_plan or organisation is None else organisation.name,
        coming=coming.facts() if coming else None,
        actions=await plan.read(session, *mine, limit=SHOWN),
        count=await session.scalar(counted) or 0,
        decided=await _decided(session, group_id),
        leads=tuple(one.name for one in people if one.role is Role.LEAD),
        voices=_voices((await rolls.seated(session, group_id)).values(), people),
        waits=await _waits(session, group_id, runs_plan=runs_plan),
    )


async def left_behind(session: AsyncSession, gone: Membership) -> tuple[Point, ...]:
    """Return the open actions of an organisation that somebody has left, who did them alone.

    Where nobody speaks for the organisation any more, those are all the others that it has.
    """
    others = (
        select(col(PointPerson.point_id))
        .join(Membership, col(Membership.member_id) == col(PointPerson.member_id))
        .where(col(Membership.group_id) == gone.group_id, col(Membership.is_confirmed))
    )
    own = select(col(PointPerson.point_id)).where(col(PointPerson.member_id) == gone.member_id)
    theirs: ColumnElement[bool] = col(ActionPoint.id).not_in(own)
    if await is_spoken_for(session, gone):
        theirs = col(ActionPoint.id).in_(own) & col(ActionPoint.id).not_in(others)
    return await plan.read(
        session,
        col(ActionPoint.group_id) == gone.group_id,
        col(ActionPoint.closed_at).is_(None),
        col(ActionPoint.organisation_id) == gone.organisation_id,
        theirs,
    )


async def voices(session: AsyncSession, gone: Membership) -> Sequence[Member]:
    """Return who speaks first now for the organisation of somebody who left, and can be told."""
    rows = await session.execute(
        select(Member)
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .where(
            col(Membership.group_id) == gone.group_id,
            col(Membership.organisation_id) == gone.organisation_id,
            col(Membership.is_confirmed),
            ~col(Membership.is_alternate),
            ~col(Membership.is_office),
            col(Member.has_started),
        )
        .order_by(col(Member.id))
    )
    return rows.scalars().all()


async def is_spoken_for(session: AsyncSession, gone: Membership) -> bool:
    """Tell whether anybody speaks still for the organisation of somebody who left."""
    found = await session.scalar(
        select(col(Membership.member_id))
        .where(
            col(Membership.group_id) == gone.group_id,
            col(Membership.organisation_id) == gone.organisation_id,
            col(Membership.is_confirmed),
        )
        .limit(1)
    )
    return found is not None


async def _decided(session: AsyncSession, group_id: int) -> tuple[Decided, ...]:
    """Return the last decisions that everybody has read: on the record, in minutes that are out."""
    are_out = select(col(Minutes.meeting_id)).where(
        col(Minutes.group_id) == group_id, col(Minutes.state).in_(OUT)
    )
    rows = await session.execute(
        select(col(Entry.text), col(Meeting.wall_start))
        .join(Meeting, col(Meeting.id) == col(Entry.meeting_id))
        .outerjoin(AgendaItem, col(AgendaItem.id) == col(Entry.item_id))
        .where(
            col(Entry.group_id) == group_id,
            col(Entry.kind) == EntryKind.AGREED,
            col(Entry.undone_at).is_(None),
            col(Entry.item_id).is_(None) | ~col(AgendaItem.is_off_record),
            col(Entry.meeting_id).in_(are_out),
        )
        .order_by(col(Entry.id).desc())
        .limit(SHOWN)
    )
    return tuple(Decided(text, starts.date()) for text, starts in rows)


async def _waits(session: AsyncSession, group_id: int, *, runs_plan: bool) -> Waits:
    asked = await support.count_open(session, group_id)
    if not runs_plan:
        return Waits(support=asked)
    drafts = select(func.count()).where(
        col(Minutes.group_id) == group_id, col(Minutes.state).in_(UNPUBLISHED)
    )
    objections = (
        select(func.count(func.distinct(col(Objection.id))))
        .join(Minutes, col(Minutes.meeting_id) == col(Objection.meeting_id))
        .where(col(Minutes.group_id) == group_id, col(Objection.settled_at).is_(None))
    )
    roll = await rolls.of_group(session, group_id)
    return Waits(
        drafts=await session.scalar(drafts) or 0,
        objections=await session.scalar(objections) or 0,
        support=asked,
        people=len(roll.waiting),
    )


def _voices(organisations: Iterable[str], people: Sequence[Person]) -> tuple[Voice, ...]:
    first = {
        one.organisation: one.name
        for one in people
        if not (one.is_alternate or one.is_office or one.role is Role.OBSERVER)
    }
    return tuple(Voice(name, first.get(name, "")) for name in organisations)
