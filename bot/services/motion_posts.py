"""The live posts of what is put to a vote: in the group, and on the one phone of a hall.

While a motion is open they say how many have answered, never who or what.
"""

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import before_commit
from bot.domain.motions import MotionState
from bot.domain.roles import Actor
from bot.models import Entry, Group, Meeting, Member, Motion, OutboxMessage
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import motions as queries
from bot.rendering.keyboards import motions as keyboards
from bot.rendering.messages import renderer
from bot.services.meeting_posts import locked

MOTION = "motion"
"""The subject of a motion's posts."""
IN_GROUP = "motion"
"""The kind of the post in the group; that of one in private is its language."""
TEXT, OLDER = "motions/motion.html", "motions/older.html"


async def put_up(
    session: AsyncSession,
    motion: Motion,
    meeting: Meeting,
    place: Place,
    *,
    now: datetime,
    is_silent: bool = False,
) -> None:
    """Post a motion of a (locked) meeting; it is kept up to date until it is decided.

    What stands in the same chat from before only points down to it.
    """
    older = {"text": motion.text, "is_open": motion.state is MotionState.OPEN}
    facts = await _facts(session, motion, meeting)
    group = await session.get_one(Group, meeting.group_id)
    for row in await post.live_messages(session, MOTION, stored_id(motion)):
        if row.chat_id != place.chat_id:
            continue
        if not post.has_lost_its_place(row):
            text = renderer().post(OLDER, languages=_languages(row, group), **older)
            await post.revise(session, row, text=text, keyboard=None, now=now)
        row.is_live = False
    is_in_group = place.chat_id < 0
    await post.say(
        session,
        place,
        TEXT,
        facts,
        now=now,
        about=About(MOTION, stored_id(motion), 1, IN_GROUP if is_in_group else place.languages[0]),
        keyboard=keyboards.motion(facts["motion"]),
        is_live=True,
        is_silent=is_silent,
    )


async def bring_result(
    session: AsyncSession,
    motion: Motion,
    meeting: Meeting,
    actor: Actor,
    tapped: tuple[int, int | None],
    *,
    now: datetime,
) -> None:
    """Bring what was just read back to those who look for it in private.

    That is whoever put it to the vote, or closed it, and whoever writes this meeting down from
    their private chat. `tapped` is the chat and the message whose button closed it: who looks at it
    there needs no second one.
    """
    group = await session.get_one(Group, meeting.group_id)
    rows = await post.live_messages(session, MOTION, stored_id(motion))
    shown = {row.chat_id for row in rows if (row.chat_id, row.message_id) == tapped}
    writers = await queries.writers_in_private(session, motion)
    for member_id in sorted({motion.opened_by or 0, actor.member_id or 0, *writers} - {0}):
        member = await session.get_one(Member, member_id)
        is_in_group = member.id == actor.member_id and tapped[0] != member.telegram_id
        if is_in_group or member.telegram_id in shown or not member.has_started:
            continue
        place = Place(member.telegram_id, (member.language or group.languages[0],))
        await put_up(session, motion, meeting, place, now=now, is_silent=True)


def show(session: AsyncSession, motion: Motion, *, now: datetime, asks_review: bool = True) -> None:
    """Have the posts of a motion of a (locked) meeting brought up to date before the commit.

    Sixty ballots that share a transaction render them once.
    """
    motion_id, meeting_id = stored_id(motion), motion.meeting_id

    async def show(session: AsyncSession) -> None:
        meeting = await locked(session, meeting_id)
        motion = await session.get_one(Motion, motion_id)
        group = await session.get_one(Group, meeting.group_id)
        facts = await _facts(session, motion, meeting)
        keyboard = keyboards.motion(facts["motion"], asks_review=asks_review)
        for row in await post.live_messages(session, MOTION, motion_id):
            languages = _languages(row, group)
            await post.revise(
                session,
                row,
                text=renderer().post(TEXT, languages=languages, **facts),
                keyboard=post.buttons(keyboard, languages),
                now=now,
                expires_at=now + post.REPLIES_EXPIRE,
            )

    before_commit(session, f"{MOTION}:{motion_id}", show)


async def show_origin(session: AsyncSession, entry: Entry, *, now: datetime) -> None:
    """Have the posts of the motion of which a decision came say whether it still stands."""
    if entry.motion_id is not None:
        show(session, await session.get_one(Motion, entry.motion_id), now=now)


async def withdraw(session: AsyncSession, meeting: Meeting, *, now: datetime) -> None:
    """Withdraw what a (locked) meeting that ends has put to the vote and not decided."""
    for motion in await queries.of_state(session, stored_id(meeting), queries.UNDECIDED):
        motion.state, motion.closed_at = MotionState.WITHDRAWN, now
        show(session, motion, now=now)
    await session.flush()


def _languages(row: OutboxMessage, group: Group) -> tuple[str, ...]:
    return tuple(group.languages) if row.kind == IN_GROUP else (row.kind,)


async def _facts(session: AsyncSession, motion: Motion, meeting: Meeting) -> dict[str, Any]:
    return {"motion": await queries.facts(session, motion, meeting)}
