"""The live post of a meeting that is held: where it stands, and who is there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import before_commit
from bot.domain import sittings as rules
from bot.domain.dates import wall_time
from bot.domain.sittings import Ending, SittingState
from bot.models import Group, Meeting, OutboxMessage, Sitting
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import carry_over, facilitation, minutes, sittings
from bot.rendering.keyboards import sittings as keyboards
from bot.rendering.keyboards.button import Keyboard
from bot.rendering.messages import renderer
from bot.services import presence_lists
from bot.services.meeting_posts import locked

BOARD = "sitting"
"""The subject of the live post; replies to it are people talking to each other."""
TURNED = "more"
"""Stands behind the kind of a post whose other buttons show."""
BOARD_TEXT, OLDER_TEXT = "sittings/board.html", "sittings/older.html"


async def put_up(session: AsyncSession, meeting: Meeting, place: Place, *, now: datetime) -> None:
    """Post where a (locked) meeting stands; it is kept up to date until the meeting is over.

    What stands in the same chat from before only points down to it.
    """
    group = await session.get_one(Group, meeting.group_id)
    sitting = await session.get_one(Sitting, meeting.id)
    await _point_down(session, meeting, group, place.chat_id, now=now)
    facts = await _facts(session, meeting, sitting, group, now=now)
    side = _Side("" if place.chat_id == group.chat_id else place.languages[0])
    await post.say(
        session,
        place,
        BOARD_TEXT,
        facts,
        now=now,
        about=About(BOARD, stored_id(meeting), meeting.version, side.kind),
        keyboard=_keyboard(facts, side),
        is_live=True,
    )


def show(session: AsyncSession, meeting: Meeting, *, now: datetime) -> None:
    """Have what shows a (locked) meeting brought up to date before the commit: posts and lists.

    Fifty entries that share a transaction render it once. Whatever changes shows the usual buttons
    again: who turned a post in a group turned it for everybody.
    """
    meeting_id = stored_id(meeting)

    async def show(session: AsyncSession) -> None:
        meeting = await locked(session, meeting_id)
        group = await session.get_one(Group, meeting.group_id)
        sitting = await session.get_one(Sitting, meeting_id)
        rows = await post.live_messages(session, BOARD, meeting_id)
        facts = await _facts(session, meeting, sitting, group, now=now) if rows else {}
        for row in rows:
            row.kind = _Side(_Side.of(row.kind).language).kind
            await _revise(session, row, group, facts, now=now)
        await presence_lists.show(session, meeting, sitting, now=now)

    before_commit(session, f"{BOARD}:{meeting_id}", show)


async def turn(
    session: AsyncSession,
    meeting: Meeting,
    message: tuple[int, int | None],
    *,
    is_turned: bool,
    now: datetime,
) -> None:
    """Show the other buttons under one post of a (locked) meeting, or the usual ones again.

    The others stand there until the next change of anything.
    """
    group = await session.get_one(Group, meeting.group_id)
    sitting = await session.get_one(Sitting, meeting.id)
    facts = await _facts(session, meeting, sitting, group, now=now)
    for row in await post.live_messages(session, BOARD, stored_id(meeting)):
        if (row.chat_id, row.message_id) == message:
            row.kind = _Side(_Side.of(row.kind).language, is_turned).kind
            await _revise(session, row, group, facts, now=now)


async def _revise(
    session: AsyncSession, row: OutboxMessage, group: Group, facts: dict[str, Any], *, now: datetime
) -> None:
    side = _Side.of(row.kind)
    languages, keyboard = side.languages(group), _keyboard(facts, side)
    await post.revise(
        session,
        row,
        text=renderer().post(BOARD_TEXT, languages=languages, **facts),
        keyboard=post.buttons(keyboard, languages),
        now=now,
        # Minutes come out days after the meeting, and people correct who was there.
        expires_at=now + post.REPLIES_EXPIRE,
    )


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
                OLDER_TEXT, languages=_Side.of(row.kind).languages(group), group=group.facts()
            )
            await post.revise(session, row, text=text, keyboard=None, now=now)
        row.is_live = False


@dataclass(frozen=True)
class _Side:
    """What one post shows; it stands in the `kind` of its message."""

    language: str = ""
    """In private it is read in one language; in the group in whatever that has chosen by then."""
    is_turned: bool = False
    """Whether the buttons that are seldom needed stand below it."""

    @property
    def kind(self) -> str:
        """Return how it is noted."""
        return ":".join(("board", self.language, TURNED if self.is_turned else "")).rstrip(":")

    @classmethod
    def of(cls, kind: str) -> "_Side":
        """Return what was noted."""
        _, language, turned, *_ = (*kind.split(":"), "", "")
        return cls(language, turned == TURNED)

    def languages(self, group: Group) -> tuple[str, ...]:
        """Return in which languages it is read."""
        return (self.language,) if self.language else tuple(group.languages)


def _keyboard(facts: dict[str, Any], side: _Side) -> Keyboard:
    if facts["sitting"].state is SittingState.OPEN:
        return keyboards.board(
            facts["sitting"],
            facts["holders"],
            facts["carried"].count,
            is_turned=side.is_turned,
        )
    return keyboards.closed(facts["sitting"].meeting.id) if facts["can_reopen"] else ()


async def _facts(
    session: AsyncSession, meeting: Meeting, sitting: Sitting, group: Group, *, now: datetime
) -> dict[str, Any]:
    return {
        "group": group.facts(),
        "sitting": await sittings.of_meeting(session, meeting, sitting),
        # Which of them it is stands in the post.
        "is_one_of_several": len(await sittings.open_in(session, stored_id(group))) > 1,
        "local_now": wall_time(now, meeting.zone),
        "holders": await facilitation.holders(session, stored_id(meeting)),
        "can_reopen": sitting.state is SittingState.CLOSED
        and sitting.ending is not Ending.WRITTEN_UP
        and rules.can_reopen(await sittings.drafted_at(session, stored_id(meeting)), now),
        "has_minutes": sitting.state is SittingState.CLOSED
        and await minutes.out(session, stored_id(meeting)) is not None,
        "carried": await carry_over.to(session, meeting, group),
    }
