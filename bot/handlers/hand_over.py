"""/handover: what whoever takes over in a group has to know."""

from bot.domain.roles import Action
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.services import hand_over


async def show(desk: Desk, incoming: Incoming) -> None:
    """/handover — the card of the group, in private if the bot may write there."""
    actor = await desk.actor(incoming)
    group = await desk.group_for(incoming, actor, Action.SHARE)
    asked_in = await desk.place(incoming)
    place = await hand_over.show(desk.session, group, actor, asked_in, now=desk.now)
    if place.chat_id != incoming.chat_id:
        await desk.react(incoming, "👌")
