"""Holding a meeting: it is opened, led from item to item, and closed."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import roles
from bot.domain import sittings as rules
from bot.domain.agenda import ItemState
from bot.domain.meetings import MeetingCancelled, State
from bot.domain.roles import Action, Actor
from bot.domain.sittings import (
    AlreadyOpen,
    Ending,
    NothingToOpen,
    NotOpen,
    SittingClosed,
    SittingState,
)
from bot.domain.write_ups import closed_at
from bot.models import (
    AgendaItem,
    Group,
    Meeting,
    Occasion,
    OccasionState,
    Sitting,
    SittingItem,
)
from bot.models.columns import stored_id
from bot.outbox import post
from bot.queries import sittings as queries
from bot.services import (
    agenda_sheets,
    closing,
    minutes,
    motion_posts,
    occasions,
    sitting_posts,
    write_ups,
)
from bot.services.meeting_posts import MEETING, locked


async def to_open(session: AsyncSession, group: Group, *, now: datetime) -> Meeting:
    """Return the meeting of a group that is to be opened now.

    Raises:
        NothingToOpen: none is planned for about now.
    """
    planned = await queries.unopened(session, stored_id(group), now)
    found = rules.openable([meeting.facts() for meeting in planned], now)
    if not found:
        raise NothingToOpen
    return await session.get_one(Meeting, found[0].id)


async def open_(session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime) -> None:
    """Open a meeting: its agenda becomes a live post with the item that is dealt with.

    Raises:
        MeetingUnknown, MeetingCancelled, AlreadyOpen, NothingToOpen: it cannot be opened (now).
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    roles.require(actor, Action.RUN_MEETING, await queries.scope(session, meeting, group))
    if meeting.state is State.CANCELLED:
        raise MeetingCancelled
    if await session.get(Sitting, meeting_id) is not None:
        raise AlreadyOpen
    if not rules.openable([meeting.facts()], now):
        raise NothingToOpen
    # What was to remind of it would only confuse.
    await occasions.cancel(session, subject=MEETING, subject_id=meeting_id, now=now)
    await agenda_sheets.lay(session, meeting, group)
    sitting = Sitting(
        meeting_id=meeting_id, opened_at=now, opened_by=actor.member_id, last_activity_at=now
    )
    session.add(sitting)
    await session.flush()
    await _go_to(session, meeting, sitting, await _following(session, meeting, None), now=now)
    await sitting_posts.put_up(session, meeting, post.in_group(group.facts()), now=now)
    await closing.plan(session, meeting, sitting)
    await write_ups.opened(session, meeting, now=now)


async def move_on(
    session: AsyncSession, meeting_id: int, seen: int | None, actor: Actor, *, now: datetime
) -> None:
    """Leave an item for the next one; `seen` is the item that the person saw as the current one.

    Twice is once: whoever taps a moment later has seen what is over already.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: there is nothing to lead.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, sitting = await running(session, meeting_id, actor, Action.RUN_MEETING)
    if sitting.item_id != seen:
        return
    following = await _following(session, meeting, sitting.item_id)
    await _leave(session, meeting, sitting, now=now)
    await _go_to(session, meeting, sitting, following, now=now)
    sitting_posts.show(session, meeting, now=now)


async def close(session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime) -> None:
    """End a meeting, and draft its minutes.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: there is nothing to end.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, sitting = await running(session, meeting_id, actor, Action.RUN_MEETING)
    sitting.closed_by = actor.member_id
    ended = closed_at(meeting.facts(), sitting.opened_at, sitting.last_activity_at, now)
    await _leave(session, meeting, sitting, now=ended)
    await _end(session, meeting, sitting, Ending.CLOSED, at=ended, now=now)


