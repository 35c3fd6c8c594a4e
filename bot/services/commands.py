"""Commands that wait for one tap: nothing that was typed has to be typed again.

an anonymous admin in a group -> "Who was it?" -- [It was me] --> done as that person
in private, of several groups -> "Which group?" -- [Wajir] -----> done for that group
of several open meetings -----> "Which meeting?" -- [3 Dec, 10:00] -> done for that meeting
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import wall_time
from bot.domain.groups import CommandGone, Group, QuestionOfAnother
from bot.domain.meetings import Meeting
from bot.domain.roles import Actor
from bot.models import WaitingCommand
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.rendering import keyboards
from bot.rendering.keyboards.button import Keyboard
from bot.rendering.messages import renderer

WAITING = "waiting-command"
"""The subject of the questions."""
ANONYMOUS_WAITS = timedelta(minutes=10)
"""Anybody may hide behind "anonymous admin": such a command is not left standing for long."""
PRIVATE_WAITS = timedelta(hours=24)
WHO, WHICH = "general/who_was_it.html", "general/which_group.html"
MEETING = "general/which_meeting.html"


async def ask_who(
    session: AsyncSession, place: Place, *, command: str, text: str, now: datetime
) -> None:
    """Keep an anonymous admin's command until somebody taps that it was them."""
    if place.reply_to is None or await _mended(session, place, text):
        return
    row = await _keep(session, place, command=command, text=text, until=now + ANONYMOUS_WAITS)
    facts = {"command": command, "minutes": int(ANONYMOUS_WAITS.total_seconds() // 60)}
    await _ask(session, place, row, WHO, facts, keyboard=keyboards.who_was_it(row.id), now=now)


async def ask_which(
    session: AsyncSession,
    place: Place,
    actor: Actor,
    groups: Sequence[Group],
    *,
    message_id: int,
    command: str,
    text: str,
    now: datetime,
) -> None:
    """Keep a private command until the person has tapped which of their groups it is about."""
    where = Place(place.chat_id, place.languages, reply_to=message_id)
    if await _mended(session, where, text):
        return
    row = await _keep(session, where, command=command, text=text, until=now + PRIVATE_WAITS)
    row.asked_by = actor.telegram_id
    keyboard = keyboards.which_group(row.id, groups)
    await _ask(session, place, row, WHICH, {"command": command}, keyboard=keyboard, now=now)


async def ask_which_meeting(
    session: AsyncSession,
    place: Place,
    actor: Actor,
    meetings: Sequence[Meeting],
    *,
    message_id: int,
    command: str,
    text: str,
    now: datetime,
) -> None:
    """Keep a command until the person has tapped which of the open meetings it is about."""
    where = Place(place.chat_id, place.languages, reply_to=message_id)
    if await _mended(session, where, text):
        return
    row = await _keep(session, where, command=command, text=text, until=now + PRIVATE_WAITS)
    row.asked_by = actor.telegram_id
    local_now = wall_time(now, meetings[0].zone)
    keyboard = keyboards.which_meeting(row.id, meetings, local_now)
    await _ask(session, place, row, MEETING, {"command": command}, keyboard=keyboard, now=now)


async def take_up(
    session: AsyncSession,
    waiting_id: int,
    actor: Actor,
    *,
    chat_id: int,
    now: datetime,
    meeting: Meeting | None = None,
) -> WaitingCommand:
    """Return a command that waited, and forget it: it is carried out once.

    The question says from then on of which meeting it was, if that was asked.

    Raises:
        CommandGone: it was carried out before, or waited for too long.
        QuestionOfAnother: somebody else wrote it.
    """
    row = await session.get(WaitingCommand, waiting_id, with_for_update=True)
    if row is None or row.chat_id != chat_id or now > row.expires_at:
        raise CommandGone
    if row.asked_by not in {None, actor.telegram_id}:
        raise QuestionOfAnother
    await session.delete(row)
    languages = (actor.language or renderer().catalogues.languages[0],)
    for message in await post.live_messages(session, WAITING, waiting_id):
        text = renderer().post("general/taken_up.html", languages=languages, meeting=meeting)
        await post.revise(session, message, text=text, keyboard=None, now=now)
    await session.flush()
    return row


async def _keep(
    session: AsyncSession, place: Place, *, command: str, text: str, until: datetime
) -> WaitingCommand:
    row = WaitingCommand(
        id=secrets.randbits(48),
        chat_id=place.chat_id,
        message_id=place.reply_to or 0,
        command=command,
        text=text,
        expires_at=until,
    )
    session.add(row)
    await session.flush()
    return row


async def _mended(session: AsyncSession, place: Place, text: str) -> bool:
    """Take a correction of a command that waits still; False if none does."""
    rows = await session.execute(
        select(WaitingCommand)
        .where(
            col(WaitingCommand.chat_id) == place.chat_id,
            col(WaitingCommand.message_id) == place.reply_to,
        )
        .with_for_update()
    )
    row = rows.scalar_one_or_none()
    if row is None:
        return False
    row.text = text
    return True


async def _ask(
    session: AsyncSession,
    place: Place,
    row: WaitingCommand,
    template: str,
    facts: dict[str, Any],
    *,
    keyboard: Keyboard,
    now: datetime,
) -> None:
    await post.say(
        session,
        place,
        template,
        facts,
        now=now,
        about=About(WAITING, row.id, 1, "question"),
        keyboard=keyboard,
        is_live=True,
        is_silent=True,
    )
