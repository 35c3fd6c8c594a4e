"""What people say in a conversation: a tap on an answer, words, a correction, /cancel."""

from sqlalchemy import select
from sqlmodel import col

from bot.flows import engine
from bot.flows.flow import QuestionOver
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import Conversation


async def tapped(
    desk: Desk, incoming: Incoming, conversation_id: int, version: int, value: str
) -> None:
    """An answer that was offered, or back, skip, stop."""
    await engine.tapped(await desk.talk(incoming), conversation_id, version, value)
    await desk.toast(incoming)


async def replied(desk: Desk, incoming: Incoming, conversation_id: int) -> None:
    """A reply to a question. In a group others may talk about it: that is not for the bot."""
    actor = await desk.actor(incoming)
    asked = await desk.session.scalar(
        select(col(Conversation.person_id)).where(col(Conversation.id) == conversation_id)
    )
    if asked is None:
        raise QuestionOver
    if asked == actor.telegram_id:
        await heard(desk, incoming)


async def heard(desk: Desk, incoming: Incoming) -> bool:
    """Words of somebody who may be in a conversation here; False if they are not."""
    talk = await desk.talk(incoming)
    if incoming.is_edit:
        return await engine.correct(talk, incoming.text, message_id=incoming.message_id or 0)
    is_heard = await engine.hear(
        talk,
        incoming.text,
        message_id=incoming.message_id,
        picture=incoming.picture,
        album=incoming.album,
    )
    if is_heard and incoming.picture:
        await desk.react(incoming, "👍")
    return is_heard


async def overtake(desk: Desk, incoming: Incoming, command: str) -> None:
    """A command in one line: what its questions have not asked yet, they need not ask any more."""
    if incoming.text and not incoming.is_edit:
        await engine.overtake(await desk.talk(incoming), command)


async def stop(desk: Desk, incoming: Incoming) -> None:
    """/cancel — give the open conversation up."""
    if not await engine.stop(await desk.talk(incoming)):
        await desk.reply(incoming, "flows/nothing_open.html")
