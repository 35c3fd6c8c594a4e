"""Decisions that are due for review: the button under the news."""

from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.services import decisions


async def put_on_agenda(desk: Desk, incoming: Incoming, entry_id: int) -> None:
    """[Put it on the agenda] under a decision that is due for review."""
    actor = await desk.actor(incoming)
    message = (incoming.chat_id, incoming.message_id or 0)
    await decisions.put_on_agenda(desk.session, entry_id, actor, message, now=desk.now)
    await desk.toast(incoming)
