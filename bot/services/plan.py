"""The action plan of a group: what is to be done, and everything that becomes of it.

Whatever changes an action locks it first, and writes down what it said before.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, insert, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import actions, notebook, roles
from bot.domain import plan as rules
from bot.domain.actions import Candidate
from bot.domain.notebook import EntryKind
from bot.domain.plan import (
    STILL,
    ChangeKind,
    NotTheirs,
    Point,
    PointClosed,
    PointGone,
    PointState,
)
from bot.domain.progress import Word as ReportWord
from bot.domain.roles import Action, Actor, Scope
from bot.models import (
    ActionPlan,
    ActionPoint,
    Entry,
    Group,
    Meeting,
    Membership,
    PointChange,
    PointPerson,
)
from bot.models.columns import stored_id
from bot.queries import plan as queries
from bot.queries import sittings
from bot.rendering.messages import renderer
from bot.services import follow_up, plan_posts, streams


async def follow(session: AsyncSession, entry: Entry) -> None:
    """Let the plan say what the notebook of a (locked) meeting says now of an action.

    Once the plan itself was changed, it goes its own way: only what was taken back is taken back.
    """
    rows = await session.execute(
        select(ActionPoint).where(col(ActionPoint.entry_id) == entry.id).with_for_update()
    )
    point = rows.scalar_one_or_none()
    is_meant = entry.kind is EntryKind.ACTION and entry.undone_at is None
    is_new = point is None
    if point is None:
        if not is_meant:
            return
        point = await add(
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
    point.text, point.due_on, point.timeline = without_support(entry.text)[0], entry.due_on, ""
    if point.due_on is None:
        words = renderer().action_words
        point.text, point.timeline = actions.with_timeline(point.text, words)
    if entry.owner_name:
        # The plan says who does it beside the words.
        point.text = point.text.removeprefix(f"{entry.owner_name}: ") or point.text
    if point.stream_said != entry.stream:
        await sort_in(session, point, entry.stream)
    owners = () if entry.owner_id is None else (entry.owner_id,)
    await give(session, point, owners, entry.owner_organisation_id, entry.owner_name)
    await session.flush()
    if not is_new:
        plan_posts.show_card(session, stored_id(point), now=entry.written_at)


def without_support(text: str) -> tuple[str, str]:
    """Return what is to be done, and the support it requires, said behind it in any language."""
    return actions.with_support(text, renderer().report_words[ReportWord.SUPPORT])


async def sort_in(session: AsyncSession, point: ActionPoint, said: str) -> None:
    """Note to which stream a (locked) action belongs, by its hashtag; one unknown stays as said."""
    group = await session.get_one(Group, point.group_id)
    point.stream_said = said
    point.stream_id = await streams.meant(session, group.coalition_id, said)


async def give(
    session: AsyncSession,
    point: ActionPoint,
    member_ids: Sequence[int],
    organisation_id: int | None,
    said: str = "",
) -> None:
    """Note who does a (locked) action: people known, an organisation, or whoever was named so."""
    point.organisation_id, point.owner_name = organisation_id, said
    await session.execute(delete(PointPerson).where(col(PointPerson.point_id) == stored_id(point)))
    for member_id in dict.fromkeys(member_ids):
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
    meeting_id: int | None = None,
    now: datetime,
) -> ActionPoint:
    """Note that an action goes on, is done, or is dropped; twice is once.

    Raises:
        PointGone: it was taken back.
        ReasonMissing: it is dropped, but nobody said why.
        NotAllowed, StrangerHere, AnonymousAdmin: as `changing`.
    """
    await plan_posts.lock_meetings(session, point_id, now=now)
    point = await changing(session, point_id, actor, meeting_id=meeting_id)
    if point.state is state:
        return point
    if state is PointState.DROPPED:
        reason = rules.checked_reason(reason, state)
    _to_state(session, point, state, actor, reason=reason, now=now)
    await session.flush()
    plan_posts.show(session, point, now=now)
    return point


async def begin(session: AsyncSession, point_id: int, actor: Actor, *, now: datetime) -> None:
    """Note that an open action goes on, as somebody who may report says how it goes.

    Nobody decided anything: the plan still follows the notebook.
    """
    await plan_posts.lock_meetings(session, point_id, now=now)
    point = await queries.locked(session, point_id)
    if point is None or point.state is not PointState.OPEN:
        return
    is_changed = point.is_changed
    _to_state(session, point, PointState.IN_PROGRESS, actor, reason="", now=now)
    point.is_changed = is_changed
    await session.flush()
    plan_posts.show(session, point, now=now)


async def adapt(
    session: AsyncSession,
    point_id: int,
    text: str,
    reason: str,
    actor: Actor,
    *,
    meeting_id: int | None = None,
    now: datetime,
) -> ActionPoint:
    """Let an action say something else, and why.

    Raises:
        PointGone, PointClosed: there is nothing to be done any more.
        ReasonMissing, EntryTooLong: it cannot be kept.
        NotAllowed, StrangerHere, AnonymousAdmin: as `changing`.
    """
    point = await still_open(session, point_id, actor, meeting_id=meeting_id, now=now)
    reason = rules.checked_reason(reason, PointState.ADAPTED)
    text = notebook.checked(text)
    if not text or text == point.text:
        return point
    _to_state(session, point, PointState.ADAPTED, actor, reason=reason, now=now)
    note(session, point, ChangeKind.TEXT, actor, before=point.text, after=text, now=now)
    point.text = text
    await session.flush()
    plan_posts.show(session, point, now=now)
    return point


async def move(
    session: AsyncSession,
    point_id: int,
    due: date | None,
    actor: Actor,
    *,
    timeline: str = "",
    reason: str = "",
    meeting_id: int | None = None,
    now: datetime,
) -> ActionPoint:
    """Note until when an action is to be done now: a day, or a `timeline` in words.

    Raises:
        PointGone, PointClosed: there is nothing to be done any more.
        NotAllowed, StrangerHere, AnonymousAdmin: as `changing`.
    """
    point = await still_open(session, point_id, actor, meeting_id=meeting_id, now=now)
    before, after = _until(point.due_on, point.timeline), _until(due, timeline)
    if before == after:
        return point
    note(
        session,
        point,
        ChangeKind.DUE,
        actor,
        before=before,
        after=after,
        reason=reason.strip()[: rules.REASON_LIMIT],
        now=now,
    )
    point.due_on, point.timeline = due, timeline
    await session.flush()
    plan_posts.show(session, point, now=now)
    return point


async def hand(
    session: AsyncSession,
    point_id: int,
    owners: Sequence[Candidate],
    actor: Actor,
    *,
    meeting_id: int | None = None,
    now: datetime,
) -> ActionPoint:
    """Note who does an action now: people by name, and the first organisation that is meant.

    Raises:
        PointGone, PointClosed: there is nothing to be done any more.
        NotAllowed, StrangerHere, AnonymousAdmin: as `changing`.
    """
    point = await still_open(session, point_id, actor, meeting_id=meeting_id, now=now)
    known = await queries.one(session, point_id)
    named = [one for one in owners if one.member_id is None] or list(owners)
    organisation_id = next((one.organisation_id for one in named if one.organisation_id), None)
    people = [one.member_id for one in owners if one.member_id is not None]
    await give(session, point, people, organisation_id)
    await session.flush()
    changed = await queries.one(session, point_id)
    before, after = names(known), names(changed)
    if before != after:
        note(session, point, ChangeKind.OWNER, actor, before=before, after=after, now=now)
        await session.flush()
        plan_posts.show(session, point, now=now)
    return point


async def sort_anew(
    session: AsyncSession, point_id: int, said: str, actor: Actor, *, now: datetime
) -> ActionPoint:
    """Note to which stream an action belongs now.

    Raises:
        PointGone, PointClosed: there is nothing to be done any more.
        NotAllowed, StrangerHere, AnonymousAdmin: as `changing`.
    """
    point = await still_open(session, point_id, actor, now=now)
    before, said = point.stream_said, said.strip().removeprefix("#")[: actions.TIMELINE_LIMIT]
    if before != said:
        note(session, point, ChangeKind.STREAM, actor, before=before, after=said, now=now)
        await sort_in(session, point, said)
        await session.flush()
        plan_posts.show(session, point, now=now)
    return point


async def changing(
    session: AsyncSession, point_id: int, actor: Actor, *, meeting_id: int | None = None
) -> ActionPoint:
    """Return an action (locked) that `actor` may change.

    That is one of theirs, or of a plan they run; in a meeting (`meeting_id`) that goes through the
    actions of its group also whoever runs the meeting.

    Raises:
        PointGone: it was taken back.
        NotTheirs, NotAllowed, StrangerHere, AnonymousAdmin: it is neither.
    """
    point = await queries.locked(session, point_id)
    if point is None:
        raise PointGone
    group = await session.get_one(Group, point.group_id)
    scope = Scope(group.coalition_id, point.group_id)
    if roles.can(actor, Action.RUN_PLAN, scope):
        return point
    if meeting_id is not None and await _runs(session, meeting_id, group, actor):
        return point
    roles.require(actor, Action.SHARE, scope)
    if not await is_theirs(session, point, actor):
        raise NotTheirs
    return point


async def _runs(session: AsyncSession, meeting_id: int, group: Group, actor: Actor) -> bool:
    meeting = await session.get(Meeting, meeting_id)
    if meeting is None or meeting.group_id != group.id:
        return False
    return roles.can(actor, Action.RUN_MEETING, await sittings.scope(session, meeting, group))


async def still_open(
    session: AsyncSession,
    point_id: int,
    actor: Actor,
    *,
    meeting_id: int | None = None,
    now: datetime,
) -> ActionPoint:
    """Return an action (locked) that is still to be done, and that `actor` may change.

    Raises:
        PointGone, PointClosed, NotAllowed, StrangerHere, AnonymousAdmin: as above.
    """
    await plan_posts.lock_meetings(session, point_id, now=now)
    point = await changing(session, point_id, actor, meeting_id=meeting_id)
    if point.closed_at is not None:
        raise PointClosed
    return point


def _to_state(
    session: AsyncSession,
    point: ActionPoint,
    state: PointState,
    actor: Actor,
    *,
    reason: str,
    now: datetime,
) -> None:
    before, is_open = point.state, state in STILL
    note(
        session, point, ChangeKind.STATE, actor, before=before, after=state, reason=reason, now=now
    )
    point.state, point.closed_at = state, None if is_open else now


def _until(due: date | None, timeline: str) -> str:
    return due.isoformat() if due else timeline


def names(point: Point | None) -> str:
    """Return who does an action, as its history keeps it."""
    if point is None:
        return ""
    people = ", ".join(person.name for person in point.people)
    if people and point.organisation:
        return f"{people} ({point.organisation})"
    return people or point.organisation


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


async def add(
    session: AsyncSession, group_id: int, text: str, *, by: int | None, now: datetime
) -> ActionPoint:
    """Put something to be done into the plan of a group, under its next number."""
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
