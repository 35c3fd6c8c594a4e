"""The list by which somebody says, for the whole room, who is there: a button for each.

It stands in private with whoever asked for it or, if the bot may not write to them, in the group.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.presence import Stage
from bot.domain.roles import Actor
from bot.models import Group, Meeting, Member, OutboxMessage, Sitting
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.queries import presence as queries
from bot.queries import rolls, sittings
from bot.rendering.keyboards import sittings as keyboards
from bot.rendering.messages import renderer

ROOM = "presence"
"""The subject of the lists; nobody replies to one."""
TEXT = "presence/list.html"


@dataclass(frozen=True)
class Screen:
    """What one list shows; it stands in the `kind` of its message."""

    language: str
    page: int = 0
    is_leaving: bool = False
    """Whether a tap says that somebody left, not that they are there."""

    @property
    def kind(self) -> str:
        """Return how it is noted."""
        return f"{self.language}:{self.page}:{int(self.is_leaving)}"

    @classmethod
    def of(cls, kind: str) -> "Screen":
        """Return what was noted."""
        language, page, is_leaving = kind.split(":")
        return cls(language, int(page), is_leaving == "1")


async def say(
    session: AsyncSession,
    meeting: Meeting,
    sitting: Sitting,
    actor: Actor,
    place: Place,
    *,
    now: datetime,
) -> bool:
    """Give somebody the list of a (locked) meeting; return whether it stands in private.

    Of the lists that they have there already only the new one goes on.
    """
    member = await session.get(Member, actor.member_id)
    if member is not None and member.has_started:
        place = Place(actor.telegram_id, place.languages)
    for row in await post.live_messages(session, ROOM, stored_id(meeting)):
        if row.chat_id == place.chat_id:
            row.is_live = False
    screen = Screen(place.languages[0])
    facts = await _facts(session, meeting, sitting, screen)
    await post.say(
        session,
        place,
        TEXT,
        facts,
        now=now,
        about=About(ROOM, stored_id(meeting), meeting.version, screen.kind),
        keyboard=_keyboard(meeting, screen, facts),
        is_live=True,
        is_silent=True,
    )
    return place.chat_id > 0


async def turn(
    session: AsyncSession,
    meeting: Meeting,
    sitting: Sitting,
    message: tuple[int, int | None],
    page: int,
    *,
    is_leaving: bool,
    now: datetime,
) -> None:
    """Show another page of one list, or what else a tap may say there."""
    for row in await post.live_messages(session, ROOM, stored_id(meeting)):
        if (row.chat_id, row.message_id) == message:
            screen = Screen(Screen.of(row.kind).language, page, is_leaving)
            row.kind = screen.kind
            await _revise(session, meeting, sitting, row, now=now)


async def show(session: AsyncSession, meeting: Meeting, sitting: Sitting, *, now: datetime) -> None:
    """Bring all lists of a (locked) meeting up to date; with its minutes out, they end."""
    for row in await post.live_messages(session, ROOM, stored_id(meeting)):
        if post.has_lost_its_place(row):
            row.is_live = False
            continue
        await _revise(session, meeting, sitting, row, now=now)


async def _revise(
    session: AsyncSession,
    meeting: Meeting,
    sitting: Sitting,
    row: OutboxMessage,
    *,
    now: datetime,
) -> None:
    screen = Screen.of(row.kind)
    facts = await _facts(session, meeting, sitting, screen)
    languages = (screen.language,)
    is_out = facts["stage"] is Stage.OUT
    keyboard = None if is_out else post.buttons(_keyboard(meeting, screen, facts), languages)
    text = renderer().post(TEXT, languages=languages, **facts)
    await post.revise(session, row, text=text, keyboard=keyboard, now=now)


def _keyboard(meeting: Meeting, screen: Screen, facts: dict[str, Any]) -> Any:
    return keyboards.room(
        stored_id(meeting),
        facts["seats"],
        facts["room_now"],
        page=screen.page,
        is_leaving=facts["is_leaving"],
        is_over=facts["stage"] is not Stage.HELD,
    )


async def _facts(
    session: AsyncSession, meeting: Meeting, sitting: Sitting, screen: Screen
) -> dict[str, Any]:
    group = await session.get_one(Group, meeting.group_id)
    stage = await sittings.stage(session, sitting)
    return {
        "group": group.facts(),
        "meeting": meeting.facts(),
        "room_now": await queries.of_meeting(session, meeting),
        "seats": await rolls.seated(session, meeting.group_id),
        # Nobody leaves a meeting that is over: when somebody left is said in words.
        "is_leaving": screen.is_leaving and stage is Stage.HELD,
        "stage": stage,
        "is_called": await queries.is_called(session, stored_id(meeting)),
    }
