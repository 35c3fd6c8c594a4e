"""Holding a meeting: /open, /item, [Next], /close."""

from bot.domain.roles import Action
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import Sitting
from bot.models.columns import stored_id
from bot.services import sittings


async def open_(desk: Desk, incoming: Incoming) -> None:
    """/open — the meeting that is planned for about now begins."""
    actor = await desk.actor(incoming)
    group = await desk.group_for(incoming, actor, Action.SEE_MEETINGS)
    meeting = await sittings.to_open(desk.session, group, now=desk.now)
    await sittings.open_(desk.session, stored_id(meeting), actor, now=desk.now)


async def open_tapped(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Open the meeting] under its last reminder."""
    await sittings.open_(desk.session, meeting_id, await desk.actor(incoming), now=desk.now)
    await desk.toast(incoming)


async def item(desk: Desk, incoming: Incoming) -> None:
    """/item — on to the next item."""
    actor = await desk.actor(incoming)
    meeting = await desk.open_meeting(incoming, actor, Action.RUN_MEETING)
    sitting = await desk.session.get_one(Sitting, meeting.id)
    await sittings.move_on(desk.session, stored_id(meeting), sitting.item_id, actor, now=desk.now)
    await desk.react(incoming, "👍")


async def next_(desk: Desk, incoming: Incoming, meeting_id: int, seen: int) -> None:
    """[Next item] in the live post; `seen` is 0 if no item was dealt with."""
    actor = await desk.actor(incoming)
    await sittings.move_on(desk.session, meeting_id, seen or None, actor, now=desk.now)
    await desk.toast(incoming)


async def close(desk: Desk, incoming: Incoming) -> None:
    """/close — the meeting is over."""
    actor = await desk.actor(incoming)
    meeting = await desk.open_meeting(incoming, actor, Action.RUN_MEETING)
    await sittings.close(desk.session, stored_id(meeting), actor, now=desk.now)
    await desk.react(incoming, "👍")


async def finish(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Close] in the live post."""
    await sittings.close(desk.session, meeting_id, await desk.actor(incoming), now=desk.now)
    await desk.toast(incoming)


async def longer(desk: Desk, incoming: Incoming, meeting_id: int, seen: int) -> None:
    """[30 min more] under the question whether it is over."""
    actor = await desk.actor(incoming)
    await sittings.go_on(desk.session, meeting_id, seen, actor, now=desk.now)
    await desk.toast(incoming)
