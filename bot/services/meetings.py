r"""Changing meetings that were announced.

[Move or cancel] -> question -- reply --> proposal (see there) -- tap "yes" --> moved
\-- tap "cancel" --> cancelled, and everybody is told
"""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import groups, meetings, roles
from bot.domain.dates import instant
from bot.domain.meetings import (
    State,
)
from bot.domain.roles import Action, Actor, Scope
from bot.domain.series import Rhythm
from bot.models import (
    Group,
    Meeting,
    Series,
)
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import meetings as queries
from bot.rendering import keyboards
from bot.services import occasions, proposals
from bot.services.meeting_posts import (
    CHANGE,
    MEETING,
    check_unchanged,
    close_questions,
    correct_posts,
    language_of,
    locked,
)

NOTICE = "meeting-notice"
"""The subject of the news that a meeting is cancelled: nothing is left to answer."""


async def offer_change(
    session: AsyncSession,
    meeting_id: int,
    actor: Actor,
    *,
    now: datetime,
    asked_in: Place | None = None,
    is_edited: bool = False,
) -> None:
    """Ask somebody who may change a meeting what they want to do with it: in the group, by default.

    `is_edited` says that they edited what they had written to plan it; then they are asked once.

    Raises:
        MeetingUnknown, MeetingStarted, MeetingCancelled: there is nothing left to change.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not change it.
    """
    meeting, group = await changeable(session, meeting_id, actor, now=now)
    if is_edited and await post.live_messages(session, CHANGE, meeting_id):
        return
    await post.say(
        session,
        asked_in or place_for(actor, group),
        "meetings/change.html",
        {
            "group": group.facts(),
            "meeting": meeting.facts(),
            "rhythm": await rhythm_of(session, meeting),
            "is_edited": is_edited,
        },
        now=now,
        about=About(CHANGE, meeting_id, meeting.version, "question"),
        keyboard=keyboards.change(
            meeting_id, meeting.version, is_of_series=meeting.series_id is not None
        ),
        expires_at=meeting.starts_at,
        is_live=True,
        is_silent=True,
    )


async def close_change(
    session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime
) -> None:
    """Take the question back: the meeting stays as it is."""
    _, group = await changeable(session, meeting_id, actor, now=now)
    await close_questions(
        session, (CHANGE, meeting_id), actor, group, "meetings/change_kept.html", now=now
    )


async def cancel(
    session: AsyncSession, meeting_id: int, version: int, actor: Actor, *, now: datetime
) -> None:
    """Cancel a meeting and tell everybody.

    Raises:
        MeetingChanged: the meeting was changed since the person looked at it.
        MeetingUnknown, MeetingStarted, MeetingCancelled: there is nothing left to cancel.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not cancel it.
    """
    meeting, group = await changeable(session, meeting_id, actor, now=now)
    check_unchanged(meeting, version, now)
    meeting.state = State.CANCELLED
    meeting.version += 1
    await session.flush()
    await occasions.cancel(session, subject=MEETING, subject_id=meeting_id, now=now)
    await post.withdraw(session, MEETING, meeting_id, before_version=meeting.version, now=now)
    await close_questions(
        session, (CHANGE, meeting_id), actor, group, "meetings/change_done.html", now=now
    )
    await proposals.drop_stale(session, meeting, actor, group, now=now)
    await correct_posts(session, meeting, group.facts(), now=now)
    await post.say(
        session,
        post.in_group(group.facts()),
        "meetings/cancelled.html",
        {"group": group.facts(), "meeting": meeting.facts()},
        now=now,
        about=About(NOTICE, meeting_id, meeting.version, "cancelled"),
        keyboard=keyboards.carried(meeting_id),
        is_unasked=True,
        expires_at=meeting.ends_at,
    )


async def rezone(session: AsyncSession, group: groups.Group, *, now: datetime) -> list[Meeting]:
    """Follow a group that lives by another zone: what is ahead keeps its hour on the clock.

    People agreed on "Thursday, 10:00" and read that in every post; so it stays true.
    """
    ahead = []
    for meeting_id in sorted(await queries.ahead(session, group.id, now)):
        meeting = await locked(session, meeting_id)
        meeting.zone = group.zone
        meeting.rezoned += 1
        meeting.starts_at = instant(meeting.wall_start, group.zone)
        meeting.ends_at = instant(meeting.wall_end, group.zone)
        ahead.append(meeting)
    await session.execute(
        update(Series)
        .where(col(Series.group_id) == group.id)
        .values(zone=group.zone, version=col(Series.version) + 1)
    )
    await session.flush()
    return ahead


async def changeable(
    session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime
) -> tuple[Meeting, Group]:
    """Return a (locked) meeting that `actor` may still change, and its group.

    Raises:
        MeetingUnknown, MeetingStarted, MeetingCancelled: there is nothing left to change.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not change it.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    roles.require(actor, Action.CHANGE_MEETING, Scope(group.coalition_id, stored_id(group)))
    meetings.check_open(meeting.facts(), now)
    return meeting, group


async def rhythm_of(session: AsyncSession, meeting: Meeting) -> Rhythm | None:
    """Return how a meeting comes again, if it belongs to a series."""
    if meeting.series_id is None:
        return None
    return (await session.get_one(Series, meeting.series_id)).facts().rhythm


def place_for(actor: Actor, group: Group) -> Place:
    """Return the group's chat, where one person is spoken to in their own language."""
    return Place(group.chat_id, (language_of(actor, group),), group.facts().thread_id)
