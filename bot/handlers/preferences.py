"""What people choose for themselves."""

from dataclasses import replace

from bot.domain.groups import LanguageUnknown
from bot.domain.preferences import KindUnknown, MessageKind, Switch
from bot.domain.roles import Actor
from bot.flows import engine
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.outbox import post
from bot.rendering import keyboards
from bot.rendering.answers import fold
from bot.rendering.messages import renderer
from bot.services import members, preferences


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


async def mute(desk: Desk, incoming: Incoming) -> None:
    """/mute — choose by button what comes unasked, or `/mute questions` in one line.

    It is answered in private if the bot may write there: the choice is nobody else's business.
    """
    actor = await desk.actor(incoming)
    place = await members.nearest(desk.session, actor, await desk.place(incoming))
    if incoming.text:
        facts = {"kind": _kind_meant(incoming.text)}
        await preferences.switch(desk.session, actor, facts["kind"], Switch.OFF)
        template = "preferences/muted.html"
        await post.say(desk.session, place, template, facts, now=desk.now, is_silent=True)
    else:
        await preferences.show(desk.session, actor, place, now=desk.now)
    if place.chat_id != incoming.chat_id:
        await desk.react(incoming, "👌")


async def mute_tapped(desk: Desk, incoming: Incoming, kind: MessageKind, switch: Switch) -> None:
    """[No such questions] under a private message, or a kind in the list of /mute."""
    actor = await desk.actor(incoming)
    await preferences.switch(desk.session, actor, kind, switch)
    language = await desk.language(incoming)
    await preferences.show_again(desk.session, actor, language, now=desk.now)
    is_on = switch is Switch.ON
    await desk.toast(incoming, "preferences/toast_mute.txt", is_on=is_on)


def _kind_meant(said: str) -> MessageKind:
    """Find the kind of message by its name in any language."""
    for kind in MessageKind:
        if fold(said) in map(fold, renderer().control_words(f"mute-{kind}")):
            return kind
    raise KindUnknown(said=said)


async def _choose(desk: Desk, incoming: Incoming, actor: Actor, chosen: str) -> None:
    await members.choose_language(desk.session, actor, chosen)
    # The answer already speaks it.
    desk.sender = replace(actor, language=chosen)
    await engine.show_again(await desk.talk(incoming))


def _meant(said: str) -> str:
    """Find the language by its code, or by what it is called in any language."""
    code = renderer().language_names.get(said.strip().casefold())
    if not code:
        raise LanguageUnknown(said=said)
    return code
