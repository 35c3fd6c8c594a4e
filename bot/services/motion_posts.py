"""The live posts of what is put to a vote: in the group, and on the one phone of a hall.

While a motion is open they say how many have answered, never who or what.
"""

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import before_commit
from bot.domain.motions import MotionState
from bot.models import Group, Meeting, Motion, OutboxMessage
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
    session: AsyncSession, motion: Motion, meeting: Meeting, place: Place, *, now: datetime
) -> None:
    """Post a motion of a (locked) meeting; it is kept up to date until it is decided.

    What stands in the same chat from before only points down to it.
    """
    facts = await _facts(session, motion, meeting)
    group = await session.get_one(Group, meeting.group_id)
    for row in await post.live_messages(session, MOTION, stored_id(motion)):
        if row.chat_id != place.chat_id:
            continue
        if not post.has_lost_its_place(row):
            text = renderer().post(OLDER, languages=_languages(row, group), text=motion.text)
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
    )


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
