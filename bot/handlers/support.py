"""Support that somebody needs: /needhelp, the taps of who can help, and what is answered."""

from bot.domain.attendance import Answer
from bot.domain.notebook import EntryKind
from bot.domain.roles import Action, NotAllowed, Scope, require
from bot.domain.sittings import NotOpen
from bot.domain.support import OwnSupport, SupportState, SupportUnclear
from bot.handlers import notebook
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import SupportRequest
from bot.models.columns import stored_id
from bot.queries import notebook as entries
from bot.queries import support as queries
from bot.rendering.messages import renderer
from bot.services import rolls, support, support_posts

FEWEST_WORDS = 3
"""Fewer words that reply to nothing answer no call for support."""


async def needhelp(desk: Desk, incoming: Incoming) -> None:
    """/needhelp words — ask for support, in a meeting or between; alone: what is asked for.

    An edited command corrects what it asked for.
    """
    source = (incoming.chat_id, incoming.message_id or 0)
    if await entries.of_message(desk.session, *source) is not None:
        await notebook.capture(desk, incoming, kind=EntryKind.HELP)
        return
    actor = await desk.actor(incoming)
    said = await notebook.what_was_said(desk, incoming)
    text = said.text or said.quoted
    known = await queries.of_message(desk.session, *source)
    if known is not None:
        await support.correct(desk.session, stored_id(known), text, actor, now=desk.now)
        await desk.react(incoming, "👌")
        return
    if not text.strip():
        group = await desk.group_for(incoming, actor, Action.SEE_MEETINGS)
        await support.listed(desk.session, group, await desk.place(incoming), now=desk.now)
        return
    try:
        await notebook.capture(desk, incoming, kind=EntryKind.HELP)
    except (NotOpen, NotAllowed):
        # Between meetings, or of somebody whom nobody has confirmed yet: it is no less needed.
        group = await desk.group_for(incoming, actor, Action.REPORT)
        request = await support.ask(
            desk.session, group, text, actor=actor, source=source, now=desk.now
        )
        await _thank(desk, incoming, request)


async def _thank(desk: Desk, incoming: Incoming, request: SupportRequest) -> None:
    """Show in private what stands in the group now; in the group everybody sees it."""
    if incoming.is_private:
        await support_posts.thank(desk.session, request, await desk.place(incoming), now=desk.now)


async def listed(desk: Desk, incoming: Incoming, group_id: int) -> None:
    """[Support needed]: the list of a group."""
    actor = await desk.actor(incoming)
    group = await rolls.group_of(desk.session, group_id)
    require(actor, Action.SEE_MEETINGS, Scope(group.coalition_id, group_id))
    await support.listed(desk.session, group, await desk.place(incoming), now=desk.now)
    await desk.toast(incoming)


async def can_help(desk: Desk, incoming: Incoming, request_id: int) -> None:
    """[We can help]."""
    actor = await desk.actor(incoming)
    offered = await support.offer(desk.session, request_id, actor, now=desk.now)
    template = "support/toast_offered.txt" if offered.is_new else "support/toast_known.txt"
    await desk.toast(incoming, template, organisation=offered.organisation)


async def cannot_help(desk: Desk, incoming: Incoming, request_id: int) -> None:
    """[We cannot after all]."""
    actor = await desk.actor(incoming)
    await support.take_back(desk.session, request_id, actor, now=desk.now)
    await desk.toast(incoming, "support/toast_taken_back.txt")


async def helped(desk: Desk, incoming: Incoming, request_id: int) -> None:
    """[Settled]: whoever asked has what they needed."""
    await _end(desk, incoming, request_id, SupportState.SETTLED)


async def withdrawn(desk: Desk, incoming: Incoming, request_id: int) -> None:
    """[Withdraw]: nobody needs it any more."""
    await _end(desk, incoming, request_id, SupportState.WITHDRAWN)


async def _end(desk: Desk, incoming: Incoming, request_id: int, state: SupportState) -> None:
    actor = await desk.actor(incoming)
    await support.end(desk.session, request_id, state, actor, now=desk.now)
    await desk.toast(incoming, "support/toast_ended.txt", state=state)


async def replied(desk: Desk, incoming: Incoming, request_id: int) -> None:
    """A reply to a call for support: an answer of the coordination, or a word that one can help.

    In a group people talk to each other there, too: what means nothing to us is left alone.
    """
    actor = await desk.actor(incoming)
    meant = renderer().answer_in(incoming.text)
    answers = await support.may_answer(
        desk.session, request_id, actor, is_aloud=not incoming.is_private
    )
    # What replies to nothing may be meant for nobody: "habari".
    is_meant = incoming.quoted is not None or len(incoming.text.split()) >= FEWEST_WORDS
    if answers and meant is None and is_meant:
        source = (incoming.chat_id, incoming.message_id or 0)
        await support.answer(
            desk.session, request_id, incoming.text, actor, source=source, now=desk.now
        )
        await desk.react(incoming, "👍")
    elif not answers and meant in {Answer.COMING, Answer.CANNOT}:
        await _meant(desk, incoming, request_id, meant)
    elif incoming.is_private:
        raise SupportUnclear(may_answer=answers)


async def _meant(desk: Desk, incoming: Incoming, request_id: int, meant: Answer | None) -> None:
    """Take a yes for an offer, and a no for its end."""
    actor = await desk.actor(incoming)
    if meant is Answer.COMING:
        try:
            await support.offer(desk.session, request_id, actor, now=desk.now)
        except OwnSupport:
            # They talk about it: "yes, please".
            if incoming.is_private:
                raise
            return
        await desk.react(incoming, "🙏")
        return
    taken = await support.take_back(desk.session, request_id, actor, now=desk.now)
    if taken.is_new:
        await desk.react(incoming, "👌")


async def said_how(desk: Desk, incoming: Incoming, request_id: int) -> None:
    """The words of somebody who offered help: how."""
    meant = renderer().answer_in(incoming.text)
    if meant is not None:
        await _meant(desk, incoming, request_id, meant)
        return
    actor = await desk.actor(incoming)
    await support.offer(desk.session, request_id, actor, text=incoming.text, now=desk.now)
    await desk.react(incoming, "🙏")


async def said_again(desk: Desk, incoming: Incoming) -> bool:
    """Follow an edit of words that answered a call for support; False if they did not."""
    if not incoming.is_edit or incoming.is_command or not incoming.text:
        return False
    source = (incoming.chat_id, incoming.message_id or 0)
    said = await queries.answer_of(desk.session, *source)
    if said is None:
        return False
    actor, text = await desk.actor(incoming), incoming.text
    await support.answer(desk.session, said.request_id, text, actor, source=source, now=desk.now)
    await desk.react(incoming, "👍")
    return True
