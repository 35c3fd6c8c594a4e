"""Minutes: the buttons under a draft."""

from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.services import minutes


async def approve(desk: Desk, incoming: Incoming, meeting_id: int, version: int) -> None:
    """[Approve all] under a draft."""
    actor = await desk.actor(incoming)
    await minutes.approve(desk.session, meeting_id, version, actor, now=desk.now)
    await desk.toast(incoming)
