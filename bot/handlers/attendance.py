"""Answers to an invitation: by button, or by replying in one's own words."""

from dataclasses import dataclass
from typing import Any

from bot.domain import organisations
from bot.domain.attendance import (
    Answer,
    Form,
    OrganisationUnknown,
    ReplyNotUnderstood,
    readings,
)
from bot.domain.changes import read_change
from bot.domain.meetings import MeetingUnknown
from bot.domain.roles import Action, Scope, can, require
from bot.handlers import agenda, general, presence
from bot.handlers import meetings as move
from bot.handlers.desk import RECEIVED, Desk
from bot.handlers.incoming import Incoming
from bot.models import Group, Meeting, MessageSubject, Organisation
from bot.queries import meetings, rolls, sittings
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import attendance
from bot.services import meetings as changes
from bot.services.sittings import is_open

LONGEST_ANSWER = 3
"""Words of a reply that may have been meant for an answer. A longer one without any word of an
answer is not asked about: in a lively group the bot would speak more than the people."""


async def tapped(desk: Desk, incoming: Incoming, meeting_id: int, answer: Answer) -> None:
    """[Coming], [By phone], [Alternate], [Cannot]."""
    actor = await desk.actor(incoming)
    seen = await _version_of(desk, incoming.chat_id, incoming.message_id)
    answered = await attendance.answer(
        desk.session, meeting_id, actor, answer, seen=seen, now=desk.now
    )
    await desk.toast(incoming, _toast(answered), **_facts(answered))
    if incoming.is_private and answered.is_new and answered.counts_as is answer:
        # No list shows it there, and a toast is lost on a slow network.
        meeting = (await desk.session.get_one(Meeting, meeting_id)).facts()
        facts = _facts(answered) | {"is_counted": answered.is_counted, "starts": meeting.starts}
        await desk.reply(incoming, "meetings/noted.html", **facts)


