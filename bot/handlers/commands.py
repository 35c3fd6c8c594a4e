"""Commands that wait for one tap: who typed it, or which group is meant."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.groups import Group
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


async def taken_up(
    desk: Desk, incoming: Incoming, waiting_id: int, group_id: int | None
) -> Incoming:
    """Return the command that waited, as if the person who tapped had typed it."""
    actor = await desk.actor(incoming)
    waited = await commands.take_up(
        desk.session, waiting_id, actor, chat_id=incoming.chat_id, now=desk.now
    )
    return replace(
        incoming,
        message_id=waited.message_id,
        command=waited.command,
        text=waited.text,
        group_id=group_id,
        query_id=None,
        tap=None,
    )
