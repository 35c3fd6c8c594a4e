"""Links that let somebody in: opened, accepted, declined, undone."""

from dataclasses import replace

from bot.domain.attendance import Answer
from bot.domain.invitations import REFUSALS, YesOrNo
from bot.domain.roles import Actor
from bot.handlers import coalitions
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.queries import coalitions as queries
from bot.queries import members
from bot.rendering.messages import renderer
from bot.services import invitations


async def opened(desk: Desk, incoming: Incoming, actor: Actor) -> None:
    """/start with a code — ask whether the person accepts what the link is for."""
    place = await desk.place(incoming)
    try:
        await invitations.open_link(desk.session, incoming.text, actor, place, now=desk.now)
        await _set_out(desk, incoming, actor)
    except REFUSALS as refusal:
        # Not undone with the rest: whoever presses Start can be written to from now on.
        await desk.reply(incoming, refusal.template, **refusal.facts())


async def _set_out(desk: Desk, incoming: Incoming, before: Actor) -> None:
    """Ask a new operator for the coalition: without one nothing can begin."""
    now = await members.actor(desk.session, before.telegram_id, name=before.name)
    is_new = now.is_operator and not before.is_operator
    if is_new and not await queries.open_to(desk.session, now):
        desk.sender = replace(now, language=now.language or before.language)
        await coalitions.begin(desk, incoming)


async def accepted(desk: Desk, incoming: Incoming, number: int) -> None:
    """[Yes, that is me]."""
    await invitations.accept(desk.session, number, await desk.actor(incoming), now=desk.now)
    await desk.toast(incoming, "meetings/toast_done.txt")


async def declined(desk: Desk, incoming: Incoming, number: int) -> None:
    """[No]."""
    await invitations.decline(desk.session, number, await desk.actor(incoming), now=desk.now)
    await desk.toast(incoming)


async def not_meant(desk: Desk, incoming: Incoming, number: int) -> None:
    """[That is not who I meant]."""
    actor = await desk.actor(incoming)
    person = await invitations.undo(desk.session, number, actor, now=desk.now)
    await desk.toast(incoming)
    await desk.reply(incoming, "invitations/taken_back.html", person=person)


async def replied(desk: Desk, incoming: Incoming, number: int) -> None:
    """A reply to the question: "yes", "no"."""
    actor = await desk.actor(incoming)
    said = renderer().answer_in(incoming.text)
    if said is Answer.COMING:
        await invitations.accept(desk.session, number, actor, now=desk.now)
    elif said is Answer.CANNOT:
        await invitations.decline(desk.session, number, actor, now=desk.now)
    else:
        raise YesOrNo
