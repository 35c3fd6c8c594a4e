"""The action plan of a group: what is to be done, and everything that becomes of it.

Whatever changes an action locks it first, and writes down what it said before.
"""

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import roles
from bot.domain.notebook import EntryKind
from bot.domain.plan import STILL, ChangeKind, PointGone, PointState, ReasonMissing
from bot.domain.roles import Action, Actor, NotAllowed, Scope
from bot.models import (
    ActionPlan,
    ActionPoint,
    Entry,
    Group,
    Membership,
    PointChange,
    PointPerson,
)
from bot.models.columns import stored_id
from bot.queries import plan as queries
from bot.services import follow_up


async def follow(session: AsyncSession, entry: Entry) -> None:
    """Let the plan say what the notebook of a (locked) meeting says now of an action.

    Once the plan itself was changed, it goes its own way: only what was taken back is taken back.
    """
    rows = await session.execute(
        select(ActionPoint).where(col(ActionPoint.entry_id) == entry.id).with_for_update()
    )
    point = rows.scalar_one_or_none()
    is_meant = entry.kind is EntryKind.ACTION and entry.undone_at is None
    if point is None:
        if not is_meant:
            return
        point = await _add(
            session, entry.group_id, entry.text, by=entry.written_by, now=entry.written_at
        )
        point.entry_id = entry.id
    elif not is_meant:
        moment = entry.undone_at or entry.written_at
        point.taken_back_at = point.taken_back_at or moment
        point.closed_at = point.closed_at or moment
        return
    elif point.taken_back_at is not None:
        point.taken_back_at = None
        point.closed_at = None if point.state in STILL else point.closed_at
    if point.is_changed:
        return
    point.text, point.due_on, point.stream_said = entry.text, entry.due_on, entry.stream
    await give(session, point, entry.owner_id, entry.owner_organisation_id, entry.owner_name)
    await session.flush()


async def give(
    session: AsyncSession,
    point: ActionPoint,
    member_id: int | None,
    organisation_id: int | None,
    said: str = "",
) -> None:
    """Note who does a (locked) action: somebody known, an organisation, or whoever was named so."""
    point.organisation_id, point.owner_name = organisation_id, said
    await session.execute(delete(PointPerson).where(col(PointPerson.point_id) == stored_id(point)))
    if member_id is not None:
        await session.execute(
            insert(PointPerson).values(point_id=stored_id(point), member_id=member_id)
        )


async def set_state(
    session: AsyncSession,
    point_id: int,
    state: PointState,
    actor: Actor,
    *,
    reason: str = "",
    now: datetime,
) -> ActionPoint:
    """Note that an action goes on, is done, or is dropped; twice is once.

    Raises:
        PointGone: it was taken back.
        ReasonMissing: it is dropped, but nobody said why.
        NotAllowed, StrangerHere, AnonymousAdmin: it is neither theirs nor do they run the plan.
    """
    point = await changing(session, point_id, actor)
    if point.state is state:
        return point
    if state is PointState.DROPPED and not reason:
        raise ReasonMissing(state=state)
    note(
        session,
        point,
        ChangeKind.STATE,
        actor,
        before=point.state,
        after=state,
        reason=reason,
        now=now,
    )
    point.state = state
    point.closed_at = None if state in STILL else now
    await session.flush()
    return point


async def changing(session: AsyncSession, point_id: int, actor: Actor) -> ActionPoint:
    """Return an action (locked) that `actor` may change: one of theirs, or of a plan they run.

    Raises:
        PointGone: it was taken back.
        NotAllowed, StrangerHere, AnonymousAdmin: it is neither.
    """
    point = await queries.locked(session, point_id)
    if point is None:
        raise PointGone
    group = await session.get_one(Group, point.group_id)
    scope = Scope(group.coalition_id, point.group_id)
    if roles.can(actor, Action.RUN_PLAN, scope):
        return point
    roles.require(actor, Action.SHARE, scope)
    if not await is_theirs(session, point, actor):
        raise NotAllowed(action=Action.RUN_PLAN)
    return point


async def is_theirs(session: AsyncSession, point: ActionPoint, actor: Actor) -> bool:
    """Tell whether somebody does an action: by name, or for its organisation."""
    if actor.member_id is None:
        return False
    if await session.get(PointPerson, (stored_id(point), actor.member_id)) is not None:
        return True
    place = await session.get(Membership, (point.group_id, actor.member_id))
    return (
        place is not None
        and place.is_confirmed
        and place.organisation_id is not None
        and place.organisation_id == point.organisation_id
    )


def note(
    session: AsyncSession,
    point: ActionPoint,
    kind: ChangeKind,
    actor: Actor,
    *,
    before: str,
    after: str,
    reason: str = "",
    now: datetime,
) -> None:
    """Write down what becomes of a (locked) action, and that its plan goes its own way now."""
    point.is_changed = True
    session.add(
        PointChange(
            point_id=stored_id(point),
            group_id=point.group_id,
            at=now,
            changed_by=actor.member_id,
            kind=kind,
            before=before,
            after=after,
            reason=reason,
        )
    )


async def _add(
    session: AsyncSession, group_id: int, text: str, *, by: int | None, now: datetime
) -> ActionPoint:
    point = ActionPoint(
        group_id=group_id,
        number=await _next_number(session, group_id),
        text=text,
        made_at=now,
        made_by=by,
    )
    session.add(point)
    await session.flush()
    session.add(
        PointChange(
            point_id=stored_id(point),
            group_id=group_id,
            at=now,
            changed_by=by,
            kind=ChangeKind.MADE,
            after=text,
        )
    )
    await follow_up.wake(session, await session.get_one(Group, group_id), now=now)
    return point


async def _next_number(session: AsyncSession, group_id: int) -> int:
    """Count a group's plan up; two at once come one after the other."""
    counted = (
        update(ActionPlan)
        .where(col(ActionPlan.group_id) == group_id)
        .values(last_number=ActionPlan.last_number + 1)
        .returning(col(ActionPlan.last_number))
    )
    number = await session.scalar(counted)
    if number is None:
        session.add(ActionPlan(group_id=group_id))
        await session.flush()
        number = await session.scalar(counted)
    assert number is not None
    return number
