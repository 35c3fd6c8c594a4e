"""Who is at a meeting: three buttons, the list of the room, /guest, /came, /left."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.attendance import Answer
from bot.domain.facilitation import Duty
from bot.domain.presence import Guest, How, Mark, NotHere, is_moment, read_guests
from bot.domain.roles import Action, Actor, can
from bot.domain.sittings import NotOpen
from bot.flows import engine
from bot.flows.presence import GUEST, Asked
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.handlers.meetings import reading_languages
from bot.models import Group, Meeting
from bot.models.columns import stored_id
from bot.queries import groups, notebook, sittings
from bot.rendering.answers import fold
from bot.rendering.messages import renderer
from bot.services import facilitation, presence, presence_names
from bot.services.presence_names import Named


async def checked_in(desk: Desk, incoming: Incoming, meeting_id: int, how: How) -> None:
    """One of the three buttons in the live post of a meeting."""
    actor = await desk.actor(incoming)
    done = await presence.check_in(desk.session, meeting_id, actor, how, now=desk.now)
    if how is How.REPRESENTED:
        await _turn_back(desk, incoming, meeting_id)
    await desk.toast(incoming, "presence/toast.txt", done=done)


async def replied(
    desk: Desk, incoming: Incoming, meeting_id: int, *, is_yes_enough: bool = True
) -> bool:
    """A reply to the live post that says like its buttons that one is there; False: it does not.

    "I am coming" is not there yet, and people talk to each other under the post, too. A mere "yes"
    `is_yes_enough` only where it was asked who is there.
    """
    how = _how_said(incoming.text, is_yes_enough=is_yes_enough)
    if how is None or incoming.is_edit or incoming.is_command:
        return False
    actor = await desk.actor(incoming)
    await presence.check_in(desk.session, meeting_id, actor, how, now=desk.now)
    await desk.react(incoming, "👍")
    return True


def _how_said(text: str, *, is_yes_enough: bool) -> How | None:
    words = renderer().control_words("here")
    if is_yes_enough:
        words += renderer().control_words("here-yes")
    if fold(text.strip(" .!")) in map(fold, words):
        return How.HERE
    return How.PHONE if renderer().answer_in(text) is Answer.PHONE else None


async def side(desk: Desk, incoming: Incoming, meeting_id: int, is_turned: int) -> None:
    """[More] under the live post, and [Back] again."""
    await presence.turn_board(
        desk.session,
        meeting_id,
        await desk.actor(incoming),
        (incoming.chat_id, incoming.message_id),
        is_turned=bool(is_turned),
        now=desk.now,
    )
    await desk.toast(incoming)


async def _turn_back(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """Show the usual buttons again, once one of the others was tapped."""
    await presence.turn_board(
        desk.session,
        meeting_id,
        await desk.actor(incoming),
        (incoming.chat_id, incoming.message_id),
        is_turned=False,
        now=desk.now,
    )


async def left(desk: Desk, incoming: Incoming) -> None:
    """/left, `/left 10:45` — I leave, or left then.

    `/left Maji Bora, Afya 10:45` — they have left, says whoever runs the meeting.
    """
    actor = await desk.actor(incoming)
    if _is_own(desk, incoming):
        meeting = await desk.open_meeting(incoming, actor, Action.CHECK_IN)
        at = await _own_moment(desk, incoming, meeting, is_coming=False)
        await presence.leave(desk.session, stored_id(meeting), actor, now=desk.now, at=at)
        await desk.react(incoming, "👌")
        return
    meeting = await _noted(desk, incoming)
    named = await presence_names.left(
        desk.session,
        stored_id(meeting),
        incoming.text,
        actor,
        languages=await _languages(desk, actor, meeting),
        now=desk.now,
    )
    await _answer(desk, incoming, named, word="left")


async def came(desk: Desk, incoming: Incoming) -> None:
    """/came, `/came 10:20` — I am here, since then.

    `/came Maji Bora, Afya 10:20`, `/came all` — they came, says whoever runs the meeting.
    """
    actor = await desk.actor(incoming)
    if _is_own(desk, incoming):
        meeting = await desk.open_meeting(incoming, actor, Action.CHECK_IN)
        since = await _own_moment(desk, incoming, meeting, is_coming=True)
        await presence.check_in(
            desk.session, stored_id(meeting), actor, How.HERE, now=desk.now, since=since
        )
        await desk.react(incoming, "👍")
        return
    meeting = await _noted(desk, incoming)
    named = await presence_names.came(
        desk.session,
        stored_id(meeting),
        incoming.text,
        actor,
        languages=await _languages(desk, actor, meeting),
        now=desk.now,
    )
    await _answer(desk, incoming, named, word="came")


def _is_own(desk: Desk, incoming: Incoming) -> bool:
    """Tell whether somebody speaks of themselves: they name nobody, and say at most a time."""
    now, languages = desk.now.replace(tzinfo=None), renderer().catalogues.languages
    return not incoming.text or is_moment(incoming.text, now=now, languages=languages)


async def _own_moment(
    desk: Desk, incoming: Incoming, meeting: Meeting, *, is_coming: bool
) -> datetime | None:
    """Return since when, or until when, somebody says that they were there; None: now."""
    actor = await desk.actor(incoming)
    return await presence_names.own_moment(
        desk.session,
        stored_id(meeting),
        incoming.text,
        actor,
        languages=await _languages(desk, actor, meeting),
        is_coming=is_coming,
        now=desk.now,
    )


async def _noted(desk: Desk, incoming: Incoming) -> Meeting:
    """Return the meeting of which it is said who is there: the open one, or the last.

    While the minutes of one are being corrected, that is the last.

    Raises:
        LastMinutesOut: none is open, and the minutes of the last are out.
        GroupUnknown, TopicUnknown, GroupMissing, GroupAmbiguous, NotOpen, NotAllowed, StrangerHere,
        AnonymousAdmin: as `Desk.open_meeting`.
    """
    actor = await desk.actor(incoming)
    try:
        return await desk.open_meeting(
            incoming, actor, Action.RUN_MEETING, afterwards=Action.RUN_MEETING
        )
    except NotOpen:
        if incoming.is_private:
            mine = await groups.where_allowed(desk.session, actor, Action.SEE_MEETINGS)
        else:
            mine = [await desk.group_here(incoming)]
        for group in mine:
            for meeting in await notebook.in_correction(desk.session, stored_id(group)):
                if can(
                    actor, Action.RUN_MEETING, await sittings.scope(desk.session, meeting, group)
                ):
                    return meeting
        raise


async def _languages(desk: Desk, actor: Actor, meeting: Meeting) -> Sequence[str]:
    group = await desk.session.get_one(Group, meeting.group_id)
    return reading_languages(actor, group)


async def _answer(desk: Desk, incoming: Incoming, named: Sequence[Named], *, word: str) -> None:
    """Show that it is noted; of a meeting that is over, say of which."""
    if not named or named[0].corrected is None:
        await desk.react(incoming, "👌")
        return
    await desk.reply(incoming, "presence/corrected.html", named=named, word=word)


async def leave(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[I leave] in the live post."""
    said = "presence/toast_left.txt"
    try:
        await presence.leave(desk.session, meeting_id, await desk.actor(incoming), now=desk.now)
    except NotHere as refused:
        # Refused as an error, it would leave the post turned.
        said = refused.template
    await _turn_back(desk, incoming, meeting_id)
    await desk.toast(incoming, said)


async def guest(desk: Desk, incoming: Incoming) -> None:
    """/guest Mr Ali, County office; Ms Wako, WFP — also as a reply to what a guest wrote.

    Edited it corrects what it noted.
    """
    actor = await desk.actor(incoming)
    meeting = await _noted(desk, incoming)
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
    for done in await presence_names.note_guests(
        desk.session, stored_id(meeting), named, source, actor, now=desk.now
    ):
        if done.corrected is not None:
            await desk.reply(incoming, "presence/guest.html", named=done)
    await desk.react(incoming, "👍")


async def ask_guest(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Guest] under the list: who is it?"""
    actor = await desk.actor(incoming)
    meeting, _ = await presence.noting(desk.session, meeting_id, actor, now=desk.now)
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
