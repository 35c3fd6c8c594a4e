"""Holding a meeting: it is opened, led from item to item, and closed."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import roles
from bot.domain import sittings as rules
from bot.domain.agenda import DEFAULT_MINUTES, ItemState, Line
from bot.domain.dates import wall_time
from bot.domain.meetings import Meeting as MeetingFacts
from bot.domain.meetings import MeetingCancelled, MeetingUnknown, State
from bot.domain.roles import Action, Actor, Role, Scope
from bot.domain.sittings import (
    AlreadyOpen,
    Ending,
    NothingToOpen,
    NotOpen,
    SittingClosed,
    SittingState,
)
from bot.domain.sittings import Sitting as SittingFacts
from bot.domain.write_ups import closed_at
from bot.models import (
    AgendaItem,
    Group,
    Meeting,
    Membership,
    Occasion,
    OccasionState,
    Presence,
    Seat,
    Sitting,
    SittingItem,
)
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import Place
from bot.queries import agenda, presence
from bot.queries import sittings as queries
from bot.rendering.messages import renderer
from bot.services import (
    agenda_sheets,
    closing,
    meeting_posts,
    minutes,
    motion_posts,
    occasions,
    sitting_posts,
    sitting_words,
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

    @property
    def is_clear(self) -> bool:
        """Tell whether only one meeting can be meant."""
        return len(self.opened) + len(self.planned) == 1


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


async def check_runs_any(
    session: AsyncSession, group: Group, door: AtTheDoor, actor: Actor
) -> None:
    """Refuse whoever runs none of the meetings that /open may mean.

    Raises:
        NotAllowed, StrangerHere, AnonymousAdmin: see there.
    """
    scope = Scope(group.coalition_id, stored_id(group))
    for facts in (*door.opened, *door.planned):
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
    meeting, _ = await acting(session, meeting_id, actor, Action.RUN_MEETING, now=now)
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
    await take_part(session, meeting, actor, now=now)
    await _go_to(session, meeting, sitting, await _following(session, meeting, None), now=now)
    await closing.plan(session, meeting, sitting)
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


async def move_on(
    session: AsyncSession, meeting_id: int, seen: int | None, actor: Actor, *, now: datetime
) -> None:
    """Leave an item for the next one; `seen` is the item that the person saw as the current one.

    Twice is once: whoever taps a moment later has seen what is over already.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: there is nothing to lead.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, sitting = await acting(session, meeting_id, actor, Action.RUN_MEETING, now=now)
    if sitting.item_id != seen:
        return
    following = await _following(session, meeting, sitting.item_id)
    await _leave(session, meeting, sitting, now=now)
    await _go_to(session, meeting, sitting, following, now=now)
    sitting_posts.show(session, meeting, now=now)


async def stands(session: AsyncSession, meeting_id: int) -> SittingFacts:
    """Return where a meeting stands that was opened."""
    meeting = await session.get_one(Meeting, meeting_id)
    return await queries.of_meeting(session, meeting, await session.get_one(Sitting, meeting_id))


async def go_to(
    session: AsyncSession, meeting_id: int, said: str, actor: Actor, *, now: datetime
) -> None:
    """Go on to the item that somebody names by its number or its words; back again is allowed.

    Raises:
        NoSuchItem: there is none, or there are several.
        MeetingUnknown, NotOpen, SittingClosed: there is nothing to lead.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, sitting = await acting(session, meeting_id, actor, Action.RUN_MEETING, now=now)
    items = await queries.timed(session, meeting)
    wanted = rules.named_item(items, said, renderer().agenda_words)
    if wanted == sitting.item_id:
        return
    await _leave(session, meeting, sitting, now=now)
    await _go_to(session, meeting, sitting, await session.get_one(AgendaItem, wanted), now=now)
    sitting_posts.show(session, meeting, now=now)


async def add_item(
    session: AsyncSession,
    meeting_id: int,
    line: Line,
    actor: Actor,
    *,
    source: tuple[int, int],
    now: datetime,
) -> None:
    """Put an item on the agenda of a meeting that goes on, and deal with it now.

    The same message brings it once, and corrects it afterwards.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: there is nothing to lead.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, sitting = await acting(session, meeting_id, actor, Action.RUN_MEETING, now=now)
    group = await session.get_one(Group, meeting.group_id)
    item = await agenda.of_message(session, *source)
    if item is not None:
        item.title, item.minutes = line.title, line.minutes or item.minutes
        item.presenter, item.is_off_record = line.presenter, line.is_off_record
        await sitting_words.plan_item(session, meeting, sitting, now=now)
        sitting_posts.show(session, meeting, now=now)
        return
    order = [one.item.id for one in await queries.timed(session, meeting)]
    item = AgendaItem(
        group_id=stored_id(group),
        meeting_id=meeting_id,
        title=line.title,
        minutes=line.minutes or DEFAULT_MINUTES,
        presenter=line.presenter,
        is_off_record=line.is_off_record,
        author_id=actor.member_id,
        source_chat_id=source[0],
        source_message_id=source[1],
        state=ItemState.ACCEPTED,
    )
    session.add(item)
    await session.flush()
    await agenda_sheets.touch(session, meeting, item)
    item.since = item.version
    at = order.index(sitting.item_id) + 1 if sitting.item_id in order else len(order)
    await agenda_sheets.arrange(session, [*order[:at], stored_id(item), *order[at:]])
    await _leave(session, meeting, sitting, now=now)
    await _go_to(session, meeting, sitting, item, now=now)
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
    await sitting_words.cancel(session, stored_id(meeting), now=now)
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


async def acting(
    session: AsyncSession, meeting_id: int, actor: Actor, action: Action, *, now: datetime
) -> tuple[Meeting, Sitting]:
    """Return a meeting as `running` does, for what only somebody does who takes part in it.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: it is not open (any more).
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not.
    """
    meeting, sitting = await running(session, meeting_id, actor, action)
    await take_part(session, meeting, actor, now=now)
    return meeting, sitting


async def take_part(
    session: AsyncSession, meeting: Meeting, actor: Actor, *, now: datetime
) -> None:
    """Note that somebody is at a (locked) open meeting who acts in it and speaks for a seat.

    What was noted of them stays, also that they left; whoever waits to be confirmed, an office's
    phone, and the coordination team have to say it themselves.
    """
    place = await session.get(Membership, (meeting.group_id, actor.member_id))
    if place is None or not place.is_confirmed or place.is_office or place.left_at:
        return
    seat = await session.get(Seat, (meeting.group_id, place.organisation_id))
    if seat is None or place.role is Role.OBSERVER:
        return
    if await presence.of_member(session, stored_id(meeting), place.member_id) is not None:
        return
    session.add(
        Presence(
            meeting_id=stored_id(meeting),
            organisation_id=place.organisation_id,
            member_id=place.member_id,
            arrived_at=now,
            entered_by=place.member_id,
        )
    )
    await session.flush()
    sitting_posts.show(session, meeting, now=now)


async def is_open(session: AsyncSession, meeting_id: int) -> bool:
    """Tell whether a (locked) meeting is held now."""
    sitting = await session.get(Sitting, meeting_id, populate_existing=True)
    return sitting is not None and sitting.state is SittingState.OPEN


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
    await sitting_words.plan_item(session, meeting, sitting, now=now)
