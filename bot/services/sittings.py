"""A meeting that is held: whether it is open, who may do something in it, and who takes part."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import roles
from bot.domain.roles import Action, Actor, Role
from bot.domain.sittings import NotOpen, SittingClosed, SittingState
from bot.domain.sittings import Sitting as SittingFacts
from bot.models import Group, Meeting, Membership, Presence, Seat, Sitting
from bot.models.columns import stored_id
from bot.queries import presence
from bot.queries import sittings as queries
from bot.services import sitting_posts
from bot.services.meeting_posts import locked


async def stands(session: AsyncSession, meeting_id: int) -> SittingFacts:
    """Return where a meeting stands that was opened."""
    meeting = await session.get_one(Meeting, meeting_id)
    return await queries.of_meeting(session, meeting, await session.get_one(Sitting, meeting_id))


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
