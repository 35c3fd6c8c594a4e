"""What people choose for themselves."""

from dataclasses import replace

from bot.domain.groups import LanguageUnknown
from bot.domain.roles import Actor
from bot.flows import engine
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.outbox import post
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import members


async def language(desk: Desk, incoming: Incoming) -> None:
    """/language — choose by button, or `/language sw` in one line."""
    actor = await desk.actor(incoming)
    if not incoming.text:
        await post.say(
            desk.session,
            await desk.place(incoming),
            "general/language.html",
            now=desk.now,
            keyboard=keyboards.languages(renderer().catalogues.languages),
            is_silent=True,
        )
        return
    chosen = _meant(incoming.text)
    await _choose(desk, incoming, actor, chosen)
    await desk.reply(incoming, "general/language_set.html", chosen=chosen)


async def language_tapped(desk: Desk, incoming: Incoming, chosen: str) -> None:
    """A language's own name."""
    await _choose(desk, incoming, await desk.actor(incoming), chosen)
    await desk.toast(incoming, "general/toast_language.txt", chosen=chosen)


async def _choose(desk: Desk, incoming: Incoming, actor: Actor, chosen: str) -> None:
    await members.choose_language(desk.session, actor, chosen)
    # The answer already speaks it.
    desk.sender = replace(actor, language=chosen)
    await engine.show_again(await desk.talk(incoming))


def _meant(said: str) -> str:
    """Find the language by its code or by its own name."""
    catalogues = renderer().catalogues
    for code in catalogues.languages:
        if said.strip().casefold() in {code, catalogues.name_of(code).casefold()}:
            return code
    raise LanguageUnknown(said=said)
