"""Opening a meeting: at its time, unplanned, or again after it was closed by mistake."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import roles
from bot.domain import sittings as rules
from bot.domain.dates import wall_time
from bot.domain.meetings import Meeting as MeetingFacts
from bot.domain.meetings import MeetingCancelled, MeetingUnknown, State
from bot.domain.roles import Action, Actor, Scope
from bot.domain.sittings import (
    AlreadyOpen,
    ClosedForGood,
    Ending,
    NothingToOpen,
    NotOpen,
    SittingState,
)
from bot.models import AgendaItem, Group, Meeting, Sitting
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import Place
from bot.queries import sittings as queries
from bot.services import (
    agenda_sheets,
    closing,
    meeting_posts,
    minutes,
    occasions,
    sitting_items,
    sitting_posts,
    sitting_words,
    sittings,
    write_ups,
)
from bot.services.meeting_posts import MEETING, locked


@dataclass(frozen=True)
class AtTheDoor:
    """What /open may mean in a group now."""

    opened: tuple[MeetingFacts, ...]
    """What is open, the one that was opened last first: its post is shown anew."""
    planned: tuple[MeetingFacts, ...]
    """What can be opened, the nearest start first."""

    closed: tuple[MeetingFacts, ...] = ()
    """What can be opened again, the one that was closed last first."""

    @property
    def is_clear(self) -> bool:
        """Tell whether only one meeting can be meant, and that it is a beginning."""
        return len(self.opened) + len(self.planned) == 1 and not self.closed


async def at_the_door(session: AsyncSession, group: Group, *, now: datetime) -> AtTheDoor:
    """Return which meetings of a group are open now, and which can be opened.

    While one is open, another is meant only in its own hours: what was left unopened before is not.
    """
    opened = tuple(one.facts() for one in await queries.open_in(session, stored_id(group)))
    planned = await queries.unopened(session, stored_id(group), now)
    found = rules.openable([meeting.facts() for meeting in planned], now)
    if opened:
        found = [one for one in found if now <= one.ends_at]
        return AtTheDoor(opened, tuple(found))
    closed = await queries.lately_closed(session, stored_id(group), now)
    return AtTheDoor(opened, tuple(found), tuple(meeting.facts() for meeting in closed))


async def check_runs_any(
    session: AsyncSession, group: Group, door: AtTheDoor, actor: Actor
) -> None:
    """Refuse whoever runs none of the meetings that /open may mean.

    Raises:
        NotAllowed, StrangerHere, AnonymousAdmin: see there.
    """
    scope = Scope(group.coalition_id, stored_id(group))
    for facts in (*door.opened, *door.planned, *door.closed):
        meeting = await session.get_one(Meeting, facts.id)
        scope = await queries.scope(session, meeting, group)
        if roles.can(actor, Action.RUN_MEETING, scope):
            return
    roles.require(actor, Action.RUN_MEETING, scope)


async def open_(
    session: AsyncSession,
    meeting_id: int,
    actor: Actor,
    *,
    now: datetime,
    asked_in: Place | None = None,
) -> None:
    """Open a meeting: its agenda becomes a live post with the item that is dealt with.

    Whoever asked for it in private has the same post there, too: theirs may be the only phone.

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
    await _begin(session, meeting, group, actor, now=now)
    await _put_up(session, meeting, group, asked_in, now=now)


async def open_unplanned(
    session: AsyncSession,
    group_id: int,
    actor: Actor,
    *,
    now: datetime,
    asked_in: Place | None = None,
) -> None:
    """Open a meeting that nobody had planned: it begins now.

    Raises:
        AlreadyOpen: one is open here; whoever taps twice means the same.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not plan meetings here.
    """
    # Two who tap at once come one after the other.
    group = await session.get(Group, group_id, with_for_update=True)
    if group is None:
        raise MeetingUnknown
    roles.require(actor, Action.PLAN_MEETING, Scope(group.coalition_id, group_id))
    if await queries.open_in(session, group_id):
        raise AlreadyOpen
    starts = now.replace(second=0, microsecond=0)
    meeting = Meeting(
        group_id=group_id,
        wall_start=wall_time(starts, group.zone),
        wall_end=wall_time(starts + rules.UNPLANNED, group.zone),
        zone=group.zone,
        starts_at=starts,
        ends_at=starts + rules.UNPLANNED,
        place="",
    )
    session.add(meeting)
    await session.flush()
    await _begin(session, meeting, group, actor, now=now)
    await _put_up(session, meeting, group, asked_in, now=now)


