"""What leads do with the open actions of their group."""

from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.services import carry_over

DONE = 1
"""What a button carries that ticks an action off; the other number opens it again."""


async def listed(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Open actions] in an editor: the list, in private."""
    await carry_over.show(desk.session, meeting_id, await desk.actor(incoming), now=desk.now)
    await desk.toast(incoming)


async def ticked(desk: Desk, incoming: Incoming, point_id: int, what: int) -> None:
    """[✔️ 1] under the list, or the button that takes it back."""
    actor = await desk.actor(incoming)
    await carry_over.finish(desk.session, point_id, actor, is_finished=what == DONE, now=desk.now)
    await desk.toast(incoming)
