"""First words, help, and what fits nowhere else."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.invitations import InvitationInGroup
from bot.domain.roles import Action
from bot.handlers import coalitions, invitations, members, rolls
from bot.handlers.coalitions import TO_COALITION
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.handlers.members import TO_GROUP_MENU
from bot.models import MessageSubject
from bot.outbox.post import About
from bot.queries import groups, messages
from bot.services.minutes_views import MINUTES
from bot.services.rolls import group_to_join

WORDLESS = "general/wordless.html"
ALBUM_WITHIN = timedelta(minutes=1)
"""How far apart the parts of one album may arrive."""


async def start(desk: Desk, incoming: Incoming) -> None:
    """/start — say who the bot is; with the code of an invitation, let its bearer in."""
    actor = await desk.actor(incoming)
    if incoming.text == TO_GROUP_MENU:
        await members.menu(desk, incoming)
        return
    if incoming.text == TO_COALITION:
        await coalitions.coalition(desk, replace(incoming, text=""))
        return
    group = await group_to_join(desk.session, incoming.text) if incoming.text else None
    if group is not None:
        if not incoming.is_private:
            raise InvitationInGroup
        await rolls.opened(desk, incoming, group)
        return
    if incoming.text:
        await invitations.opened(desk, incoming, actor)
        return
    mine = await groups.where_allowed(desk.session, actor, Action.SEE_MEETINGS)
    await desk.reply(
        incoming,
        "general/start.html",
        name=actor.name,
        groups=[group.name for group in mine],
        is_known=bool(mine) or actor.is_operator,
    )


async def unknown(desk: Desk, incoming: Incoming) -> None:
    """Words in private that answer nothing: they are not kept, and the person learns what works.

    Who runs an open meeting, perhaps from the only phone in a hall, learns how lines are kept.
    """
    is_running = await desk.may_in_meeting(incoming, Action.RUN_MEETING)
    await desk.reply(incoming, "general/unknown.html", is_running=is_running)


async def wordless(
    desk: Desk, incoming: Incoming, *, is_asked: bool, is_below_minutes: bool = False
) -> None:
    """A picture, a voice note, a file in private: say what can be used instead, once an album."""
    if incoming.album is not None:
        since = desk.now - ALBUM_WITHIN
        if await messages.said_last(desk.session, incoming.chat_id, since=since) == WORDLESS:
            return
    await desk.reply(
        incoming,
        WORDLESS,
        kind=incoming.wordless,
        is_asked=is_asked,
        is_below_minutes=is_below_minutes,
    )


async def wordless_reply(desk: Desk, incoming: Incoming, asked: MessageSubject) -> None:
    """The same as a reply to a question in a group: one line for each question, not for each.

    Minutes ask nothing: who shows what is wrong in them is told so themselves, once.
    """
    is_below = messages.kind_of(asked.subject) == MINUTES
    kind = f"{WORDLESS}:{incoming.sender_id}" if is_below else WORDLESS
    about = About(asked.subject, asked.subject_id, asked.subject_version, kind)
    if incoming.is_edit:
        return
    if not await messages.is_said(desk.session, incoming.chat_id, about.subject, about.id, kind):
        await desk.reply(
            incoming,
            WORDLESS,
            about=about,
            kind=incoming.wordless,
            is_asked=not is_below,
            is_below_minutes=is_below,
        )
