"""Minutes: a draft that is read, changed and approved, and what members say is wrong in them."""

from dataclasses import replace
from typing import Any

from bot.domain import agenda as agenda_rules
from bot.domain import minutes as rules
from bot.domain.attendance import Answer
from bot.domain.minutes import ApprovedInWords, MinutesUnknown, ObjectionsOver
from bot.domain.roles import NotAllowed, StrangerHere
from bot.flows.flow import NotYourQuestion
from bot.handlers import general, notebook, progress
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming, Quoted
from bot.models import Group, Meeting
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About
from bot.queries import meetings as meeting_queries
from bot.rendering import keyboards as general_keyboards
from bot.rendering.answers import fold
from bot.rendering.keyboards import minutes as keyboards
from bot.rendering.messages import renderer
from bot.services import members, minutes, minutes_editor, objections

FEWEST_WORDS = 3
"""Fewer words correct no minutes, unless they say that something is wrong: "habari"."""

MOST_OF_A_TIME = 4
"""More words than in "saa 5:30 za asubuhi" are a sentence that begins with "end"."""


async def approve(
    desk: Desk, incoming: Incoming, meeting_id: int, version: int, revision: int
) -> None:
    """[Approve all] under a draft."""
    actor = await desk.actor(incoming)
    await minutes.approve(desk.session, meeting_id, version, revision, actor, now=desk.now)
    await desk.toast(incoming)


async def edit(desk: Desk, incoming: Incoming, meeting_id: int, *carried: Any) -> None:
    """Another button under a draft; what it carries besides stands in `Tapped`, in its order."""
    await minutes_editor.edit(
        desk.session,
        meeting_id,
        minutes_editor.Tapped(*carried),
        await desk.actor(incoming),
        message=(incoming.chat_id, incoming.message_id),
        now=desk.now,
    )
    await desk.toast(incoming)


