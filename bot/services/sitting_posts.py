"""The live post of a meeting that is held: where it stands, and who is there."""

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import before_commit
from bot.models import Group, Meeting, Sitting
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import carry_over, facilitation, sittings
from bot.rendering.keyboards import sittings as keyboards
from bot.rendering.messages import renderer
from bot.services.meeting_posts import locked

BOARD = "sitting"
"""The subject of the live post; replies to it are people talking to each other."""
BOARD_TEXT = "sittings/board.html"


async def put_up(session: AsyncSession, meeting: Meeting, place: Place, *, now: datetime) -> None:
    """Post where a (locked) meeting stands; it is kept up to date until the meeting is over."""
    group = await session.get_one(Group, meeting.group_id)
    sitting = await session.get_one(Sitting, meeting.id)
    facts = await _facts(session, meeting, sitting, group)
    await post.say(
        session,
        place,
        BOARD_TEXT,
        facts,
        now=now,
        about=About(BOARD, stored_id(meeting), meeting.version, "board"),
        keyboard=keyboards.board(facts["sitting"]),
        is_live=True,
    )


def show(session: AsyncSession, meeting: Meeting, *, now: datetime) -> None:
    """Have the live post of a (locked) meeting brought up to date before the commit.

    Fifty entries that share a transaction render it once.
    """
    meeting_id = stored_id(meeting)

    async def show(session: AsyncSession) -> None:
        meeting = await locked(session, meeting_id)
        group = await session.get_one(Group, meeting.group_id)
        sitting = await session.get_one(Sitting, meeting_id)
        facts = await _facts(session, meeting, sitting, group)
        for row in (await post.live_messages(session, BOARD, meeting_id))[-1:]:
            languages = tuple(group.languages)
            await post.revise(
                session,
                row,
                text=renderer().post(BOARD_TEXT, languages=languages, **facts),
                keyboard=post.buttons(keyboards.board(facts["sitting"]), languages),
                now=now,
            )

    before_commit(session, f"{BOARD}:{meeting_id}", show)


async def tell_forgotten(
    session: AsyncSession, meeting: Meeting, sitting: Sitting, *, now: datetime
) -> None:
    """Tell the group, without a sound, that a meeting was closed by itself, and as of when."""
    group = (await session.get_one(Group, meeting.group_id)).facts()
    await post.say(
        session,
        post.in_group(group),
        "sittings/forgotten.html",
        {"group": group, "sitting": await sittings.of_meeting(session, meeting, sitting)},
        now=now,
        is_silent=True,
        is_unasked=True,
    )


async def _facts(
    session: AsyncSession, meeting: Meeting, sitting: Sitting, group: Group
) -> dict[str, Any]:
    return {
        "group": group.facts(),
        "sitting": await sittings.of_meeting(session, meeting, sitting),
        "holders": await facilitation.holders(session, stored_id(meeting)),
        "carried": await carry_over.to(session, meeting, group),
    }
