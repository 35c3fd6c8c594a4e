"""Checking in to a meeting: [Here], [By phone], [Represented]."""

from bot.domain.presence import How
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.services import presence


async def checked_in(desk: Desk, incoming: Incoming, meeting_id: int, how: How) -> None:
    """One of the three buttons in the live post of a meeting."""
    actor = await desk.actor(incoming)
    done = await presence.check_in(desk.session, meeting_id, actor, how, now=desk.now)
    await desk.toast(incoming, "presence/toast.txt", done=done)
