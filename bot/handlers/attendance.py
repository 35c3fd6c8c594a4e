"""Answers to an invitation: by button, or by replying in one's own words."""

from typing import Any

from bot.domain.attendance import Answer, ReplyNotUnderstood
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import MessageSubject
from bot.rendering.messages import renderer
from bot.services import attendance

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


async def replied(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """A reply to an announcement or a reminder: "yes", "ndiyo", "hapana"."""
    answer = renderer().answer_in(incoming.text)
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
