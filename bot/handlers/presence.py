"""Who is at a meeting: [Here], [By phone], [Represented], the list of the room, /guest, /left."""

from bot.domain.facilitation import Duty
from bot.domain.presence import Guest, How, Mark, read_guests
from bot.domain.roles import Action
from bot.flows import engine
from bot.flows.presence import GUEST, Asked
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.handlers.meetings import reading_languages
from bot.models import Group
from bot.models.columns import stored_id
from bot.services import facilitation, presence, sittings


async def checked_in(desk: Desk, incoming: Incoming, meeting_id: int, how: How) -> None:
    """One of the three buttons in the live post of a meeting."""
    actor = await desk.actor(incoming)
    done = await presence.check_in(desk.session, meeting_id, actor, how, now=desk.now)
    await desk.toast(incoming, "presence/toast.txt", done=done)


async def left(desk: Desk, incoming: Incoming) -> None:
    """/left — I leave; `/left Maji Bora 10:45` — they have left, says whoever runs the meeting."""
    actor = await desk.actor(incoming)
    action = Action.RUN_MEETING if incoming.text else Action.CHECK_IN
    meeting = await desk.open_meeting(incoming, actor, action)
    number = stored_id(meeting)
    if incoming.text:
        group = await desk.session.get_one(Group, meeting.group_id)
        languages = reading_languages(actor, group)
        await presence.leave_named(
            desk.session, number, incoming.text, actor, languages=languages, now=desk.now
        )
    else:
        await presence.leave(desk.session, number, actor, now=desk.now)
    await desk.react(incoming, "👌")


async def leave(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[I leave] in the live post."""
    await presence.leave(desk.session, meeting_id, await desk.actor(incoming), now=desk.now)
    await desk.toast(incoming, "presence/toast_left.txt")


async def guest(desk: Desk, incoming: Incoming) -> None:
    """/guest Mr Ali, County office; Ms Wako, WFP — also as a reply to what a guest wrote.

    Edited it corrects what it noted.
    """
    actor = await desk.actor(incoming)
    meeting = await desk.open_meeting(incoming, actor, Action.RUN_MEETING)
    said = incoming.quoted
    if incoming.text:
        named = read_guests(incoming.text)
    elif said is not None and said.sender_name:
        named = [Guest(said.sender_name)]
    else:
        group = await desk.session.get_one(Group, meeting.group_id)
        await engine.begin(await desk.talk(incoming, group), GUEST, Asked(stored_id(meeting)))
        return
    source = (incoming.chat_id, incoming.message_id or 0)
    await presence.note_guests(desk.session, stored_id(meeting), named, source, actor, now=desk.now)
    await desk.react(incoming, "👍")


async def ask_guest(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Guest] under the list: who is it?"""
    actor = await desk.actor(incoming)
    meeting, _ = await sittings.running(desk.session, meeting_id, actor, Action.RUN_MEETING)
    group = await desk.session.get_one(Group, meeting.group_id)
    talk = await desk.talk(incoming, group)
    await engine.begin(talk, GUEST, Asked(meeting_id), is_anew=True)
    await desk.toast(incoming)


async def room(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Who is here]: the list by which the room is noted."""
    actor, place = await desk.actor(incoming), await desk.place(incoming)
    is_private = await presence.open_list(desk.session, meeting_id, actor, place, now=desk.now)
    is_elsewhere = is_private and not incoming.is_private
    await desk.toast(incoming, "presence/toast_list.txt", is_elsewhere=is_elsewhere)


async def turned(
    desk: Desk, incoming: Incoming, meeting_id: int, page: int, is_leaving: int
) -> None:
    """[More], [Somebody left], [Back] under the list."""
    await presence.turn_list(
        desk.session,
        meeting_id,
        await desk.actor(incoming),
        (incoming.chat_id, incoming.message_id),
        page,
        is_leaving=bool(is_leaving),
        now=desk.now,
    )
    await desk.toast(incoming)


async def sure(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Confirm all] under the list."""
    await presence.confirm_all(desk.session, meeting_id, await desk.actor(incoming), now=desk.now)
    await desk.toast(incoming, "presence/toast_sure.txt")


async def seat(
    desk: Desk, incoming: Incoming, meeting_id: int, organisation_id: int, mark: Mark
) -> None:
    """An organisation in the list: here, by phone, represented, not here."""
    actor = await desk.actor(incoming)
    await presence.mark(desk.session, meeting_id, organisation_id, mark, actor, now=desk.now)
    await desk.toast(incoming)


async def guest_marked(desk: Desk, incoming: Incoming, presence_id: int, mark: Mark) -> None:
    """A guest in the list: noted by a slip, or gone."""
    actor = await desk.actor(incoming)
    await presence.mark_guest(desk.session, presence_id, mark, actor, now=desk.now)
    await desk.toast(incoming)


async def serve(desk: Desk, incoming: Incoming, meeting_id: int, duty: Duty) -> None:
    """[We lead], [We take notes] in the live post."""
    actor = await desk.actor(incoming)
    await facilitation.serve(desk.session, meeting_id, duty, actor, now=desk.now)
    await desk.toast(incoming, "presence/toast_serving.txt", duty=duty)