async def reopen(
    session: AsyncSession,
    meeting_id: int,
    actor: Actor,
    *,
    now: datetime,
    asked_in: Place | None = None,
) -> None:
    """Let a meeting go on that was closed by mistake; the draft of its minutes is taken back.

    Who was there, what was written down and how long each item took stay; it goes on with the item
    in which it was closed. A vote that nobody had closed has to be put anew.

    Raises:
        MeetingUnknown, NotOpen: it was not held.
        AlreadyOpen: somebody opened it again before.
        ClosedForGood: that was too long ago, it was written up, or its minutes are out.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    roles.require(actor, Action.RUN_MEETING, await queries.scope(session, meeting, group))
    sitting = await session.get(Sitting, meeting_id, populate_existing=True)
    if sitting is None or sitting.state is SittingState.NOT_HELD:
        raise NotOpen
    if sitting.state is SittingState.OPEN:
        raise AlreadyOpen
    drafted_at = await queries.drafted_at(session, meeting_id)
    if sitting.ending is Ending.WRITTEN_UP or not rules.can_reopen(drafted_at, now):
        raise ClosedForGood
    await minutes.withdraw(session, meeting, now=now)
    await occasions.cancel(session, subject=closing.CLOSING, subject_id=meeting_id, now=now)
    had_item = sitting.item_since is not None
    sitting.state, sitting.ending = SittingState.OPEN, None
    sitting.closed_at = sitting.closed_by = None
    await session.flush()
    await sittings.take_part(session, meeting, actor, now=now)
    last = rules.last_done(await queries.timed(session, meeting)) if had_item else None
    item = await session.get_one(AgendaItem, last) if last is not None else None
    await sitting_items.deal_with(session, meeting, sitting, item, now=now)
    await closing.plan(session, meeting, sitting, now=now)
    await sitting_words.plan_end(session, meeting, now=now)
    await _put_up(session, meeting, group, asked_in, now=now)
    # The lists of who is there follow; the post that was closed points down.
    sitting_posts.show(session, meeting, now=now)


async def show_anew(
    session: AsyncSession,
    meeting_id: int,
    actor: Actor,
    *,
    now: datetime,
    asked_in: Place | None = None,
) -> None:
    """Post where an open meeting stands once more, where people read now.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: it is not open (any more).
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, _ = await sittings.acting(session, meeting_id, actor, Action.RUN_MEETING, now=now)
    group = await session.get_one(Group, meeting.group_id)
    place = asked_in or post.in_group(group.facts())
    await sitting_posts.put_up(session, meeting, place, now=now)


async def _begin(
    session: AsyncSession, meeting: Meeting, group: Group, actor: Actor, *, now: datetime
) -> None:
    meeting_id = stored_id(meeting)
    # What was to remind of it would only confuse.
    await occasions.cancel(session, subject=MEETING, subject_id=meeting_id, now=now)
    await agenda_sheets.lay(session, meeting, group)
    sitting = Sitting(
        meeting_id=meeting_id, opened_at=now, opened_by=actor.member_id, last_activity_at=now
    )
    session.add(sitting)
    await session.flush()
    await sittings.take_part(session, meeting, actor, now=now)
    first = await sitting_items.following(session, meeting, None)
    await sitting_items.deal_with(session, meeting, sitting, first, now=now)
    await closing.plan(session, meeting, sitting, now=now)
    await write_ups.opened(session, meeting, now=now)
    await sitting_words.plan_end(session, meeting, now=now)
    # Answers are closed: what comes now is said under the new post.
    await meeting_posts.correct_posts(session, meeting, group.facts(), now=now)


async def _put_up(
    session: AsyncSession, meeting: Meeting, group: Group, asked_in: Place | None, *, now: datetime
) -> None:
    in_group = post.in_group(group.facts())
    await sitting_posts.put_up(session, meeting, in_group, now=now)
    if asked_in is not None and asked_in.chat_id != in_group.chat_id:
        await sitting_posts.put_up(session, meeting, asked_in, now=now)
    for other in await queries.open_in(session, stored_id(group)):
        if other.id != meeting.id:
            # From now on its post says which meeting it is.
            sitting_posts.show(session, other, now=now)
