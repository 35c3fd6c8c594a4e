"""What operators and the coordination team send about their coalitions."""

from typing import Any

from bot.domain.coalitions import Item, read_founding
from bot.domain.feedback import ContactMissing, FeedbackState
from bot.domain.invitations import Kind
from bot.domain.members import Deed
from bot.domain.roles import Action, Scope, require
from bot.flows import engine
from bot.flows.coalitions import COALITION, beginning
from bot.flows.streams import STREAMS, changing
from bot.handlers.desk import Desk
from bot.handlers.incoming import Incoming
from bot.models import Coalition
from bot.outbox import post
from bot.queries import coalitions
from bot.rendering import keyboards
from bot.rendering.messages import renderer
from bot.services import coalitions as services
from bot.services import invitations, streams
from bot.services.coalitions import News

TO_COALITION = "coalition"
"""What the link that is shown in a group hands over: it opens the settings in private."""
CHANNEL = {
    Item.OPEN_FEEDBACK: FeedbackState.OPEN,
    Item.PAUSE_FEEDBACK: FeedbackState.PAUSED,
    Item.RESUME_FEEDBACK: FeedbackState.OPEN,
}
"""What becomes of the channel in which members write in confidence, by the button for it."""


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
    elif item is Item.REMOVE:
        team = await coalitions.team(desk.session, coalition_id)
        people = {person.id or 0: person.name for person in team}
        await desk.whisper(
            incoming,
            "coalitions/team.html",
            keyboards.team(coalition_id, people),
            coalition=row.facts(),
        )
    elif item in CHANNEL:
        await _let_write(desk, incoming, row, CHANNEL[item])
    elif item is Item.STREAMS:
        talk = await desk.talk(incoming)
        known = await streams.of_coalition(desk.session, coalition_id)
        await engine.begin(talk, STREAMS, changing(coalition_id, known), is_anew=True)
    else:
        talk = await desk.talk(incoming)
        state = await beginning(talk, coalition_id, item)
        await engine.begin(talk, COALITION, state, is_anew=True)
    await desk.toast(incoming)


async def removed(
    desk: Desk, incoming: Incoming, coalition_id: int, member_id: int, deed: Deed
) -> None:
    """The name of somebody of the coordination team who is to go, and the yes to it."""
    actor = await desk.actor(incoming)
    row = await services.open_to(desk.session, coalition_id, actor)
    facts: dict[str, Any] = {
        "coalition": row.facts(),
        "is_oneself": member_id == actor.member_id,
    }
    if deed is Deed.SURE:
        person = await services.remove(desk.session, row, member_id, actor, now=desk.now)
        await desk.whisper(incoming, "coalitions/removed.html", person=person.name, **facts)
    else:
        person = await services.teammate(desk.session, row, member_id)
        keyboard = keyboards.sure_to_remove_from_team(coalition_id, member_id)
        await desk.whisper(
            incoming, "coalitions/remove.html", keyboard, person=person.name, **facts
        )
    await desk.toast(incoming)


async def _let_write(desk: Desk, incoming: Incoming, row: Coalition, state: FeedbackState) -> None:
    try:
        await services.let_write(desk.session, row, state)
    except ContactMissing as missing:
        # Nothing was done that would have to be undone; and here is the way on.
        keyboard = keyboards.independent_contact(row.facts().id)
        await desk.whisper(incoming, missing.template, keyboard)
        return
    await _show(desk, incoming, row, News.CHANGED)


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
    said = read_founding(incoming.text, languages=renderer().language_names)
    row = await coalitions.called(desk.session, said.name)
    if row is None:
        row = await services.found(desk.session, said, actor)
        await _show(desk, incoming, row, News.FOUNDED)
        return
    row = await services.open_to(desk.session, row.facts().id, actor)
    news = await services.change(desk.session, row, said)
    await _show(desk, incoming, row, news)


async def _show(desk: Desk, incoming: Incoming, row: Coalition, news: News | None = None) -> None:
    actor, place = await desk.actor(incoming), await desk.place(incoming)
    await services.show(desk.session, row, actor, place, now=desk.now, news=news)
