"""What operators and the coordination team send about their coalitions."""

from bot.domain.coalitions import Item, read_founding
from bot.domain.invitations import Kind
from bot.domain.roles import Action, Scope, require
from bot.flows import engine
from bot.flows.coalitions import COALITION, beginning
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import Coalition
from bot.outbox import post
from bot.queries import coalitions
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import coalitions as services
from bot.services import invitations

TO_COALITION = "coalition"
"""What the link that is shown in a group hands over: it opens the settings in private."""


async def coalition(desk: Desk, incoming: Incoming) -> None:
    """/coalition — what is set; `/coalition Name; en sw; contact` founds or changes one."""
    actor = await desk.actor(incoming)
    mine = await coalitions.open_to(desk.session, actor)
    if incoming.text:
        await _in_one_line(desk, incoming)
    elif not mine:
        require(actor, Action.SET_UP_COALITION, Scope())
        await begin(desk, incoming)
    elif len(mine) == 1:
        await _show(desk, incoming, mine[0])
    else:
        await post.say(
            desk.session,
            await desk.place(incoming),
            "coalitions/list.html",
            now=desk.now,
            keyboard=keyboards.coalitions(
                (one.facts() for one in mine), can_found=actor.is_operator
            ),
            is_silent=True,
        )


async def begin(desk: Desk, incoming: Incoming) -> None:
    """Ask for a new coalition, one thing at a time."""
    talk = await desk.talk(incoming)
    await engine.begin(talk, COALITION, await beginning(talk))


async def found(desk: Desk, incoming: Incoming) -> None:
    """[Found another coalition]."""
    require(await desk.actor(incoming), Action.SET_UP_COALITION, Scope())
    talk = await desk.talk(incoming)
    await engine.begin(talk, COALITION, await beginning(talk), is_anew=True)
    await desk.toast(incoming)


async def chosen(desk: Desk, incoming: Incoming, coalition_id: int, item: Item) -> None:
    """A button about a coalition."""
    actor = await desk.actor(incoming)
    row = await services.open_to(desk.session, coalition_id, actor)
    if item is Item.SHOW:
        await _show(desk, incoming, row)
    elif item is Item.TEAM:
        await _invite(desk, incoming, row)
    else:
        talk = await desk.talk(incoming)
        state = await beginning(talk, coalition_id, item)
        await engine.begin(talk, COALITION, state, is_anew=True)
    await desk.toast(incoming)


async def _invite(desk: Desk, incoming: Incoming, row: Coalition) -> None:
    facts = row.facts()
    code = await invitations.invite(
        desk.session, Kind.TEAM, await desk.actor(incoming), coalition_id=facts.id, now=desk.now
    )
    await desk.reply(
        incoming,
        "invitations/link.html",
        kind=Kind.TEAM,
        coalition=facts.name,
        group=None,
        organisation=None,
        link=incoming.link(code),
    )


async def _in_one_line(desk: Desk, incoming: Incoming) -> None:
    actor = await desk.actor(incoming)
    said = read_founding(incoming.text, known_languages=renderer().catalogues.languages)
    row = await coalitions.called(desk.session, said.name)
    if row is None:
        row = await services.found(desk.session, said, actor)
        await _show(desk, incoming, row, is_new=True)
        return
    row = await services.open_to(desk.session, row.facts().id, actor)
    await services.change(desk.session, row, said)
    await _show(desk, incoming, row, is_changed=True)


async def _show(
    desk: Desk,
    incoming: Incoming,
    row: Coalition,
    *,
    is_new: bool = False,
    is_changed: bool = False,
) -> None:
    actor, facts = await desk.actor(incoming), row.facts()
    await post.say(
        desk.session,
        await desk.place(incoming),
        "coalitions/settings.html",
        {"coalition": facts, "is_new": is_new, "is_changed": is_changed},
        now=desk.now,
        keyboard=keyboards.coalition(facts.id, can_found=actor.is_operator),
        is_silent=True,
    )
