"""What people say about meetings that nobody opened, and the photos of paper lists."""

from bot.domain.roles import Action, Scope, require
from bot.domain.write_ups import Fate
from bot.flows import engine
from bot.flows.write_ups import MOVE, WHY, WRITE, Elsewhen, NotHeld, WriteUp
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming, Wordless
from bot.models import Group, Meeting
from bot.models.columns import stored_id
from bot.queries import rolls, sittings
from bot.queries import write_ups as queries
from bot.rendering.answers import fold
from bot.rendering.keyboards import write_ups as keyboards
from bot.rendering.messages import renderer
from bot.services import agenda_sheets, paper_lists, write_ups

SHOWN = 6
"""Meetings to choose from: who is more behind begins with the newest."""


def is_meant(text: str) -> bool:
    """Tell whether what stands behind /minutes asks to write a meeting up, in any language."""
    words = {
        fold(word)
        for language in renderer().catalogues.languages
        for word in renderer().text("write_ups/words.txt", language=language).split(",")
    }
    return fold(text) in words


async def answered(desk: Desk, incoming: Incoming, meeting_id: int, fate: Fate) -> None:
    """[Held], [Moved] or [Not held] under the question what became of a meeting."""
    actor = await desk.actor(incoming)
    meeting, group = await write_ups.unrecorded(desk.session, meeting_id, actor, now=desk.now)
    talk = await desk.talk(incoming, group)
    planned = meeting.facts()
    if fate is Fate.HELD:
        await _write_up(desk, incoming, meeting, group)
    elif fate is Fate.MOVED:
        require(actor, Action.PLAN_MEETING, Scope(group.coalition_id, stored_id(group)))
        known = Elsewhen(meeting_id, planned.starts, planned.ends)
        await engine.begin(talk, MOVE, known, is_anew=True)
    else:
        writer = await queries.writer(
            desk.session, meeting, WRITE.name, but=actor.telegram_id, now=desk.now
        )
        await engine.begin(talk, WHY, NotHeld(meeting_id, writer=writer), is_anew=True)
    await desk.toast(incoming)


async def write(desk: Desk, incoming: Incoming) -> None:
    """/minutes write — a meeting that was held without the bot; of several it is asked which."""
    actor = await desk.actor(incoming)
    group = await desk.group_for(incoming, actor, Action.SEE_MEETINGS)
    found = await write_ups.to_write(desk.session, group, actor, now=desk.now)
    if len(found) == 1:
        meeting, _ = await write_ups.unrecorded(
            desk.session, stored_id(found[0]), actor, now=desk.now
        )
        await _write_up(desk, incoming, meeting, group)
        return
    choice = keyboards.which([meeting.facts() for meeting in found[:SHOWN]])
    await desk.reply(incoming, "write_ups/which.html", keyboard=choice)


async def _write_up(desk: Desk, incoming: Incoming, meeting: Meeting, group: Group) -> None:
    await agenda_sheets.lay(desk.session, meeting, group)
    agenda = await sittings.timed(desk.session, meeting)
    seats = await rolls.seated(desk.session, stored_id(group))
    planned = meeting.facts()
    known = WriteUp(
        stored_id(meeting),
        planned.starts,
        planned.ends,
        seats=tuple(seats.items()),
        agenda=tuple((one.item.id, one.item.title) for one in agenda if not one.item.is_routine),
        is_private=incoming.is_private,
    )
    await write_ups.begun(desk.session, meeting, await desk.actor(incoming), now=desk.now)
    await engine.begin(await desk.talk(incoming, group), WRITE, known)


async def pictured(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """A photo as a reply to the question what became of a meeting, or to its live post.

    In private it is kept as the paper list; in a group everybody has seen it, and is told so.
    """
    if incoming.wordless is not Wordless.PICTURE or not incoming.picture or incoming.is_edit:
        return
    if not incoming.is_private:
        await desk.reply(incoming, "write_ups/list_in_group.html")
        return
    actor = await desk.actor(incoming)
    await paper_lists.add_list(desk.session, meeting_id, incoming.picture, actor, now=desk.now)
    await desk.react(incoming, "👍")


async def paper_list(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Paper list] — in private only, to those who may see it."""
    actor = await desk.actor(incoming)
    count = await paper_lists.show_list(desk.session, meeting_id, actor, now=desk.now)
    await desk.toast(incoming, "write_ups/toast_list.txt", count=count)
