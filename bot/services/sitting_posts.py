"""The live post of a meeting that is held: where it stands, and who is there."""

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import before_commit
from bot.domain.dates import wall_time
from bot.domain.sittings import SittingState
from bot.models import Group, Meeting, OutboxMessage, Sitting
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import carry_over, facilitation, sittings
from bot.rendering.keyboards import sittings as keyboards
from bot.rendering.messages import renderer
from bot.services import presence_lists
from bot.services.meeting_posts import locked

BOARD = "sitting"
"""The subject of the live post; replies to it are people talking to each other."""
BOARD_TEXT, OLDER_TEXT = "sittings/board.html", "sittings/older.html"


async def put_up(session: AsyncSession, meeting: Meeting, place: Place, *, now: datetime) -> None:
    """Post where a (locked) meeting stands; it is kept up to date until the meeting is over.

    What stands in the same chat from before only points down to it.
    """
    group = await session.get_one(Group, meeting.group_id)
    sitting = await session.get_one(Sitting, meeting.id)
    await _point_down(session, meeting, group, place.chat_id, now=now)
    facts = await _facts(session, meeting, sitting, group, now=now)
    await post.say(
        session,
        place,
        BOARD_TEXT,
        facts,
        now=now,
        # In private it is read in one language; in the group in whatever that has chosen by then.
        about=About(BOARD, stored_id(meeting), meeting.version, _kind(place, group)),
        keyboard=keyboards.board(facts["sitting"], facts["holders"], facts["carried"].count),
        is_live=True,
    )


def show(session: AsyncSession, meeting: Meeting, *, now: datetime) -> None:
    """Have what shows a (locked) meeting brought up to date before the commit: posts and lists.

    Fifty entries that share a transaction render it once.
    """
    meeting_id = stored_id(meeting)

    async def show(session: AsyncSession) -> None:
        meeting = await locked(session, meeting_id)
        group = await session.get_one(Group, meeting.group_id)
        sitting = await session.get_one(Sitting, meeting_id)
        facts = await _facts(session, meeting, sitting, group, now=now)
        for row in await post.live_messages(session, BOARD, meeting_id):
            languages = _languages(row, group)
            keyboard = keyboards.board(facts["sitting"], facts["holders"], facts["carried"].count)
            await post.revise(
                session,
                row,
                text=renderer().post(BOARD_TEXT, languages=languages, **facts),
                keyboard=post.buttons(keyboard, languages),
                now=now,
            )
        is_over = sitting.state is not SittingState.OPEN
        await presence_lists.show(session, meeting, is_over=is_over, now=now)

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


async def _point_down(
    session: AsyncSession, meeting: Meeting, group: Group, chat_id: int, *, now: datetime
) -> None:
    """Let the posts so far in a chat say that a newer one stands below, and change no more."""
    for row in await post.live_messages(session, BOARD, stored_id(meeting)):
        if row.chat_id != chat_id:
            continue
        if not post.has_lost_its_place(row):
            text = renderer().post(
                OLDER_TEXT, languages=_languages(row, group), group=group.facts()
            )
            await post.revise(session, row, text=text, keyboard=None, now=now)
        row.is_live = False


def _kind(place: Place, group: Group) -> str:
    return "board" if place.chat_id == group.chat_id else f"board:{place.languages[0]}"


def _languages(row: OutboxMessage, group: Group) -> tuple[str, ...]:
    _, _, language = row.kind.partition(":")
    return (language,) if language else tuple(group.languages)


async def _facts(
    session: AsyncSession, meeting: Meeting, sitting: Sitting, group: Group, *, now: datetime
) -> dict[str, Any]:
    return {
        "group": group.facts(),
        "sitting": await sittings.of_meeting(session, meeting, sitting),
        "local_now": wall_time(now, meeting.zone),
        "holders": await facilitation.holders(session, stored_id(meeting)),
        "carried": await carry_over.to(session, meeting, group),
    }