async def replied(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """A reply to an announcement or a reminder: "yes", "ndiyo", "hapana"."""
    answer = renderer().answer_in(incoming.text)
    # Answers are closed then; but "nipo" and "by phone" say what the buttons of its post say.
    is_held = await is_open(desk.session, meeting_id)
    if is_held and await presence.replied(desk, incoming, meeting_id, is_yes_enough=False):
        return
    if answer is None and (named := await _named(desk, incoming, meeting_id)) is not None:
        if named.organisation_id is not None:
            await _pass_on(desk, incoming, meeting_id, named.organisation_id, named.answer)
            return
        answer = named.answer
    if answer is None and (
        await _is_changed(desk, incoming, meeting_id)
        or await agenda.overheard(desk, incoming, meeting_id)
    ):
        return
    if answer is None:
        words = renderer().answer_words
        is_talk = len(incoming.text.split()) > LONGEST_ANSWER and not words.is_mentioned(
            incoming.text
        )
        is_over = await sittings.has_begun(desk.session, meeting_id)
        if incoming.is_private and (is_talk or is_over):
            # Nobody else is there to whom the person could have spoken.
            await general.unknown(desk, incoming)
            return
        if is_talk:
            # "Where do we park the trucks?": partners talk to each other, too.
            return
        raise ReplyNotUnderstood(can_answer_for=await _can_answer_for(desk, incoming, meeting_id))
    actor = await desk.actor(incoming)
    seen = await _version_of(desk, incoming.chat_id, incoming.replies_to)
    answered = await attendance.answer(
        desk.session, meeting_id, actor, answer, seen=seen, now=desk.now
    )
    if not answered.is_counted:
        await desk.reply(incoming, "meetings/answer_pending.html", **_facts(answered))
    else:
        await desk.react(incoming, RECEIVED.get(answer, "👍"))


async def _is_changed(desk: Desk, incoming: Incoming, meeting_id: int) -> bool:
    """Take "cancelled" or "move it to Friday" from whoever may do that: ask how it is meant."""
    is_off = renderer().calls_off(incoming.text)
    is_change, wish = read_change(incoming.text)
    if not (is_off or is_change):
        return False
    group, actor = await _group_of(desk, meeting_id), await desk.actor(incoming)
    if not can(actor, Action.CHANGE_MEETING, Scope(group.coalition_id, group.id)):
        return False
    if not is_off and move.names_a_time(desk, group, actor, wish):
        await move.move(desk, incoming, meeting_id)
        return True
    place = await desk.place(incoming)
    await changes.offer_change(desk.session, meeting_id, actor, asked_in=place, now=desk.now)
    return True


@dataclass(frozen=True)
class _Named:
    """An answer with the organisation for which it is passed on; None: it is the sender's own."""

    organisation_id: int | None
    answer: Answer


async def _named(desk: Desk, incoming: Incoming, meeting_id: int) -> _Named | None:
    """Read an answer with the name of an organisation: "Pastoral Voices: yes"; None if it is none.

    "Pastoral Voices yes" is the own answer of whoever speaks for them.
    """
    group = await _group_of(desk, meeting_id)
    actor, facts = await desk.actor(incoming), group.facts()
    seats = (await rolls.of_group(desk.session, facts.id)).seats
    names = {seat.organisation_id: seat.name for seat in seats}
    own = await rolls.organisation_of(desk.session, facts.id, actor.member_id)
    unknown: str | None = None
    for one in readings(
        incoming.text, answer_in=renderer().answer_in, without_for=renderer().without_for
    ):
        key = organisations.find(names, one.name)
        if key is None:
            unknown = unknown or (one.name if one.form is Form.COLON else None)
            continue
        scope = Scope(facts.coalition_id, facts.id, key)
        is_allowed = can(actor, Action.ANSWER_FOR, scope)
        is_own = names[key] == own and (one.form is Form.BARE or not is_allowed)
        return _Named(None if is_own else key, one.answer)
    if unknown is not None and can(actor, Action.ANSWER_FOR, Scope(facts.coalition_id, facts.id)):
        raise OrganisationUnknown(said=unknown.strip())
    return None


async def _pass_on(
    desk: Desk, incoming: Incoming, meeting_id: int, organisation_id: int, answer: Answer
) -> None:
    seen = await _version_of(desk, incoming.chat_id, incoming.replies_to)
    await attendance.answer_for(
        desk.session,
        meeting_id,
        organisation_id,
        await desk.actor(incoming),
        answer,
        seen=seen,
        now=desk.now,
    )
    await desk.react(incoming, "👍")


async def _can_answer_for(desk: Desk, incoming: Incoming, meeting_id: int) -> bool:
    """Tell whether whoever replied may answer for all organisations: they may have meant one."""
    group, actor = await _group_of(desk, meeting_id), await desk.actor(incoming)
    return can(actor, Action.ANSWER_FOR, Scope(group.coalition_id, group.id))


async def _group_of(desk: Desk, meeting_id: int) -> Group:
    meeting = await desk.session.get(Meeting, meeting_id)
    if meeting is None:
        raise MeetingUnknown
    return await desk.session.get_one(Group, meeting.group_id)


async def for_others(desk: Desk, incoming: Incoming, group: Group) -> None:
    """[Answer for others]: the organisations for which this person may answer the next meeting."""
    actor, facts = await desk.actor(incoming), group.facts()
    ahead = await meetings.upcoming(desk.session, facts.id, desk.now)
    seats = [
        seat
        for seat in (await rolls.of_group(desk.session, facts.id)).seats
        if can(actor, Action.ANSWER_FOR, Scope(facts.coalition_id, facts.id, seat.organisation_id))
    ]
    meeting = next((one for one in ahead if one.starts_at > desk.now), None)
    if meeting is None or not seats:
        await desk.whisper(incoming, "meetings/no_meeting.html", group=group.facts())
        return
    await desk.whisper(
        incoming,
        "meetings/for_others.html",
        keyboards.for_others(meeting.facts().id, seats),
        group=group.facts(),
        meeting=meeting.facts(),
    )


async def for_whom(desk: Desk, incoming: Incoming, meeting_id: int, organisation_id: int) -> None:
    """An organisation for which somebody else answers: what did it say?"""
    meeting = await desk.session.get(Meeting, meeting_id)
    organisation = await desk.session.get(Organisation, organisation_id)
    if meeting is None or organisation is None:
        raise MeetingUnknown
    group = await desk.session.get_one(Group, meeting.group_id)
    scope = Scope(group.coalition_id, group.id, organisation_id)
    require(await desk.actor(incoming), Action.ANSWER_FOR, scope)
    if organisation.coalition_id != group.coalition_id:
        raise MeetingUnknown
    await desk.toast(incoming)
    await desk.whisper(
        incoming,
        "meetings/for_whom.html",
        keyboards.said_for(meeting_id, organisation_id),
        group=group.facts(),
        meeting=meeting.facts(),
        organisation=organisation.name,
    )


async def said_for(
    desk: Desk, incoming: Incoming, meeting_id: int, organisation_id: int, said: str
) -> None:
    """What an organisation told somebody else; "undo" takes it back."""
    answer = None if said == keyboards.UNDO else Answer(said)
    actor = await desk.actor(incoming)
    await attendance.answer_for(
        desk.session, meeting_id, organisation_id, actor, answer, now=desk.now
    )
    await desk.toast(incoming, "meetings/toast_done.txt")


def said_word(text: str) -> str:
    """Read what a button says for an organisation.

    Raises:
        ValueError: it is neither an answer nor the undoing of one.
    """
    return text if text == keyboards.UNDO else Answer(text).value


async def _version_of(desk: Desk, chat_id: int, message_id: int | None) -> int | None:
    """Return which version of its meeting a post was about; None if that is not recorded (yet)."""
    subject = await desk.session.get(MessageSubject, (chat_id, message_id))
    return subject.subject_version if subject else None


def _toast(answered: attendance.Answered) -> str:
    if not answered.is_counted:
        return "meetings/toast_pending.txt"
    return f"meetings/toast_{'answered' if answered.is_new else 'unchanged'}.txt"


def _facts(answered: attendance.Answered) -> dict[str, Any]:
    return {
        "organisation": answered.organisation,
        "answer": answered.answer,
        "counts_as": answered.counts_as,
    }
