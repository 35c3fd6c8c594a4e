"""Commands that wait for one tap: who typed it, or which group or meeting is meant."""

from collections.abc import Sequence
from dataclasses import replace

from bot import models as rows
from bot.domain.groups import Group
from bot.domain.meetings import Meeting
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.services import commands


async def ask_who(desk: Desk, incoming: Incoming, command: str) -> None:
    """Ask a group who typed a command as an anonymous admin: the tap carries the real person."""
    await commands.ask_who(
        desk.session,
        await desk.place(incoming),
        command=command,
        text=incoming.text,
        now=desk.now,
    )


async def ask_which(desk: Desk, incoming: Incoming, command: str, groups: Sequence[Group]) -> None:
    """Ask which group a private command is about."""
    await commands.ask_which(
        desk.session,
        await desk.place(incoming),
        await desk.actor(incoming),
        groups,
        message_id=incoming.message_id or 0,
        command=command,
        text=incoming.text,
        now=desk.now,
    )


async def ask_which_meeting(
    desk: Desk, incoming: Incoming, command: str, meetings: Sequence[Meeting]
) -> None:
    """Ask which of several open meetings a command is about."""
    await commands.ask_which_meeting(
        desk.session,
        await desk.place(incoming),
        await desk.actor(incoming),
        meetings,
        message_id=incoming.message_id or 0,
        command=command,
        text=incoming.text,
        now=desk.now,
    )


async def taken_up(
    desk: Desk,
    incoming: Incoming,
    waiting_id: int,
    group_id: int | None = None,
    meeting_id: int | None = None,
) -> Incoming:
    """Return the command that waited, as if the person who tapped had typed it."""
    actor = await desk.actor(incoming)
    meeting = await desk.session.get(rows.Meeting, meeting_id) if meeting_id is not None else None
    waited = await commands.take_up(
        desk.session,
        waiting_id,
        actor,
        chat_id=incoming.chat_id,
        now=desk.now,
        meeting=meeting.facts() if meeting is not None else None,
    )
    return replace(
        incoming,
        message_id=waited.message_id,
        command=waited.command,
        text=waited.text,
        group_id=group_id,
        meeting_id=meeting_id,
        query_id=None,
        tap=None,
        # What the question replied to is the command itself.
        quoted=None,
    )
