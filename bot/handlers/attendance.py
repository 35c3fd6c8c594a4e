"""Answers to an invitation: by button, or by replying in one's own words."""

from bot.domain.attendance import Answer, ReplyNotUnderstood
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.outbox import post
from bot.rendering.messages import renderer
from bot.services import attendance

RECEIVED = {Answer.CANNOT: "👌"}
"""The reaction under a reply that was understood; 👍 under a no would look like joy."""


async def tapped(desk: Desk, incoming: Incoming, meeting_id: int, answer: Answer) -> None:
    """[Coming], [By phone], [Alternate], [Cannot]."""
    actor = await desk.actor(incoming)
    answered = await attendance.answer(desk.session, meeting_id, actor, answer, now=desk.now)
    await desk.toast(incoming, _toast(answered), **_facts(answered))


async def replied(desk: Desk, incoming: Incoming, meeting_id: int) -> None:
    """A reply to an announcement or a reminder: "yes", "ndiyo", "hapana"."""
    answer = renderer().answer_in(incoming.text)
    if answer is None:
        raise ReplyNotUnderstood
    actor = await desk.actor(incoming)
    answered = await attendance.answer(desk.session, meeting_id, actor, answer, now=desk.now)
    if not answered.is_counted:
        await desk.reply(incoming, "meetings/answer_pending.html", **_facts(answered))
    elif incoming.message_id is not None:
        await post.react(
            desk.session,
            chat_id=incoming.chat_id,
            message_id=incoming.message_id,
            emoji=RECEIVED.get(answer, "👍"),
            now=desk.now,
        )


def _toast(answered: attendance.Answered) -> str:
    if not answered.is_counted:
        return "meetings/toast_pending.txt"
    return f"meetings/toast_{'answered' if answered.is_new else 'unchanged'}.txt"


def _facts(answered: attendance.Answered) -> dict[str, object]:
    return {"organisation": answered.organisation, "answer": answered.answer}
