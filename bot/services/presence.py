"""Checking in to a meeting that is held."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.attendance import NoOrganisation
from bot.domain.presence import How
from bot.domain.roles import Action, Actor
from bot.models import Membership, Organisation, Presence
from bot.services import sitting_posts, sittings


@dataclass(frozen=True)
class CheckedIn:
    """What became of a check-in."""

    organisation: str
    how: How
    is_counted: bool
    """False while nobody has confirmed that the person speaks for the organisation."""


async def check_in(
    session: AsyncSession, meeting_id: int, actor: Actor, how: How, *, now: datetime
) -> CheckedIn:
    """Note that somebody takes part; their last word counts, and when they came stays.

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
    rows = await session.execute(
        select(Presence).where(
            col(Presence.meeting_id) == meeting_id, col(Presence.member_id) == actor.member_id
        )
    )
    row = rows.scalar_one_or_none()
    if row is None:
        row = Presence(meeting_id=meeting_id, member_id=actor.member_id, arrived_at=now)
        session.add(row)
    row.organisation_id, row.how, row.entered_by = organisation.id, how, actor.member_id
    row.left_at = None
    sittings.touch(sitting, now)
    await session.flush()
    sitting_posts.show(session, meeting, now=now)
    return CheckedIn(organisation.name, how, place.is_confirmed)
