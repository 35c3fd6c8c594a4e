"""Who is at a meeting: they check in, or somebody says it for the whole room.

Until the minutes are out, whoever runs the meeting can correct who was there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import roles
from bot.domain.attendance import NoOrganisation
from bot.domain.minutes import MinutesOut
from bot.domain.presence import How, Mark, NotHere, Stage
from bot.domain.roles import Action, Actor
from bot.domain.sittings import SittingState
from bot.models import Group, Meeting, Membership, Organisation, Presence, Sitting
from bot.outbox.post import Place
from bot.queries import presence as queries
from bot.queries import rolls
from bot.queries import sittings as sitting_queries
from bot.services import minutes, presence_lists, sitting_posts, sittings
from bot.services.meeting_posts import locked

MOMENT = timedelta(seconds=1)
"""At least so long somebody was there who left; nobody knows better."""


@dataclass(frozen=True)
class CheckedIn:
    """What became of a check-in."""

    organisation: str
    how: How
    is_counted: bool
    """False while nobody has confirmed that the person speaks for the organisation."""


async def check_in(
    session: AsyncSession,
    meeting_id: int,
    actor: Actor,
    how: How,
    *,
    now: datetime,
    since: datetime | None = None,
) -> CheckedIn:
    """Note that somebody takes part; their last word counts, and when they came stays.

    Unless they say `since` when they are here; who was gone by then is back.

    An office's phone speaks for its organisation, but for no person of it.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: there is nothing to come to.
        NoOrganisation: the person speaks for no organisation in this group.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not.
    """
    meeting, sitting = await sittings.running(session, meeting_id, actor, Action.CHECK_IN)
    place = await session.get(Membership, (meeting.group_id, actor.member_id))
    organisation = await session.get(Organisation, place.organisation_id) if place else None
    if place is None or organisation is None:
        raise NoOrganisation
    row = await queries.of_member(session, meeting_id, actor.member_id)
    if row is None and place.is_confirmed and not place.is_office:
        # "Somebody of them", whom the secretary noted, has a name now.
        row = await queries.unnamed(session, meeting_id, organisation.id or 0)
        if row is not None:
            row.member_id = actor.member_id
    if row is None:
        row = Presence(meeting_id=meeting_id, member_id=actor.member_id, arrived_at=now)
        session.add(row)
    elif is_slip(row):
        row.arrived_at = now
    if since is not None and not (row.left_at and row.left_at <= since):
        row.arrived_at = since
    row.organisation_id, row.how, row.entered_by = organisation.id, how, actor.member_id
    row.left_at, row.is_counted = None, place.is_confirmed
    await changed(session, meeting, sitting, now=now)
    return CheckedIn(organisation.name, how, is_counted=place.is_confirmed)


async def leave(
    session: AsyncSession,
    meeting_id: int,
    actor: Actor,
    *,
    now: datetime,
    at: datetime | None = None,
) -> None:
    """Note that somebody leaves a meeting which goes on, or left `at` a time; twice is once.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: there is nothing to leave.
        NotHere: they never came.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not.
    """
    meeting, sitting = await sittings.running(session, meeting_id, actor, Action.CHECK_IN)
    row = await queries.of_member(session, meeting_id, actor.member_id)
    if row is None or is_slip(row):
        raise NotHere
    if row.left_at is None or at is not None:
        row.left_at = later(row, at or now)
        await changed(session, meeting, sitting, now=now)


async def mark(
    session: AsyncSession,
    meeting_id: int,
    organisation_id: int,
    said: Mark,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Let whoever runs a meeting say how an organisation takes part, or that it does not.

    Who is entered before the roll was called was there from the beginning; who comes later, later.
    Of a meeting that is over, the times that are known stay.

    Raises:
        NoOrganisation: the organisation has no seat in the group (any more).
        others: see `noting`.
    """
    meeting, sitting = await noting(session, meeting_id, actor, now=now)
    seats = await rolls.seated(session, meeting.group_id)
    if organisation_id not in seats:
        raise NoOrganisation
    is_over = sitting.state is not SittingState.OPEN
    # Who waits to be confirmed stands apart, also when the organisation comes.
    waiting = {one.id for one in await queries.people(session, meeting) if not one.is_counted}
    noted = [
        row
        for row in await queries.rows(session, meeting_id, organisation_id)
        if row.id not in waiting
    ]
    here = [row for row in noted if row.left_at is None or (is_over and not is_slip(row))]
    if said.how is not None and not here:
        here = noted[-1:] or [await enter(session, sitting, now=now)]
        if is_slip(here[0]):
            here[0].arrived_at, here[0].left_at = await arrival(session, sitting, now=now), None
    for row in here:
        row.organisation_id = organisation_id
        if is_over and said.how is not None:
            row.how = said.how
        else:
            _set(row, said, now=now)
        row.entered_by = row.entered_by or actor.member_id
    await changed(session, meeting, sitting, organisation=seats[organisation_id], now=now)


