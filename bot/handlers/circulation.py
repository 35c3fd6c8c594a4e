"""[Calendar file], [Copy for WhatsApp] and [Paper for the hall]."""

from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.services import circulation
from bot.services.circulation import Carried


async def file(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Calendar file] under a post, or in the list of /when."""
    actor = await desk.actor(incoming)
    place = await desk.place(incoming)
    carried = await circulation.give_file(desk.session, meeting_id, actor, place, now=desk.now)
    await _tell(desk, incoming, carried)


async def copy(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Copy for WhatsApp]."""
    actor = await desk.actor(incoming)
    place = await desk.place(incoming)
    carried = await circulation.give_copy(desk.session, meeting_id, actor, place, now=desk.now)
    await _tell(desk, incoming, carried)


async def paper(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Paper for the hall] under an agenda, or in its editor."""
    actor = await desk.actor(incoming)
    place = await desk.place(incoming)
    carried = await circulation.give_paper(desk.session, meeting_id, actor, place, now=desk.now)
    await _tell(desk, incoming, carried)


async def _tell(desk: Desk, incoming: Incoming, carried: Carried) -> None:
    await desk.toast(
        incoming,
        "circulation/toast.txt",
        is_private=carried.is_private and not incoming.is_private,
        is_new=carried.is_new,
    )
