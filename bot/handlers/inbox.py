"""/inbox: what members wrote in confidence, read by the coordination team, in private.

Somebody's own words are sent directly: no row of the outbox has them, and phones do not pass them
on. Everything else that is said here goes the usual way.
"""

from typing import Any

from bot.domain.inbox import WORDS_SHOWN, Card, Deed, FeedbackBeside, FeedbackSafeguarded
from bot.flows import engine
from bot.flows import inbox as flows
from bot.flows.flow import Talk
from bot.handlers import conversations
from bot.handlers.desk import Confided, Desk
from bot.handlers.incoming import Incoming
from bot.models import Coalition
from bot.models.columns import stored_id
from bot.queries import inbox as queries
from bot.rendering.html import split, units
from bot.rendering.keyboards import inbox as keyboards
from bot.rendering.keyboards.button import Keyboard
from bot.rendering.messages import renderer
from bot.services import inbox as services

SHARING = frozenset({Deed.THEME, Deed.LINK, Deed.OUTCOME, Deed.LEAD})
"""What lets others hear of an item in some way."""


async def show(desk: Desk, incoming: Incoming) -> None:
    """/inbox — the newest items; who coordinates several coalitions is asked which."""
    found = await services.of_team(desk.session, await desk.actor(incoming))
    if len(found) == 1:
        await _show_page(desk, incoming, found[0], 0)
        return
    keyboard = keyboards.inboxes(one.facts() for one in found)
    await desk.reply(incoming, "inbox/which.html", keyboard=keyboard)


async def turned(desk: Desk, incoming: Incoming, coalition_id: int, number: int) -> None:
    """[More], or the name of a coalition."""
    actor = await desk.actor(incoming)
    coalition = await services.coalition_of(desk.session, coalition_id, actor)
    await _show_page(desk, incoming, coalition, number)
    await desk.toast(incoming)


async def outcome(desk: Desk, incoming: Incoming, coalition_id: int) -> None:
    """[You said, we did] that is about no item in particular."""
    await services.coalition_of(desk.session, coalition_id, await desk.actor(incoming))
    talk = await desk.talk(incoming)
    state = await flows.telling(talk, coalition_id)
    await engine.begin(talk, flows.OUTCOME, state, is_anew=True)
    await desk.toast(incoming)


async def chosen(desk: Desk, incoming: Incoming, item_id: int, deed: Deed) -> None:
    """A button on an item."""
    actor = await desk.actor(incoming)
    card = await services.card(desk.session, item_id, actor)
    if deed is Deed.SHOW:
        desk.confide(incoming, [await _shown(desk, incoming, card)])
    elif deed is Deed.WHOLE:
        desk.confide(incoming, await _whole(desk, incoming, card))
    elif deed in {Deed.SAFEGUARDING, Deed.SHAREABLE}:
        is_marked = deed is Deed.SAFEGUARDING
        await services.mark(desk.session, item_id, actor, is_safeguarding=is_marked)
        await _show_anew(desk, incoming, item_id)
    elif deed in {Deed.SETTLED, Deed.WAITS}:
        is_settled = deed is Deed.SETTLED
        await services.settle(desk.session, item_id, actor, is_settled=is_settled, now=desk.now)
        await _show_anew(desk, incoming, item_id)
    else:
        if deed in SHARING and card.is_safeguarding:
            raise FeedbackSafeguarded
        await _ask(await desk.talk(incoming), card, deed)
    await desk.toast(incoming)


async def replied(desk: Desk, incoming: Incoming) -> None:
    """Words in reply to somebody's own words: they answer what was asked about these, or nothing.

    Raises:
        FeedbackBeside: nothing was asked. Nothing else that waits for words may take them.
    """
    if not await engine.is_in(await desk.talk(incoming), flows.COMMAND):
        raise FeedbackBeside
    await conversations.heard(desk, incoming)


async def _ask(talk: Talk, card: Card, deed: Deed) -> None:
    """Begin the conversation that a button asks for."""
    if deed is Deed.THEME:
        await engine.begin(talk, flows.THEME, await flows.theming(talk, card), is_anew=True)
    elif deed is Deed.ANSWER:
        await engine.begin(talk, flows.ANSWER, flows.answering(card), is_anew=True)
    elif deed is Deed.LINK:
        await engine.begin(talk, flows.LINK, await flows.linking(talk, card), is_anew=True)
    elif deed is Deed.OUTCOME:
        state = await flows.telling(talk, card.coalition_id, card)
        await engine.begin(talk, flows.OUTCOME, state, is_anew=True)
    else:
        await engine.begin(talk, flows.LEAD, flows.passing(card), is_anew=True)


async def _show_page(desk: Desk, incoming: Incoming, coalition: Coalition, number: int) -> None:
    coalition_id = stored_id(coalition)
    page = await queries.page(desk.session, coalition_id, number)
    said = [await _shown(desk, incoming, card) for card in page.cards]
    facts = {"coalition": coalition.facts(), "page": page}
    below = await _text(desk, incoming, "inbox/page.html", **facts)
    keyboard = keyboards.page(coalition_id, page, number)
    desk.confide(incoming, [*said, await _confided(desk, incoming, below, keyboard)])


async def _show_anew(desk: Desk, incoming: Incoming, item_id: int) -> None:
    """Show an item as it stands now, in the message whose button was tapped."""
    card = await services.card(desk.session, item_id, await desk.actor(incoming))
    desk.rewrite_confided(incoming, await _shown(desk, incoming, card))


async def _shown(desk: Desk, incoming: Incoming, card: Card) -> Confided:
    is_cut = units(card.words) > WORDS_SHOWN
    text = await _text(desk, incoming, "inbox/card.html", card=card, limit=WORDS_SHOWN)
    return await _confided(desk, incoming, text, keyboards.card(card, is_cut=is_cut))


async def _whole(desk: Desk, incoming: Incoming, card: Card) -> list[Confided]:
    text = await _text(desk, incoming, "inbox/whole.html", card=card)
    *before, last = split(text)
    keyboard = keyboards.back_to(card.id)
    return [
        *(Confided(part) for part in before),
        await _confided(desk, incoming, last, keyboard),
    ]


async def _text(desk: Desk, incoming: Incoming, template: str, **facts: Any) -> str:
    return renderer().text(template, language=await desk.language(incoming), **facts)


async def _confided(desk: Desk, incoming: Incoming, text: str, keyboard: Keyboard) -> Confided:
    spoken = [await desk.language(incoming)]
    return Confided(text, renderer().keyboard(keyboard, languages=spoken) if keyboard else None)
