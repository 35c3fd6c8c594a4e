"""Taps on the roll of a group."""

from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.services import rolls


async def join(desk: Desk, incoming: Incoming, group_id: int, organisation_id: int) -> None:
    """An organisation's name: "I speak for it"."""
    organisation = await rolls.join(
        desk.session,
        group_id,
        organisation_id,
        await desk.actor(incoming),
        chat_id=incoming.chat_id,
        now=desk.now,
    )
    await desk.toast(incoming, "groups/toast_joined.txt", organisation=organisation.name)


async def admit(desk: Desk, incoming: Incoming, group_id: int, member_id: int) -> None:
    """The name of somebody who waits: "I know them"."""
    actor = await desk.actor(incoming)
    await rolls.admit(desk.session, group_id, member_id, actor, now=desk.now)
    await desk.toast(incoming, "meetings/toast_done.txt")
