"""Minutes: drafted when a meeting ends, approved in private, published in the group."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import roles
from bot.domain.minutes import MinutesOut, MinutesState, MinutesUnknown
from bot.domain.roles import Action, Actor
from bot.models import Group, Meeting, Minutes
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About
from bot.queries import minutes as queries
from bot.queries import sittings as sitting_queries
from bot.rendering.keyboards import sittings as keyboards
from bot.rendering.messages import renderer
from bot.services import members
from bot.services.meeting_posts import locked

DRAFT, MINUTES = "minutes-draft", "minutes"
"""The subjects of the private draft, and of the minutes in the group."""


async def draft(session: AsyncSession, meeting: Meeting, *, now: datetime) -> None:
    """Draft the minutes of a (locked) meeting that is over, and show them to who approves them."""
    group = await session.get_one(Group, meeting.group_id)
    record = await queries.record(session, meeting)
    minutes = Minutes(
        meeting_id=stored_id(meeting),
        group_id=stored_id(group),
        serial=record.serial,
        drafted_at=now,
    )
    session.add(minutes)
    await session.flush()
    for member in await queries.approvers(session, meeting, group):
        language = member.language or group.languages[0]
        await members.tell(
            session,
            member,
            "minutes/draft.html",
            {"group": group.facts(), "record": record},
            now=now,
            about=About(DRAFT, stored_id(meeting), minutes.version, language),
            keyboard=keyboards.draft(stored_id(meeting), minutes.version),
            is_live=True,
        )


async def redraft(session: AsyncSession, meeting: Meeting, *, now: datetime) -> None:
    """Let the live drafts of the minutes of a (locked) meeting say what is true now."""
    group = await session.get_one(Group, meeting.group_id)
    record = await queries.record(session, meeting)
    for row in await post.live_messages(session, DRAFT, stored_id(meeting)):
        text = renderer().text(
            "minutes/draft.html", language=row.kind, group=group.facts(), record=record
        )
        keyboard = keyboards.draft(stored_id(meeting), row.subject_version)
        buttons = post.buttons(keyboard, (row.kind,))
        await post.revise(session, row, text=text, keyboard=buttons, now=now)


async def approve(
    session: AsyncSession, meeting_id: int, version: int, actor: Actor, *, now: datetime
) -> None:
    """Approve a draft as a whole, and publish it; twice is once.

    Raises:
        MinutesUnknown: there is no such draft.
        MinutesOut: it is out already.
        NotAllowed, StrangerHere, AnonymousAdmin: the person may not approve it.
    """
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    scope = await sitting_queries.scope(session, meeting, group)
    roles.require(actor, Action.APPROVE_MINUTES, scope)
    minutes = await queries.latest(session, meeting_id)
    if minutes is None or minutes.version != version:
        raise MinutesUnknown
    if minutes.state not in {MinutesState.DRAFT, MinutesState.CIRCULATED}:
        raise MinutesOut
    minutes.fix(await queries.record(session, meeting))
    minutes.state = MinutesState.PUBLISHED
    minutes.approved_at, minutes.approved_by, minutes.published_at = now, actor.member_id, now
    await session.flush()
    await _publish(session, minutes, group, now=now)
    await _close_drafts(session, minutes, group, now=now)


async def _publish(session: AsyncSession, minutes: Minutes, group: Group, *, now: datetime) -> None:
    await post.say(
        session,
        post.in_group(group.facts()),
        "minutes/minutes.html",
        {"record": minutes.record()},
        now=now,
        about=About(MINUTES, minutes.meeting_id, minutes.version, "minutes"),
        keyboard=keyboards.minutes(minutes.meeting_id, minutes.version),
        is_unasked=True,
    )


async def _close_drafts(
    session: AsyncSession, minutes: Minutes, group: Group, *, now: datetime
) -> None:
    """Let the private drafts say that the minutes are out."""
    for row in await post.live_messages(session, DRAFT, minutes.meeting_id):
        text = renderer().text(
            "minutes/approved.html",
            language=row.kind,
            group=group.facts(),
            record=minutes.record(),
        )
        await post.revise(session, row, text=text, keyboard=None, now=now)
