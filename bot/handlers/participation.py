"""/attendance: which organisations come to meetings."""

from bot.domain.roles import Action
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.services import participation, rolls


async def show(desk: Desk, incoming: Incoming) -> None:
    """/attendance — in private if the bot may write there: it is nothing to be shamed with."""
    actor = await desk.actor(incoming)
    group = await desk.group_for(incoming, actor, Action.SEE_MEETINGS)
    asked_in = await desk.place(incoming)
    place = await participation.show(desk.session, group, actor, asked_in, 0, now=desk.now)
    if place.chat_id != incoming.chat_id:
        await desk.react(incoming, "👌")


async def more(desk: Desk, incoming: Incoming, group_id: int, page: int) -> None:
    """[More] under the list of organisations."""
    actor = await desk.actor(incoming)
    group = await rolls.group_of(desk.session, group_id)
    asked_in = await desk.place(incoming)
    await participation.show(desk.session, group, actor, asked_in, page, now=desk.now)
    await desk.toast(incoming)


async def picture(desk: Desk, incoming: Incoming, group_id: int) -> None:
    """[Picture] under the list."""
    actor = await desk.actor(incoming)
    group = await rolls.group_of(desk.session, group_id)
    asked_in = await desk.place(incoming)
    await participation.give_picture(desk.session, group, actor, asked_in, now=desk.now)
    await desk.toast(incoming)