async def mark_guest(
    session: AsyncSession, presence_id: int, said: Mark, actor: Actor, *, now: datetime
) -> int:
    """Say of a guest that they left, or that they were noted by a slip; return the meeting.

    Raises:
        NotHere: nobody was noted so, or it is too late to leave.
        others: see `noting`.
    """
    found = await session.get(Presence, presence_id)
    if found is None:
        raise NotHere
    meeting, sitting = await noting(session, found.meeting_id, actor, now=now)
    if said is Mark.LEFT and sitting.state is not SittingState.OPEN:
        raise NotHere
    _set(await session.get_one(Presence, presence_id), said, now=now)
    await changed(session, meeting, sitting, now=now)
    return found.meeting_id


async def confirm_all(
    session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime
) -> None:
    """Confirm everybody who is noted: the roll was called, and whoever is noted later came later.

    Whoever waits to be confirmed for an organisation still does.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: the meeting is not open.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, sitting = await sittings.acting(
        session, meeting_id, actor, Action.RUN_MEETING, now=now
    )
    for one in await queries.people(session, meeting):
        row = await session.get_one(Presence, one.id)
        if one.is_counted and row.confirmed_by is None:
            row.confirmed_by = actor.member_id
    await changed(session, meeting, sitting, now=now)


async def open_list(
    session: AsyncSession, meeting_id: int, actor: Actor, place: Place, *, now: datetime
) -> bool:
    """Give whoever runs a meeting the list of who is there; return whether it stands in private.

    Raises:
        MeetingUnknown, NotOpen and others: see `noting`.
    """
    meeting, sitting = await noting(session, meeting_id, actor, now=now)
    return await presence_lists.say(session, meeting, sitting, actor, place, now=now)


async def turn_list(
    session: AsyncSession,
    meeting_id: int,
    actor: Actor,
    message: tuple[int, int | None],
    page: int,
    *,
    is_leaving: bool,
    now: datetime,
) -> None:
    """Show another page of a list, or let its taps say who left.

    Raises:
        MeetingUnknown, NotOpen and others: see `noting`.
    """
    meeting, sitting = await noting(session, meeting_id, actor, now=now)
    await presence_lists.turn(
        session, meeting, sitting, message, page, is_leaving=is_leaving, now=now
    )


async def turn_board(
    session: AsyncSession,
    meeting_id: int,
    actor: Actor,
    message: tuple[int, int | None],
    *,
    is_turned: bool,
    now: datetime,
) -> None:
    """Show the buttons that are seldom needed under the post of a meeting, or the usual ones.

    Raises:
        MeetingUnknown, NotOpen, SittingClosed: it is not open.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may do nothing in it.
    """
    meeting, _ = await sittings.running(session, meeting_id, actor, Action.CHECK_IN)
    await sitting_posts.turn(session, meeting, message, is_turned=is_turned, now=now)


async def noting(
    session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime
) -> tuple[Meeting, Sitting]:
    """Return a meeting (locked) of which somebody says who is there.

    Until its minutes are out that can be one that is over: then they say who was.

    Raises:
        MinutesOut: it is over, and its minutes are out.
        MeetingUnknown, NotOpen, SittingClosed: it was not held.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting = await locked(session, meeting_id)
    sitting = await session.get(Sitting, meeting_id, populate_existing=True)
    if sitting is None or sitting.state is not SittingState.CLOSED:
        return await sittings.acting(session, meeting_id, actor, Action.RUN_MEETING, now=now)
    group = await session.get_one(Group, meeting.group_id)
    scope = await sitting_queries.scope(session, meeting, group)
    roles.require(actor, Action.RUN_MEETING, scope)
    if await sitting_queries.stage(session, sitting) is Stage.OUT:
        raise MinutesOut
    return meeting, sitting


async def changed(
    session: AsyncSession,
    meeting: Meeting,
    sitting: Sitting,
    *,
    organisation: str = "",
    now: datetime,
) -> None:
    """Have everything say who is, or was, there; of a meeting that is over the draft does, too."""
    if sitting.state is SittingState.OPEN:
        sittings.touch(sitting, now)
    await session.flush()
    sitting_posts.show(session, meeting, now=now)
    if sitting.state is not SittingState.OPEN:
        await minutes.room_corrected(session, meeting, organisation=organisation, now=now)


async def enter(session: AsyncSession, sitting: Sitting, *, now: datetime) -> Presence:
    """Note somebody whom the secretary names now."""
    row = Presence(
        meeting_id=sitting.meeting_id, arrived_at=await arrival(session, sitting, now=now)
    )
    session.add(row)
    await session.flush()
    return row


async def arrival(session: AsyncSession, sitting: Sitting, *, now: datetime) -> datetime:
    """Return when somebody came whom the secretary notes now.

    Of a meeting that is over they were there from the beginning, unless it is said when they came.
    """
    if sitting.state is not SittingState.OPEN:
        return sitting.opened_at
    is_called = await queries.is_called(session, sitting.meeting_id)
    return now if is_called else sitting.opened_at


def is_slip(row: Presence) -> bool:
    """Tell whether somebody was noted by mistake, and was never there."""
    return row.left_at == row.arrived_at


def later(row: Presence, now: datetime) -> datetime:
    """Return when somebody left; who leaves in the moment in which they came was there."""
    return max(now, row.arrived_at + MOMENT)


def _set(row: Presence, said: Mark, *, now: datetime) -> None:
    if said.how is not None:
        row.how, row.left_at = said.how, None
    elif said is Mark.AWAY:
        row.left_at = row.arrived_at
    elif row.left_at is None:
        row.left_at = later(row, now)
