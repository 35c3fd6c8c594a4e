"""A meeting goes through the actions that earlier ones gave out, one card at a time."""

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import roles
from bot.domain.dates import wall_time
from bot.domain.plan import Point, PointState
from bot.domain.roles import Action, Actor
from bot.domain.sittings import NotOpen, SittingState
from bot.models import ActionPoint, Group, Meeting, Sitting
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import plan as queries
from bot.queries import sittings as sitting_queries
from bot.rendering.keyboards import plan as keyboards
from bot.services import plan, plan_posts, sittings
from bot.services.meeting_posts import locked

WALK = "plan-walk"
"""The subject of the message that shows them, one after the other; its version is the action."""
TEXT = "plan/walk.html"


async def step(
    session: AsyncSession,
    meeting_id: int,
    left: int,
    actor: Actor,
    place: Place,
    *,
    message_id: int | None = None,
    now: datetime,
) -> None:
    """Show the action behind the one that is `left`; with 0 the first one.

    The message that was tapped shows it, if one was; otherwise a new one does.

    Raises:
        MeetingUnknown, NotOpen: no meeting is held.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run it.
    """
    meeting, group = await _running(session, meeting_id, actor, now=now)
    behind = await _behind(session, meeting, left)
    facts = await _facts(session, behind[0] if behind else None, group, len(behind), now=now)
    keyboard = keyboards.walk(meeting_id, facts["point"])
    row = await plan_posts.tapped(session, WALK, place.chat_id, message_id) if left else None
    if row is not None:
        row.subject_version = facts["point"].id if facts["point"] else 0
        await plan_posts.rewrite(session, row, TEXT, facts, keyboard, now=now)
        return
    await _retire(session, meeting_id, place.chat_id, now=now)
    await post.say(
        session,
        place,
        TEXT,
        facts,
        now=now,
        about=About(
            WALK, meeting_id, facts["point"].id if facts["point"] else 0, place.languages[0]
        ),
        keyboard=keyboard,
        is_live=True,
        is_silent=True,
    )


async def note_state(
    session: AsyncSession,
    meeting_id: int,
    point_id: int,
    state: PointState,
    actor: Actor,
    *,
    place: Place,
    message_id: int | None,
    now: datetime,
) -> None:
    """Note what the meeting hears of an action, and go on to the next.

    Raises:
        MeetingUnknown, NotOpen, PointGone: there is nothing to be noted.
        NotAllowed, StrangerHere, AnonymousAdmin: the person does not run the meeting.
    """
    await _running(session, meeting_id, actor, now=now)
    await plan.set_state(session, point_id, state, actor, meeting_id=meeting_id, now=now)
    await step(session, meeting_id, point_id, actor, place, message_id=message_id, now=now)


async def go_on(
    session: AsyncSession, meeting_id: int, point_id: int, actor: Actor, *, now: datetime
) -> None:
    """Go on to the next action once a question about this one was answered."""
    for row in await post.live_messages(session, WALK, meeting_id):
        if row.subject_version == point_id:
            place = Place(row.chat_id, (row.kind,), row.thread_id)
            # Below the answer, where people are looking.
            await step(session, meeting_id, point_id, actor, place, now=now)


async def _running(
    session: AsyncSession, meeting_id: int, actor: Actor, *, now: datetime
) -> tuple[Meeting, Group]:
    meeting = await locked(session, meeting_id)
    group = await session.get_one(Group, meeting.group_id)
    scope = await sitting_queries.scope(session, meeting, group)
    roles.require(actor, Action.RUN_MEETING, scope)
    sitting = await session.get(Sitting, meeting_id, populate_existing=True)
    if sitting is None or sitting.state is not SittingState.OPEN:
        raise NotOpen
    sittings.touch(sitting, now)
    return meeting, group


async def _behind(session: AsyncSession, meeting: Meeting, left: int) -> tuple[Point, ...]:
    """Return the actions that come after one, which may be done by now; with 0 all of them.

    They come in the order of their numbers: another date must not move one past others.
    """
    found = await queries.open_in(session, meeting.group_id, before=meeting.starts_at)
    row = await session.get(ActionPoint, left) if left else None
    number = row.number if row is not None else 0
    return tuple(sorted((one for one in found if one.number > number), key=lambda one: one.number))


async def _facts(
    session: AsyncSession, point: Point | None, group: Group, remaining: int, *, now: datetime
) -> dict[str, Any]:
    facts = {
        "point": None,
        "reason": "",
        "report": None,
        "today": wall_time(now, group.zone).date(),
    }
    if point is not None:
        facts |= await plan_posts.card_facts(session, point, group, now=now)
    return facts | {"group": group.facts(), "remaining": remaining}


async def _retire(session: AsyncSession, meeting_id: int, chat_id: int, *, now: datetime) -> None:
    """Let what went through them before in a chat lose its buttons: the new one stands below."""
    for row in await post.live_messages(session, WALK, meeting_id):
        if row.chat_id == chat_id:
            await post.revise(session, row, text=row.text, keyboard=None, now=now)
            row.is_live = False