async def retyped(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """Words in reply to a draft: `12: new words`, or the words of the entry that is open in it."""
    if said := end_in(incoming.text):
        await minutes_editor.end(
            desk.session,
            meeting_id,
            said,
            await desk.actor(incoming),
            languages=(await desk.language(incoming), *renderer().catalogues.languages),
            message=(incoming.chat_id, incoming.replies_to),
            now=desk.now,
        )
        await desk.react(incoming, "👌")
        return
    said_of_line = _unlined(incoming.text)
    if (number := _taken_out(said_of_line)) is not None:
        await minutes_editor.take_out(
            desk.session,
            meeting_id,
            number,
            await desk.actor(incoming),
            message=(incoming.chat_id, incoming.replies_to),
            now=desk.now,
        )
        await desk.react(incoming, "👌")
        return
    if _is_said(incoming.text, "approve"):
        raise ApprovedInWords
    kind, text = notebook.kind_in(said_of_line)
    overwritten = await minutes_editor.say(
        desk.session,
        meeting_id,
        text,
        await desk.actor(incoming),
        kind=kind,
        is_removal=agenda_rules.is_withdrawal(incoming.text, renderer().agenda_words)
        or _is_said(incoming.text, "take-out"),
        message=(incoming.chat_id, incoming.replies_to),
        now=desk.now,
    )
    await desk.react(incoming, "👌")
    if overwritten is not None:
        await desk.reply(incoming, "minutes/overwritten.html", had=overwritten)


async def replied(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """A reply to minutes that are out: a correction, or people who talk to each other.

    In a group only what says that something is wrong is taken for a correction; what names an
    action of theirs says how it goes. About anything else the person is asked once.
    """
    if _is_talk(incoming.text):
        return
    if not _says_wrong(incoming.text) and await _reports(desk, incoming, meeting_id):
        return
    if incoming.is_private or _says_wrong(incoming.text):
        await _object(desk, incoming, meeting_id, incoming.text, incoming.message_id or 0)
    elif incoming.is_edit:
        await _reword(desk, incoming)
    elif await _is_open(desk, incoming, meeting_id):
        await _ask_whether(desk, incoming, meeting_id)


async def overheard(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """Words in private below minutes that reply to nothing: seldom a correction of them.

    A question, or a greeting, is not taken for one; about anything else the person is asked.
    """
    if _is_talk(incoming.text):
        return
    if _says_wrong(incoming.text):
        await _object(desk, incoming, meeting_id, incoming.text, incoming.message_id or 0)
    elif await _reports(desk, incoming, meeting_id):
        return
    elif _is_small(incoming.text) or not await _is_open(desk, incoming, meeting_id):
        await general.unknown(desk, incoming)
    else:
        await _ask_whether(desk, incoming, meeting_id)


async def _reports(desk: Desk, incoming: Incoming, meeting_id: int) -> bool:
    """Take words below minutes for a report if they name an action of whoever wrote them."""
    if incoming.is_edit or incoming.text.rstrip().endswith(("?", "؟")):
        return False
    meeting = await desk.session.get_one(Meeting, meeting_id)
    group = await desk.session.get_one(Group, meeting.group_id)
    return await progress.told(desk, incoming, group)


async def object_(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[It is a correction] under the question whether a reply is one."""
    said = await _asked_about(desk, incoming)
    await _object(desk, incoming, meeting_id, said.text, said.message_id)
    await desk.toast(incoming)


async def only_talk(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Only talk] under the same question."""
    said, actor = await _asked_about(desk, incoming), await desk.actor(incoming)
    source = (incoming.chat_id, said.message_id)
    await objections.only_talk(desk.session, meeting_id, actor, source=source, now=desk.now)
    await desk.toast(incoming)


async def _asked_about(desk: Desk, incoming: Incoming) -> Quoted:
    """Return what the person wrote of which they are asked whether it is a correction."""
    actor, said = await desk.actor(incoming), incoming.quoted
    if said is None:
        raise MinutesUnknown
    if said.sender_id != actor.telegram_id:
        raise NotYourQuestion
    return said


async def wrong(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """[Something is wrong] under minutes: ask in private what it is."""
    actor = await desk.actor(incoming)
    try:
        await objections.check_open(desk.session, meeting_id, actor, now=desk.now)
    except ObjectionsOver:
        await _too_late(desk, incoming, meeting_id)
        await desk.toast(incoming)
        return
    place = await members.nearest(desk.session, actor, await desk.place(incoming))
    await post.say(
        desk.session,
        place,
        "minutes/wrong.html",
        now=desk.now,
        about=About(objections.WRONG, meeting_id, 1, "wrong"),
        is_silent=True,
    )
    is_elsewhere = place.chat_id != incoming.chat_id
    await desk.toast(incoming, "minutes/toast_wrong.txt", is_elsewhere=is_elsewhere)


async def said_wrong(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """A reply to the question what is wrong: whatever it says is a correction."""
    await _object(desk, incoming, meeting_id, incoming.text, incoming.message_id or 0)


def settling(text: str) -> str:
    """Read which of the two buttons under an objection it was.

    Raises:
        ValueError: it is none of them.
    """
    return keyboards.SETTLING[keyboards.SETTLING.index(text)]


async def settle(desk: Desk, incoming: Incoming, objection_id: int, how: str) -> None:
    """[Correct] or [Keep as it is] under an objection."""
    actor = await desk.actor(incoming)
    if how == "correct":
        await objections.correct(desk.session, objection_id, actor, now=desk.now)
    else:
        await objections.keep(desk.session, objection_id, actor, now=desk.now)
    await desk.toast(incoming)


async def reasoned(desk: Desk, incoming: Incoming, objection_id: int) -> None:
    """A reply to an objection: why the minutes stay as they are."""
    actor = await desk.actor(incoming)
    await objections.answer(desk.session, objection_id, incoming.text, actor, now=desk.now)
    await desk.react(incoming, "👌")


async def _object(
    desk: Desk, incoming: Incoming, meeting_id: int, text: str, message_id: int
) -> None:
    actor = await desk.actor(incoming)
    try:
        await objections.object_(
            desk.session,
            meeting_id,
            text,
            actor,
            source=(incoming.chat_id, message_id),
            now=desk.now,
        )
    except ObjectionsOver:
        await _too_late(desk, replace(incoming, message_id=message_id), meeting_id)
        return
    await desk.react(replace(incoming, message_id=message_id), "✍")


async def _ask_whether(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """Ask somebody, under what they wrote, whether it is a correction."""
    await objections.doubt(
        desk.session,
        meeting_id,
        incoming.text,
        await desk.actor(incoming),
        place=replace(await desk.place(incoming), reply_to=incoming.message_id),
        source=(incoming.chat_id, incoming.message_id or 0),
        now=desk.now,
    )


async def _reword(desk: Desk, incoming: Incoming) -> None:
    """Follow somebody who edited what they wrote below minutes."""
    source = (incoming.chat_id, incoming.message_id or 0)
    await objections.said_again(desk.session, source, incoming.text, now=desk.now)


async def _is_open(desk: Desk, incoming: Incoming, meeting_id: int) -> bool:
    """Tell whether this person may object; in a group others only talk, and need not hear why."""
    try:
        actor = await desk.actor(incoming)
        await objections.check_open(desk.session, meeting_id, actor, now=desk.now)
    except (ObjectionsOver, NotAllowed, StrangerHere):
        return False
    return True


async def _too_late(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """Say kindly that the days for corrections are over: it is for the next meeting."""
    meeting = await desk.session.get_one(Meeting, meeting_id)
    group = await desk.session.get_one(Group, meeting.group_id)
    ahead = await meeting_queries.upcoming(desk.session, stored_id(group), desk.now)
    following = next((one for one in ahead if one.starts_at > desk.now), None)
    can_bring = following is not None and incoming.tap is None
    await desk.reply(
        incoming,
        "minutes/too_late.html",
        keyboard=general_keyboards.overheard(stored_id(following))
        if following is not None and can_bring
        else None,
        can_bring=can_bring,
    )


def end_in(text: str) -> str:
    """Return what is said after a word for the end: `end 11:30`; empty if none begins it."""
    phrases = sorted(renderer().control_words("end"), key=len, reverse=True)
    for phrase in phrases:
        rest = text.strip()[len(phrase) :]
        if fold(text.strip()[: len(phrase)]) == fold(phrase) and rest[:1] in {" ", ":"}:
            is_time = any(map(str.isdigit, rest)) and len(rest.split()) <= MOST_OF_A_TIME
            return rest.strip(" :") if is_time else ""
    return ""


def _taken_out(text: str) -> int | None:
    """Read `3: delete`, or `remove line 4`: the number of the line; None: it says more."""
    if numbered := rules.numbered(text):
        return numbered[0] if _is_said(numbered[1], "take-out") else None
    *words, number = text.split() or [""]
    if not number.isdecimal():
        return None
    ways = {" ".join(words), *(" ".join(words[:-size]) for size in (1, 2) if _ends(words, size))}
    return int(number) if any(_is_said(way, "take-out") for way in ways) else None


def _unlined(text: str) -> str:
    """Read `line 2: new words` as `2: new words`; other words stay as they are."""
    for size in (1, 2):
        words = text.split(maxsplit=size)
        rest = "".join(words[size:])
        if rules.numbered(rest) and _is_said(" ".join(words[:size]), "line"):
            return rest
    return text


def _ends(words: list[str], size: int) -> bool:
    """Tell whether the last words are what stands before the number of a line."""
    return len(words) > size and _is_said(" ".join(words[-size:]), "line")


def _is_said(text: str, control: str) -> bool:
    return fold(text) in [fold(word) for word in renderer().control_words(control)]


def _says_wrong(text: str) -> bool:
    said = fold(text)
    for phrase in map(fold, renderer().control_words("wrong")):
        if any(said[at : at + len(phrase)] == phrase for at in range(len(said))):
            return True
    return False


def _is_small(text: str) -> bool:
    return text.rstrip().endswith(("?", "؟")) or len(text.split()) < FEWEST_WORDS


def _is_talk(text: str) -> bool:
    is_thanks = agenda_rules.is_thanks(text, renderer().agenda_words)
    return is_thanks or renderer().answer_in(text) is Answer.COMING
