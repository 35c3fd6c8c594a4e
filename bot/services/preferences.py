"""What people choose to hear in private."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.preferences import MessageKind, Switch
from bot.domain.roles import Actor
from bot.models import Mute
from bot.models.columns import stored_id
from bot.outbox import post
from bot.outbox.post import About, Place
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import members

MESSAGES = "messages"
"""The subject of the lists that say what a person hears."""


async def switch(session: AsyncSession, actor: Actor, kind: MessageKind, to: Switch) -> None:
    """Switch a kind of private message off or on; a second tap changes nothing."""
    member_id = stored_id(await members.known(session, actor))
    muted = await session.get(Mute, (member_id, kind), with_for_update=True)
    if to is Switch.OFF and muted is None:
        session.add(Mute(member_id=member_id, kind=kind))
    elif to is Switch.ON and muted is not None:
        await session.delete(muted)
    await session.flush()


async def show(session: AsyncSession, actor: Actor, place: Place, *, now: datetime) -> None:
    """List the kinds of private message, each with its button."""
    member_id = stored_id(await members.known(session, actor))
    states = await _states(session, member_id)
    await post.say(
        session,
        place,
        "preferences/mute.html",
        {"kinds": list(states.items())},
        now=now,
        about=About(MESSAGES, member_id, 1, "list"),
        keyboard=keyboards.kinds(states),
        is_live=True,
        is_silent=True,
    )


async def show_again(session: AsyncSession, actor: Actor, language: str, *, now: datetime) -> None:
    """Let every list that this person was shown say what holds now."""
    member_id = stored_id(await members.known(session, actor))
    states = await _states(session, member_id)
    text = renderer().text("preferences/mute.html", language=language, kinds=list(states.items()))
    keyboard = post.buttons(keyboards.kinds(states), [language])
    for message in await post.live_messages(session, MESSAGES, member_id):
        await post.revise(session, message, text=text, keyboard=keyboard, now=now)


async def _states(session: AsyncSession, member_id: int) -> dict[MessageKind, bool]:
    rows = await session.execute(select(col(Mute.kind)).where(col(Mute.member_id) == member_id))
    muted = set(rows.scalars())
    return {kind: kind not in muted for kind in MessageKind}
