"""What people say about meetings that nobody opened, and the photos of paper lists."""

from collections.abc import Collection
from dataclasses import replace

from bot.domain import write_ups as rules
from bot.domain.attendance import Answer
from bot.domain.roles import Action, Scope, require
from bot.domain.write_ups import Fate
from bot.flows import engine
from bot.flows.write_ups import MOVE, WHY, WRITE, Elsewhen, NotHeld, WriteUp, moved_to
from bot.handlers import general
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming, Wordless
from bot.models import Group, Meeting
from bot.models.columns import stored_id
from bot.outbox import post
from bot.queries import rolls, sittings
from bot.queries import write_ups as queries
from bot.rendering.answers import fold
from bot.rendering.keyboards import write_ups as keyboards
from bot.rendering.messages import renderer
from bot.services import agenda_sheets, paper_lists, write_ups
from bot.services.paper_lists import Photo

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
    await _answer(desk, incoming, meeting_id, fate)


async def replied(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """The same in words: "held", "moved to 10 Dec", "not held, the road was flooded"."""
    said = None if incoming.is_edit else fate_said(incoming.text)
    if said is not None:
        await _answer(desk, incoming, meeting_id, *said)
    elif incoming.is_private:
        await general.unknown(desk, incoming)


def fate_said(text: str) -> tuple[Fate, str] | None:
    """Return what became of a meeting in somebody's words, and what they add; None: not said."""
    for fate in (Fate.NOT_HELD, Fate.MOVED):
        added = _behind(text, renderer().control_words(f"fate-{fate}"))
        if added is not None:
            return fate, added
    if _behind(text, renderer().control_words(f"fate-{Fate.HELD}")) == "":
        return Fate.HELD, ""
    answer = renderer().answer_in(text)
    fates = {Answer.COMING: Fate.HELD, Answer.CANNOT: Fate.NOT_HELD}
    return (fates[answer], "") if answer in fates else None


def _behind(text: str, phrases: Collection[str]) -> str | None:
    """Return what stands behind the longest of the phrases that begin a text; None: none does."""
    known, words = {fold(phrase) for phrase in phrases}, text.split()
    for length in range(len(words), 0, -1):
        if fold(" ".join(words[:length])) in known:
            return " ".join(words[length:]).lstrip(",:;.-\u2013\u2014 ")
    return None


async def _answer(
    desk: Desk, incoming: Incoming, meeting_id: int, fate: Fate, added: str = ""
) -> None:
    actor = await desk.actor(incoming)
    meeting, group = await write_ups.unrecorded(desk.session, meeting_id, actor, now=desk.now)
    talk = await desk.talk(incoming, group)
    planned = meeting.facts()
    if fate is Fate.HELD:
        await _write_up(desk, incoming, meeting, group)
    elif fate is Fate.MOVED:
        require(actor, Action.PLAN_MEETING, Scope(group.coalition_id, stored_id(group)))
        known = moved_to(Elsewhen(meeting_id, planned.starts, planned.ends), added, talk.scene)
        await engine.begin(talk, MOVE, known, is_anew=True)
    else:
        writer = await queries.writer(
            desk.session, meeting, WRITE.name, but=actor.telegram_id, now=desk.now
        )
        reason = rules.checked_reason(added) or None
        await engine.begin(talk, WHY, NotHeld(meeting_id, reason, writer), is_anew=True)
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
        off_record=tuple(one.item.id for one in agenda if one.item.is_off_record),
        is_private=incoming.is_private,
        pictures=await _kept(desk, meeting) if incoming.is_private else (),
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
    actor, photo = await desk.actor(incoming), _photo(incoming)
    await paper_lists.add_list(desk.session, meeting_id, photo.file_id, actor, now=desk.now)
    if not await paper_lists.take_of_album(desk.session, photo, actor, now=desk.now):
        await paper_lists.begin_album(
            desk.session, photo, actor, meeting_id=meeting_id, now=desk.now
        )
    await desk.react(incoming, "👍")


def _photo(incoming: Incoming) -> Photo:
    source = (incoming.chat_id, incoming.message_id or 0)
    return Photo(source, incoming.picture, incoming.album)


async def _kept(desk: Desk, meeting: Meeting) -> tuple[str, ...]:
    """Return the photos of a meeting's paper list that came before it is written up."""
    found = await queries.paper_lists(desk.session, stored_id(meeting))
    return tuple(paper.file_id for paper in found)


async def asked_about(desk: Desk, incoming: Incoming) -> bool:
    """Ask about a photo that comes unasked whether it is a paper list; False: of no meeting.

    It may be that of one which waits to be written up by this person. Of several that were sent in
    one go the first is asked about.
    """
    if not incoming.picture or incoming.is_edit:
        return False
    actor, photo = await desk.actor(incoming), _photo(incoming)
    if await paper_lists.take_of_album(desk.session, photo, actor, now=desk.now):
        return True
    found = await write_ups.of_which_list(desk.session, actor, now=desk.now)
    if not found:
        return False
    meetings = [meeting.facts() for meeting in found[:SHOWN]]
    await post.say(
        desk.session,
        replace(await desk.place(incoming), reply_to=incoming.message_id),
        "write_ups/is_list.html",
        {"count": len(meetings), "is_album": photo.album is not None},
        now=desk.now,
        keyboard=keyboards.is_list(meetings),
        is_silent=True,
    )
    await paper_lists.begin_album(desk.session, photo, actor, now=desk.now)
    return True


async def is_list(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Yes, of …] under the question whether a photo is a paper list; it replies to the photo.

    All that were sent with it are kept.
    """
    actor, said = await desk.actor(incoming), incoming.quoted
    if said is None or not said.picture:
        # It was deleted meanwhile: here is nothing to keep.
        await desk.toast(incoming, "write_ups/toast_list.txt", count=0)
        return
    photo = Photo((incoming.chat_id, said.message_id), said.picture)
    count = await paper_lists.add_asked(desk.session, meeting_id, photo, actor, now=desk.now)
    meeting = await desk.session.get_one(Meeting, meeting_id)
    await desk.react(replace(incoming, message_id=said.message_id), "👍")
    await desk.toast(incoming, "write_ups/toast_taken.txt", meeting=meeting.facts(), count=count)


async def paper_list(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Paper list] — in private only, to those who may see it."""
    actor = await desk.actor(incoming)
    count = await paper_lists.show_list(desk.session, meeting_id, actor, now=desk.now)
    await desk.toast(incoming, "write_ups/toast_list.txt", count=count)