async def go_on(
    session: AsyncSession, meeting_id: int, seen: int, actor: Actor, *, now: datetime
) -> None:
    """Ask later whether a meeting is over; `seen` is the question that the person answered.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: it is over already.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, sitting = await running(session, meeting_id, actor, Action.RUN_MEETING)
    if await closing.ask_later(session, meeting, seen, now=now):
        touch(sitting, now)


async def close_forgotten(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Close a meeting that nobody closed; it ended when something last happened in it."""
    meeting = await locked(session, occasion.subject_id)
    taken = await occasions.take(session, occasion.key)
    if taken is None:
        return True
    sitting = await session.get(Sitting, meeting.id, populate_existing=True)
    if sitting is None or sitting.state is not SittingState.OPEN:
        occasions.end(taken, OccasionState.CANCELLED, now)
        return True
    occasions.end(taken, OccasionState.POSTED, now)
    if await closing.is_busy(session, meeting, sitting, now=now):
        return True
    ended = sitting.last_activity_at
    await _leave(session, meeting, sitting, now=ended)
    await _end(session, meeting, sitting, Ending.FORGOTTEN, at=ended, now=now)
    await sitting_posts.tell_forgotten(session, meeting, sitting, now=now)
    return True


async def _end(
    session: AsyncSession,
    meeting: Meeting,
    sitting: Sitting,
    ending: Ending,
    *,
    at: datetime,
    now: datetime,
) -> None:
    """Close a meeting that ended `at` an instant, and draft its minutes."""
    sitting.state, sitting.ending, sitting.closed_at = SittingState.CLOSED, ending, at
    sitting.item_id = None
    await session.flush()
    await closing.settle(session, meeting, now=now)
    await motion_posts.withdraw(session, meeting, now=now)
    sitting_posts.show(session, meeting, now=now)
    await minutes.draft(session, meeting, now=now)


async def running(
    session: AsyncSession, meeting_id: int, actor: Actor, action: Action
) -> tuple[Meeting, Sitting]:
    """Return a meeting (locked) that is open, if this person may do this in it.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: it is not open (any more).
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    roles.require(actor, action, await queries.scope(session, meeting, group))
    sitting = await session.get(Sitting, meeting_id, populate_existing=True)
    if sitting is None:
        raise NotOpen
    if sitting.state is not SittingState.OPEN:
        raise SittingClosed
    return meeting, sitting


def touch(sitting: Sitting, now: datetime) -> None:
    """Note that something happened in a meeting: it was not over before."""
    sitting.last_activity_at = max(sitting.last_activity_at, now)


async def _following(
    session: AsyncSession, meeting: Meeting, current: int | None
) -> AgendaItem | None:
    found = rules.next_item(await queries.timed(session, meeting), current)
    return await session.get_one(AgendaItem, found) if found is not None else None


async def _leave(
    session: AsyncSession, meeting: Meeting, sitting: Sitting, *, now: datetime
) -> None:
    """Note how long the current item has taken, and that it was dealt with."""
    if sitting.item_id is None or sitting.item_since is None:
        return
    taken = await session.get(SittingItem, (meeting.id, sitting.item_id))
    if taken is None:
        taken = SittingItem(meeting_id=stored_id(meeting), item_id=sitting.item_id)
        session.add(taken)
    taken.seconds += max(0, int((now - sitting.item_since).total_seconds()))
    taken.is_done = True
    (await session.get_one(AgendaItem, sitting.item_id)).state = ItemState.DONE
    touch(sitting, now)
    await session.flush()


async def _go_to(
    session: AsyncSession,
    meeting: Meeting,
    sitting: Sitting,
    item: AgendaItem | None,
    *,
    now: datetime,
) -> None:
    """Deal with an item from now on; None: with nothing that stands on the agenda."""
    sitting.item_id, sitting.item_since = (stored_id(item), now) if item else (None, None)
    if item is not None:
        item.state = ItemState.ACCEPTED
        taken = await session.get(SittingItem, (meeting.id, item.id))
        if taken is not None:
            taken.is_done = False
    touch(sitting, now)
    await session.flush()
