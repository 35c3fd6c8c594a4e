"""Answers to an invitation: by button, or by replying in one's own words."""

from typing import Any

from bot.domain import organisations
from bot.domain.attendance import Answer, OrganisationUnknown, ReplyNotUnderstood
from bot.domain.changes import read_change
from bot.domain.meetings import MeetingUnknown
from bot.domain.roles import Action, Scope, can, require
from bot.handlers import agenda
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import Group, Meeting, MessageSubject, Organisation
from bot.queries import meetings, rolls
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import attendance
from bot.services import meetings as changes

RECEIVED = {Answer.CANNOT: "👌"}
"""The reaction under a reply that was understood; 👍 under a no would look like joy."""

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
    if await _passed_on(desk, incoming, meeting_id):
        return
    answer = renderer().answer_in(incoming.text)
    if answer is None and (
        await _is_changed(desk, incoming, meeting_id)
        or await agenda.overheard(desk, incoming, meeting_id)
    ):
        return
    if answer is None:
        words = renderer().answer_words
        if len(incoming.text.split()) > LONGEST_ANSWER and not words.is_mentioned(incoming.text):
            # "Where do we park the trucks?": partners talk to each other, too.
            return
        raise ReplyNotUnderstood
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
    if not (renderer().calls_off(incoming.text) or read_change(incoming.text)[0]):
        return False
    meeting = await desk.session.get(Meeting, meeting_id)
    if meeting is None:
        raise MeetingUnknown
    group, actor = await desk.session.get_one(Group, meeting.group_id), await desk.actor(incoming)
    if not can(actor, Action.CHANGE_MEETING, Scope(group.coalition_id, group.id)):
        return False
    place = await desk.place(incoming)
    await changes.offer_change(desk.session, meeting_id, actor, asked_in=place, now=desk.now)
    return True


async def _passed_on(desk: Desk, incoming: Incoming, meeting_id: int) -> bool:
    """Take "Pastoral Voices: yes" as an answer for others; False if it is none."""
    named, colon, said = incoming.text.rpartition(":")
    answer = renderer().answer_in(said) if colon else None
    if answer is None:
        return False
    meeting = await desk.session.get(Meeting, meeting_id)
    if meeting is None:
        raise MeetingUnknown
    seats = (await rolls.of_group(desk.session, meeting.group_id)).seats
    names = {seat.organisation_id: seat.name for seat in seats}
    organisation_id = organisations.find(names, named) or organisations.find(
        names, renderer().without_for(named)
    )
    if organisation_id is None:
        group = await desk.session.get_one(Group, meeting.group_id)
        scope = Scope(group.coalition_id, group.id)
        if not can(await desk.actor(incoming), Action.ANSWER_FOR, scope):
            return False
        raise OrganisationUnknown(said=named.strip())
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
    return True


async def for_others(desk: Desk, incoming: Incoming, group: Group) -> None:
    """[Answer for others]: the organisations that have not answered the next meeting."""
    ahead = await meetings.upcoming(desk.session, group.facts().id, desk.now)
    seats = (await rolls.of_group(desk.session, group.facts().id)).seats
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
