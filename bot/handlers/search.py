"""/find words: what was agreed, given to somebody, or kept, in meetings of the group."""

from collections.abc import Sequence

from bot.domain.groups import GroupMissing
from bot.domain.roles import Action, Scope, require
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import Group
from bot.queries import groups
from bot.services import search


async def find(desk: Desk, incoming: Incoming) -> None:
    """/find words — in a group, of this group; in private, of all the person's groups."""
    mine = await _groups(desk, incoming)
    place = await desk.place(incoming)
    await search.find(desk.session, mine, incoming.text, place, now=desk.now)


async def leaf(desk: Desk, incoming: Incoming, search_id: int, page: int) -> None:
    """[More] under what was found, and back."""
    mine = await _groups(desk, incoming)
    chat_id = incoming.chat_id
    await search.leaf(desk.session, mine, search_id, page, chat_id, now=desk.now)
    await desk.toast(incoming)


async def _groups(desk: Desk, incoming: Incoming) -> Sequence[Group]:
    actor = await desk.actor(incoming)
    if not incoming.is_private:
        group = await desk.group_here(incoming)
        require(actor, Action.SEE_MEETINGS, Scope(group.coalition_id, group.id))
        return [group]
    mine = await groups.where_allowed(desk.session, actor, Action.SEE_MEETINGS)
    if not mine:
        raise GroupMissing
    return mine
