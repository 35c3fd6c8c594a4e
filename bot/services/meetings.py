r"""Changing meetings that were announced.

[Move or cancel] -> question -- reply --> proposal (see there) -- tap "yes" --> moved
\-- tap "cancel" --> sure? -- tap "yes" --> cancelled, and everybody is told
"""

from datetime import datetime
from typing import Any

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
    OutboxMessage,
    Series,
)
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import meetings as queries
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import occasions, proposals
from bot.services.meeting_posts import (
    CHANGE,
    MEETING,
    check_not_begun,
    check_unchanged,
    close_questions,
    correct_posts,
    language_of,
    locked,
)

SURE_TO_CANCEL, SURE_TO_END = "sure-to-cancel", "sure-to-end"
"""The questions whether a meeting, or all from it on, is really to be cancelled."""
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


async def ask_to_cancel(
    session: AsyncSession, meeting_id: int, actor: Actor, place: Place, *, now: datetime
) -> None:
    """Ask whether a meeting is really to be cancelled: alone or, if it comes again, with the rest.

    Raises:
        MeetingUnknown, MeetingStarted, MeetingCancelled: there is nothing left to cancel.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not cancel it.
    """
    meeting, group = await changeable(session, meeting_id, actor, now=now)
    is_of_series = meeting.series_id is not None
    version = meeting.version
    await post.say(
        session,
        place,
        "meetings/cancel_which.html" if is_of_series else "meetings/sure_to_cancel.html",
        {"group": group.facts(), "meeting": meeting.facts()},
        now=now,
        about=About(CHANGE, meeting_id, version, "question" if is_of_series else SURE_TO_CANCEL),
        keyboard=keyboards.change(meeting_id, version, is_of_series=True)
        if is_of_series
        else keyboards.sure_to_cancel(meeting_id, version),
        expires_at=meeting.starts_at,
        is_live=True,
        is_silent=True,
    )


async def offer_cancel(
    session: AsyncSession,
    meeting_id: int,
    version: int,
    actor: Actor,
    *,
    message: tuple[int, int | None],
    now: datetime,
) -> None:
    """Ask once more, in the message that was tapped, before a meeting is cancelled.

    Raises:
        MeetingChanged: the meeting was changed since the person looked at it.
        MeetingUnknown, MeetingStarted, MeetingCancelled: there is nothing left to cancel.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not cancel it.
    """
    meeting, group = await changeable(session, meeting_id, actor, now=now)
    check_unchanged(meeting, version, now)
    language = language_of(actor, group)
    text = renderer().text(
        "meetings/sure_to_cancel.html",
        language=language,
        group=group.facts(),
        meeting=meeting.facts(),
    )
    keyboard = post.buttons(keyboards.sure_to_cancel(meeting_id, version), [language])
    await ask_if_sure(session, meeting, SURE_TO_CANCEL, text, keyboard, message=message, now=now)


async def ask_if_sure(
    session: AsyncSession,
    meeting: Meeting,
    kind: str,
    text: str,
    keyboard: dict[str, Any] | None,
    *,
    message: tuple[int, int | None],
    now: datetime,
) -> None:
    """Put a second question in the place of the question what to change; a "yes" answers it.

    What another lead was asked stays: it is in their language, and they did not tap.
    """
    for row in await post.live_messages(session, CHANGE, stored_id(meeting)):
        if (row.chat_id, row.message_id) == message:
            row.kind, row.subject_version = kind, meeting.version
            await post.revise(session, row, text=text, keyboard=keyboard, now=now)


async def asked_in(
    session: AsyncSession, chat_id: int, message_id: int | None, meeting_id: int
) -> OutboxMessage | None:
    """Return the message that asks whether a meeting is really to be cancelled, if it is this."""
    return next(
        (
            message
            for message in await post.live_messages(session, CHANGE, meeting_id)
            if (message.chat_id, message.message_id) == (chat_id, message_id)
            and message.kind in (SURE_TO_CANCEL, SURE_TO_END)
        ),
        None,
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
    await check_not_begun(session, meeting)
    return meeting, group


async def rhythm_of(session: AsyncSession, meeting: Meeting) -> Rhythm | None:
    """Return how a meeting comes again, if it belongs to a series."""
    if meeting.series_id is None:
        return None
    return (await session.get_one(Series, meeting.series_id)).facts().rhythm


def place_for(actor: Actor, group: Group) -> Place:
    """Return the group's chat, where one person is spoken to in their own language."""
    return Place(group.chat_id, (language_of(actor, group),), group.facts().thread_id)
